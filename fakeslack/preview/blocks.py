"""Block kit as parts."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from fakeslack.preview.elements import controls, label_of
from fakeslack.preview.markdown import Markdown
from fakeslack.preview.mrkdwn import Mrkdwn
from fakeslack.preview.names import Names
from fakeslack.preview.parts import (
    Beside,
    Callout,
    Control,
    Controls,
    Fields,
    Frame,
    Grid,
    Heading,
    Labelled,
    Paragraph,
    Parts,
    Picture,
    Rule,
    Small,
    Span,
    Step,
    Unknown,
    Words,
    bold,
    plain,
)
from fakeslack.preview.rich_text import RichText

Json = Mapping[str, Any]


class Blocks:
    """Reads blocks. What is missing in one is left out of its picture: whether it may be is not judged here.

    `state` is what has been typed and chosen in a view so far, as Slack keeps it: by block id and action id.
    """

    def __init__(self, names: Names) -> None:
        self._mrkdwn = Mrkdwn(names)
        self._markdown = Markdown(names)
        self._rich_text = RichText(names)
        self._readers: Mapping[str, Callable[[Json, Json], Parts]] = {
            "actions": self._actions,
            "alert": lambda block, _: (Callout(block.get("level", "default"), self.words(block.get("text"))),),
            "card": self._card,
            "carousel": lambda block, state: self.parts(block.get("elements", ()), state),
            "container": self._container,
            "context": lambda block, _: (Small(tuple(map(self._context, block.get("elements", ())))),),
            "context_actions": self._actions,
            "divider": lambda _block, _state: (Rule(),),
            "header": lambda block, _: (Heading(self.words(block.get("text"))),),
            "image": lambda block, _: (_picture(block),),
            "input": self._input,
            "markdown": lambda block, _: self.markdown(block.get("text", "")),
            "plan": self._plan,
            "rich_text": lambda block, _: self._rich_text.parts(block),
            "section": self._section,
            "table": lambda block, _: (self._table(block),),
            "task_card": lambda block, _: (self._task(block),),
        }

    def parts(self, blocks: Iterable[Json], state: Json | None = None) -> Parts:
        return tuple(part for block in blocks for part in self._block(block, state or {}))

    def mrkdwn(self, text: str) -> Parts:
        """Slack's markup alone, as in the text of a message without blocks."""
        return self._mrkdwn.parts(text)

    def markdown(self, text: str) -> Parts:
        """Standard Markdown alone, as in a message that was given as such."""
        return self._markdown.parts(text)

    def words(self, text: Json | str | None) -> Words:
        """A text object in one line of parts; a bare string is plain."""
        if isinstance(text, Mapping) and text.get("type") == "mrkdwn":
            return self._mrkdwn.words(text.get("text", ""))
        return plain(label_of(text))

    def task(self, task: Json) -> Step:
        """A step as chunks of a stream carry it: its details are Markdown."""
        told = [text for name in ("details", "output") if isinstance(text := task.get(name), str) and text]
        parts = tuple(part for text in told for part in self.markdown(text))
        return Step(task.get("status", "pending"), task.get("title", ""), parts + _sources(task))

    def _block(self, block: Json, state: Json) -> Parts:
        reader = self._readers.get(str(block.get("type")))
        return (Unknown(str(block.get("type"))),) if reader is None else reader(block, state)

    def _text(self, text: Json | None) -> Parts:
        if text is None:
            return ()
        if text.get("type") == "mrkdwn":
            return self._mrkdwn.parts(text.get("text", ""))
        return (Paragraph(self.words(text)),)

    def _section(self, block: Json, state: Json) -> Parts:
        fields = tuple(self.words(field) for field in block.get("fields", ()))
        parts = self._text(block.get("text")) + ((Fields(fields),) if fields else ())
        accessory = block.get("accessory")
        return parts if accessory is None else _beside(parts, accessory, block.get("block_id", ""), state)

    def _context(self, element: Json) -> Words:
        if element.get("type") == "image":
            return (Span(f"[{element.get('alt_text', 'image')}]"),)
        return self.words(element)

    def _actions(self, block: Json, state: Json) -> Parts:
        items = controls(block.get("elements", ()), block.get("block_id", ""), state)
        return (Controls(items),) if items else ()

    def _input(self, block: Json, state: Json) -> Parts:
        inside = controls((block.get("element", {}),), block.get("block_id", ""), state)
        optional = bool(block.get("optional"))
        return (Labelled(label_of(block.get("label")), inside[0], label_of(block.get("hint")), optional),)

    def _card(self, block: Json, state: Json) -> Parts:
        images = tuple(_picture(block[name]) for name in ("hero_image", "icon") if block.get(name))
        inside = (
            images
            + self._text(block.get("body"))
            + self._actions({**block, "elements": block.get("actions", ())}, state)
        )
        return (Frame(bold(self._either(block.get("title"))), self._either(block.get("subtitle")), inside),)

    def _either(self, text: Json | str | None) -> Words:
        """Text objects of cards that come without a type are read as markup."""
        return self._mrkdwn.words(text) if isinstance(text, str) else self.words(text)

    def _container(self, block: Json, state: Json) -> Parts:
        rich = block.get("rich_text_title")
        title = self._rich_text.words(rich) if rich else self.words(block.get("title"))
        return (
            Frame(bold(title), self.words(block.get("subtitle")), self.parts(block.get("child_blocks", ()), state)),
        )

    def _table(self, block: Json) -> Grid:
        return Grid(tuple(tuple(self._cell(cell) for cell in row) for row in block.get("rows", ())))

    def _cell(self, cell: Json) -> Words:
        if cell.get("type") == "rich_text":
            return self._rich_text.words(cell)
        return plain(str(cell.get("text", cell.get("value", ""))))

    def _plan(self, block: Json, _state: Json) -> Parts:
        return (Paragraph(bold(plain(label_of(block.get("title"))))), *map(self._task, block.get("tasks", ())))

    def _task(self, block: Json) -> Step:
        told = (block[name] for name in ("details", "output") if block.get(name))
        parts = tuple(part for rich in told for part in self._rich_text.parts(rich))
        return Step(block.get("status", "pending"), label_of(block.get("title")), parts + _sources(block))


def _beside(parts: Parts, accessory: Json, block_id: str, state: Json) -> Parts:
    if accessory.get("type") == "image":
        return (Beside(parts, _picture(accessory)),)
    found: tuple[Control, ...] = controls((accessory,), block_id, state)
    return (Beside(parts, found[0]),)


def _picture(block: Json) -> Picture:
    return Picture(block.get("alt_text", ""), label_of(block.get("title")))


def _sources(task: Json) -> Parts:
    """Chips that lead to what was read."""
    words = tuple(Span(label_of(source.get("text")), link=source.get("url")) for source in task.get("sources") or ())
    return (Small(tuple((span,) for span in words)),) if words else ()
