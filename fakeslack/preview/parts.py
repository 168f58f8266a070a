"""What a message looks like, apart from where it is shown: the pieces that block kit and markup are read into."""

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

Kind = Literal["text", "mention", "emoji"]


@dataclass(frozen=True, slots=True)
class Span:
    """Text of one look. `link` is where it leads, whatever its scheme: whoever shows it decides whether it may."""

    text: str
    bold: bool = False
    italic: bool = False
    strike: bool = False
    code: bool = False
    link: str | None = None
    kind: Kind = "text"


Words: TypeAlias = tuple[Span, ...]


def plain(text: str) -> Words:
    """Text without any look."""
    return (Span(text),) if text else ()


def bold(words: Words) -> Words:
    """The same words, all of them bold."""
    return tuple(replace(span, bold=True) for span in words)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines of words; they may hold line feeds."""

    words: Words


@dataclass(frozen=True, slots=True)
class Heading:
    """Slack shows all levels alike."""

    words: Words


@dataclass(frozen=True, slots=True)
class Quote:
    """What stands behind a bar at the left."""

    parts: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class Preformatted:
    """Text in a box, in letters of one width."""

    text: str


@dataclass(frozen=True, slots=True)
class Listing:
    """`start` is the number of its first item; bullets have none. `indent` is how far a flat list is moved in."""

    items: tuple[tuple["Part", ...], ...]
    start: int | None = None
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; its first row is its head."""

    rows: tuple[tuple[Words, ...], ...]


@dataclass(frozen=True, slots=True)
class Small:
    """What is said in passing, in small grey letters: the elements of a context block."""

    items: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """Short texts in two columns."""

    items: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """An image, which is never loaded: its words stand for it."""

    alt: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """What a click tells the app; `value` is what its button carries, or the value of the option."""

    action_id: str
    block_id: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Button:
    """`look` is Slack's word for its colour. A `url` is opened besides."""

    label: str
    action: Action
    look: Literal["default", "primary", "danger", "icon"] = "default"
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One of several that can be chosen."""

    label: str
    action: Action
    chosen: bool
    description: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A menu, or options beside each other that can all be seen. `placeholder` is shown where nothing is chosen."""

    options: tuple[Option, ...]
    look: Literal["menu", "radio", "checkbox"]
    placeholder: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A field to type into."""

    action: Action
    text: str = ""
    placeholder: str = ""
    lines: bool = False


Control: TypeAlias = Button | Choice | Box


@dataclass(frozen=True, slots=True)
class Controls:
    """What can be pressed, side by side."""

    items: tuple[Control, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """A section, and what stands at its right."""

    parts: tuple["Part", ...]
    control: "Control | Picture"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question of a form."""

    label: str
    control: Control
    hint: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Callout:
    """A notice that is set off by the colour of its level."""

    level: str
    words: Words


@dataclass(frozen=True, slots=True)
class Frame:
    """Parts that belong together: a card, or a container."""

    title: Words
    subtitle: Words
    parts: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class Step:
    """Something that the app does or has done: `status` is pending, in_progress, complete or error."""

    status: str
    title: str
    parts: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A block that the preview has no picture of: better seen than left out."""

    kind: str


Part: TypeAlias = (
    Paragraph
    | Heading
    | Quote
    | Preformatted
    | Listing
    | Rule
    | Grid
    | Small
    | Fields
    | Picture
    | Controls
    | Beside
    | Labelled
    | Callout
    | Frame
    | Step
    | Unknown
)
Parts: TypeAlias = tuple[Part, ...]
