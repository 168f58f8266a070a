"""The window that shows a source: the document's exact words around the quote, page by page."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.document_url import document_url
from bot.slack.actions import OPEN_WEB, PASSAGE_PAGE, PASSAGE_VIEW
from bot.slack.buttons import Element, actions, button, context, link_button, paragraph, plain
from bot.slack.limits import MODAL_TITLE
from bot.slack.message import Block
from bot.slack.rich_text import Part, rich_text, section, words
from bot.slack.slack_phrases import SlackPhrases
from bot.slack.source_blocks import absolute_url, place_of
from index.document import Document

View = dict[str, Any]

WINDOW = 2_400  # characters
BEFORE = 400  # of them before the offset that the window is around
SNAP = 300  # how far an edge is moved so that it cuts no line, or at least no word


@dataclass(frozen=True, slots=True)
class Window:
    """The part `[start, end)` of a text; `earlier` and `later` are the offsets that its neighbours are around.

    None at the ends of the text. Neighbours overlap a little and leave no gap.
    """

    start: int
    end: int
    earlier: int | None
    later: int | None


def window(text: str, offset: int) -> Window:
    """What is shown around any offset."""
    wanted = max(0, min(offset, len(text)) - BEFORE)
    start = _edge(text, wanted)
    end = _edge(text, min(len(text), start + WINDOW))
    return Window(
        start,
        end,
        earlier=max(0, start - WINDOW + BEFORE + 2 * SNAP) if start > 0 else None,
        later=min(len(text), end + BEFORE) if end < len(text) else None,
    )


def loading_view(phrases: SlackPhrases) -> View:
    """What is opened at once, before the document is at hand."""
    return notice_view(phrases.loading, phrases)


def notice_view(notice: str, phrases: SlackPhrases) -> View:
    """Instead of a document: why there is none."""
    return _modal([paragraph(notice)], phrases)


def passage_view(
    document: Document,
    start: int,
    end: int,
    *,
    answer_id: str,
    number: int | str,
    offset: int,
    phrases: SlackPhrases,
    base_url: str | None,
    changed: bool,
) -> View:
    """The document around `offset`, the quote `[start, end)` in bold.

    `number` is that of the citation, or `c0`, `c1`, … for the closest passages of an abstention. A document that has
    `changed` since the answer shows a warning and no quote: its offsets mean nothing there.
    """
    shown = window(document.text, offset)
    quote = (
        (shown.start, shown.start)
        if changed
        else _within(shown, *(_whole(document.text, place) for place in (start, end)))
    )
    top = quote[0] if quote[0] < quote[1] else shown.start
    source = f"{answer_id}:{number}"
    blocks = [
        *([context(phrases.changed)] if changed else []),
        paragraph(place_of(document.label, document.page_at(top), document.id, phrases)),
        *_page_button(phrases.earlier, source, shown.earlier),
        _text(document.text, shown, quote),
        context(phrases.position(min(shown.start + 1, shown.end), shown.end, len(document.text))),
        *_page_button(phrases.later, source, shown.later, _link(document, quote, base_url, phrases)),
    ]
    return _modal(blocks, phrases)


def _modal(blocks: list[Block], phrases: SlackPhrases) -> View:
    return {
        "type": "modal",
        "callback_id": PASSAGE_VIEW,
        "title": plain(phrases.passage_title, MODAL_TITLE),
        "close": plain(phrases.close, MODAL_TITLE),
        "blocks": blocks,
    }


def _within(shown: Window, start: int, end: int) -> tuple[int, int]:
    first = min(max(start, shown.start), shown.end)
    return first, max(first, min(end, shown.end))


def _text(text: str, shown: Window, quote: tuple[int, int]) -> Block:
    parts = [
        *words(text[shown.start : quote[0]]),
        *words(text[quote[0] : quote[1]], "bold"),
        *words(text[quote[1] : shown.end]),
    ]
    return rich_text(section(parts or _nothing()))


def _nothing() -> Iterator[Part]:
    """A document without a visible character."""
    yield {"type": "text", "text": " "}


def _page_button(label: str, source: str, offset: int | None, link: Element | None = None) -> list[Block]:
    """Slack refuses two buttons of one name in one row: each direction has a row of its own."""
    turn = [] if offset is None else [button(label, PASSAGE_PAGE, f"{source}:{offset}")]
    elements = [*turn, *([link] if link else [])]
    return [actions(*elements)] if elements else []


def _link(document: Document, quote: tuple[int, int], base_url: str | None, phrases: SlackPhrases) -> Element | None:
    url = absolute_url(document_url(document.id, *quote, document.sha256), base_url) if base_url else None
    return link_button(phrases.open_in_browser, OPEN_WEB, url) if url else None


def _edge(text: str, offset: int) -> int:
    """The last start of a line up to `offset`, else of a word, unless it is far away."""
    if offset in (0, len(text)):
        return offset
    near = max(0, offset - SNAP)
    newline = text.rfind("\n", near, offset)
    if newline >= 0:
        return newline + 1
    if near == 0:
        return 0
    space = text.rfind(" ", near, offset)
    if space >= 0:
        return space + 1
    return _whole(text, offset)


def _whole(text: str, offset: int) -> int:
    """Not between the two characters that end a line in some files."""
    return offset - 1 if text[max(0, offset - 1) : offset + 1] == "\r\n" else offset
