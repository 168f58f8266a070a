"""Parts of messages and views, printed in a terminal."""

from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from rich.console import Group, RenderableType
from rich.rule import Rule as Line
from rich.table import Table
from rich.text import Text

from bot.inert import inert
from fakeslack.preview.barred import Barred
from fakeslack.preview.parts import (
    Beside,
    Box,
    Button,
    Callout,
    Choice,
    Control,
    Controls,
    Fields,
    Frame,
    Grid,
    Heading,
    Labelled,
    Listing,
    Paragraph,
    Part,
    Parts,
    Picture,
    Preformatted,
    Quote,
    Rule,
    Small,
    Step,
    Unknown,
    Words,
    bold,
)
from fakeslack.preview.presses import Presses, Source
from fakeslack.preview.terminal_words import key, label_text, text_of

BULLETS = "•◦▪"
LEVELS = {"info": "blue", "warning": "yellow", "error": "red", "success": "green"}
STEPS = {"pending": "○", "in_progress": "◐", "complete": "✓", "error": "✗"}
CHOSEN = {"radio": ("○", "●"), "checkbox": ("☐", "☑"), "menu": ("▾", "✓")}
GAP = "  "


class TerminalParts:
    """Prints the parts of one message or view, and gives numbers to what can be pressed there."""

    def __init__(self, presses: Presses, source: Source | None) -> None:
        self._presses = presses
        self._source = source

    def all(self, parts: Parts) -> RenderableType:
        """One below the other; a paragraph stands apart from the one before, and from buttons before."""
        lines: list[RenderableType] = []
        for before, part in zip((None, *parts), parts, strict=False):
            apart = isinstance(before, Paragraph | Controls | Beside) and isinstance(part, Paragraph | Heading)
            lines += [Text()] if apart else []
            lines.append(self.one(part))
        return Group(*lines)

    def one(self, part: Part, depth: int = 0) -> RenderableType:
        match part:
            case Paragraph(words):
                return text_of(words)
            case Heading(words):
                return text_of(bold(words))
            case Quote(parts):
                return Barred(self.all(parts))
            case Preformatted(text):
                return Barred(Text(inert(text)), "cyan", "┊")
            case Listing():
                return self._listing(part, depth + part.indent)
            case Rule():
                return Line(style="bright_black")
            case Grid(rows):
                return _grid(rows)
            case Small(items):
                return Text(GAP).join([text_of(item, "bright_black") for item in items])
            case Fields(items):
                return _fields(items)
            case Picture(alt, title):
                return label_text(f"[image: {title or alt}]", "bright_black")
            case Controls(items):
                return self._side_by_side(items)
            case Beside():
                return self._beside(part)
            case Labelled():
                return self._labelled(part)
            case Callout(level, words):
                return Barred(text_of(words), LEVELS.get(level, "white"), "┃")
            case Frame():
                return Barred(self._frame(part), "white", "┃")
            case Step():
                return self._step(part)
            case Unknown(kind):
                return label_text(f"[a block of the kind {kind}]", "bright_black")
        assert_never(part)

    def _listing(self, listing: Listing, depth: int) -> RenderableType:
        lines = [
            self._item(item, self._marker(listing, index, depth), depth) for index, item in enumerate(listing.items)
        ]
        return _moved_in(Group(*lines), listing.indent)

    @staticmethod
    def _marker(listing: Listing, index: int, depth: int) -> str:
        return BULLETS[depth % len(BULLETS)] if listing.start is None else f"{listing.start + index}."

    def _item(self, item: Parts, marker: str, depth: int) -> RenderableType:
        line = Table.grid(padding=(0, 1, 0, 0))
        line.add_row(marker, Group(*(self.one(part, depth + 1) for part in item)))
        return line

    def _beside(self, part: Beside) -> RenderableType:
        if isinstance(part.control, Picture):
            return Group(self.all(part.parts), self.one(part.control))
        return Group(self.all(part.parts), self._side_by_side((part.control,)))

    def _labelled(self, part: Labelled) -> RenderableType:
        label = label_text(part.label, "bold").append(" (optional)" if part.optional else "", "bright_black")
        lines: list[RenderableType] = [label, self._side_by_side((part.control,))]
        return Group(*lines, *([label_text(part.hint, "bright_black")] if part.hint else []))

    def _frame(self, frame: Frame) -> RenderableType:
        title = [text_of(words, style) for words, style in ((frame.title, ""), (frame.subtitle, "dim")) if words]
        return Group(*title, self.all(frame.parts))

    def _step(self, step: Step) -> RenderableType:
        title = label_text(f"{STEPS.get(step.status, '?')} {step.title}", "bright_black")
        return Group(title, Barred(self.all(step.parts), bar="")) if step.parts else title

    # What can be pressed

    def _side_by_side(self, controls: Iterable[Control]) -> Text:
        return Text(GAP).join([text for control in controls for text in self._control(control)])

    def _control(self, control: Control) -> Iterator[Text]:
        match control:
            case Button():
                number = self._presses.number(self._source, control)
                yield key(number, f"{control.label} ↗" if control.url else control.label, control.look)
            case Box():
                number = self._presses.number(self._source, control)
                yield key(number, f"✎ {control.text or control.placeholder}")
            case Choice():
                yield from self._choice(control)

    def _choice(self, choice: Choice) -> Iterator[Text]:
        if choice.placeholder:
            yield label_text(f"{choice.placeholder}:", "bright_black")
        for option in choice.options:
            number = self._presses.number(self._source, option)
            mark = CHOSEN[choice.look][option.chosen]
            yield key(number, f"{mark} {option.label}{f' ({option.description})' if option.description else ''}")


def _moved_in(inside: RenderableType, levels: int) -> RenderableType:
    return Barred(_moved_in(inside, levels - 1), bar="") if levels > 0 else inside


def _grid(rows: Iterable[Iterable[Words]]) -> Table:
    table = Table(show_header=False, show_lines=True)
    for row in rows:
        table.add_row(*map(text_of, row))
    return table


def _fields(items: Sequence[Words]) -> Table:
    table = Table.grid(padding=(0, 3, 0, 0), expand=False)
    for start in range(0, len(items), 2):
        table.add_row(*map(text_of, items[start : start + 2]))
    return table
