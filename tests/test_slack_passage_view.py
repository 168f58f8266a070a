"""The window behind a footnote: the document's exact characters, page by page, and the quote among them."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.shipped import shipped_folder
from bot.shown import shown
from bot.slack.passage_view import WINDOW, View, loading_view, notice_view, passage_view, window
from bot.slack.slack_phrases import SlackPhrases
from bot.slack.validation import check_view
from index.document import Document, Page
from tests.hostile import HOSTILE, hostile_text

ID = "0123456789abcdef" * 2
PHRASES = SlackPhrases.load(shipped_folder("prompts"))
LONG = "".join(f"Line {number} of the harbour's log.\n" for number in range(1_000))
TEXTS = hostile_text(9_000) | st.integers(0, len(LONG)).map(lambda end: LONG[:end])


def view_of(document: Document, start: int = 0, end: int = 0, **more: Any) -> View:
    given_ = {"answer_id": ID, "number": 1, "offset": start, "base_url": "https://x.example", "changed": False}
    return passage_view(document, start, end, phrases=PHRASES, **{**given_, **more})


def elements(view: View) -> list[dict[str, Any]]:
    """Those of the document's text."""
    (block,) = [block for block in view["blocks"] if block["type"] == "rich_text"]
    found: list[dict[str, Any]] = block["elements"][0]["elements"]
    return found


def text_of(view: View) -> str:
    return "".join(element["text"] for element in elements(view))


def buttons(view: View) -> dict[str, str]:
    """What the buttons say, and what they send or open."""
    rows = [block["elements"] for block in view["blocks"] if block["type"] == "actions"]
    return {one["text"]["text"]: one.get("value") or one["url"] for row in rows for one in row}


@st.composite
def places(draw: st.DrawFn) -> tuple[str, int, int, int]:
    """A text, a span in it, and an offset."""
    text = draw(TEXTS)
    start = draw(st.integers(0, len(text)))
    return text, start, draw(st.integers(start, len(text))), draw(st.integers(0, len(text)))


def test_a_window_near_the_beginning_begins_there() -> None:
    """Nobody reads half of a document's title."""
    text = f"# The security mission\n\n{'Some words. ' * 500}"
    assert window(text, 410).start == 0


@given(places(), hostile_text(), hostile_text(), st.booleans())
@settings(deadline=None)
def test_every_window_is_valid_and_exact(place: tuple[str, int, int, int], id: str, title: str, changed: bool) -> None:
    """Its text elements are the document's own characters, in order, and Slack takes it whatever they are."""
    text, start, end, offset = place
    view = view_of(Document(id or "x", text, title or None), start, end, offset=offset, changed=changed)
    assert check_view(view) == []
    part = window(text, offset)
    assert text_of(view) == (shown(text[part.start : part.end]) or " ")
    assert part.end - part.start <= WINDOW


@given(TEXTS, st.data())
def test_turning_pages_covers_the_document(text: str, data: st.DataObject) -> None:
    """From anywhere, both ends are reached, and no character is left out on the way."""
    first = last = window(text, data.draw(st.integers(0, len(text))))
    while first.earlier is not None:
        before = window(text, first.earlier)
        assert before.start < first.start <= before.end
        first = before
    while last.later is not None:
        behind = window(text, last.later)
        assert behind.start <= last.end < behind.end
        last = behind
    assert (first.start, last.end) == (0, len(text))


@given(TEXTS, st.data())
def test_the_offset_is_in_its_window(text: str, data: st.DataObject) -> None:
    """What a window is opened for can be seen in it, with something before it."""
    offset = data.draw(st.integers(0, len(text)))
    part = window(text, offset)
    assert part.start <= offset <= part.end


@given(places())
@settings(deadline=None)
def test_the_quote_is_bold(place: tuple[str, int, int, int]) -> None:
    """As much of it as the window shows, and nothing else."""
    text, start, end, _ = place
    view = view_of(Document("a.md", text), start, end)
    part = window(text, start)
    bold = "".join(one["text"] for one in elements(view) if one.get("style") == {"bold": True})
    assert bold in (
        shown(text[start : min(end, part.end)]),
        shown(text[start - 1 : min(end, part.end)]),
        bold[:-1] + "\n",
    )
    assert "\r" in text or bold == shown(text[start : min(end, part.end)])


def test_a_window_shows_where_it_is() -> None:
    """Title, page and document, and the characters of all; the quote's page where it begins in the window."""
    document = Document("log.pdf", LONG, "The log", pages=(Page(1, 0, 5_000), Page(2, 5_000, len(LONG))))
    view = view_of(document, 5_100, 5_140)
    assert view["blocks"][0]["text"]["text"] == "The log, p. 2 — log.pdf"
    part = window(LONG, 5_100)
    assert view["blocks"][3]["elements"][0]["text"] == f"Characters {part.start + 1} to {part.end} of {len(LONG)}"
    assert LONG[part.start - 1] == LONG[part.end - 1] == "\n"


def test_buttons_turn_pages_and_open_the_web() -> None:
    """They carry ids and offsets, nothing of the document; at its ends there is nothing to turn to."""
    part = window(LONG, 5_000)
    pressed = buttons(view_of(Document("log.md", LONG), 5_000, 5_010, number="c0"))
    assert pressed.keys() == {"Earlier", "Later", "Open in browser"}
    assert pressed["Earlier"] == f"{ID}:c0:{part.earlier}"
    assert pressed["Later"] == f"{ID}:c0:{part.later}"
    assert pressed["Open in browser"].startswith("https://x.example/documents/log.md?start=5000&end=5010&sha256=")
    assert buttons(view_of(Document("a.md", "Short."), base_url=None)) == {}


def test_a_changed_document_warns_and_marks_nothing() -> None:
    """Its offsets mean nothing there; they may even lie behind its end."""
    view = view_of(Document("a.md", "New words."), 400, 500, changed=True)
    assert view["blocks"][0]["elements"][0]["text"] == PHRASES.changed
    assert elements(view) == [{"type": "text", "text": "New words."}]
    assert "start=0&end=0&" in buttons(view)["Open in browser"]


def test_views_without_a_document() -> None:
    """While it is looked for, and if it may not be shown."""
    for view in (loading_view(PHRASES), notice_view("Gone <!channel> " * 1_000, PHRASES)):
        assert check_view(view) == []
        assert view["callback_id"] == "footnote_passage_view"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_documents_are_shown_as_they_stand(text: str) -> None:
    """Their text, their title and their name."""
    view = view_of(Document(text, f"x{text}x", text), 0, len(text))
    assert check_view(view) == []
    assert text_of(view) == shown(f"x{text}x")
