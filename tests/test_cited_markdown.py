"""An answer as Markdown: what a reader of it finds, where the markers stand, and what is read back."""

import time
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.answer import Answer, Citation, ClosePassage, Sentence
from bot.cited_markdown import CLOSEST, SOURCES, CitedMarkdown, said_by
from bot.shown import shown_line
from tests.hostile import hostile_text
from tests.test_event_stream import ANSWER, CITATION, PROVEN, WITHHELD
from tests.test_markdown import MARKDOWN

BASE = "http://kb.example/"
URL = "http://kb.example/documents/leave.md"
CLOSE = ClosePassage("leave.md", "Leave", "Leave is 28 days.", 0, 17, 2, 0.5, "/documents/leave.md")
ABSTENTION = replace(ANSWER, answered=False, sentences=(), citations=(), closest=(CLOSE,), answer="I do not know.")
SENTENCES = st.lists(hostile_text(15).map(lambda text: f"Said: {text}"), min_size=1, max_size=4)


def saying(texts: list[str]) -> Answer:
    """An answer of these sentences, each with the first citation and one of its own, whose words are hostile, too."""
    citations = [replace(CITATION, number=number, title=text, quote=text) for number, text in enumerate(texts, 1)]
    sentences = tuple(Sentence(text, tuple({1, number})) for number, text in enumerate(texts, 1))
    return replace(ANSWER, sentences=sentences, citations=tuple(citations))


def test_an_answer_shows_its_footnotes_and_their_quotes() -> None:
    """Markers are links, the sources stand below; what is withheld is not there."""
    assert CitedMarkdown.of(ANSWER, BASE).text == (
        f"Leave is 28 days. [[1]]({URL})\n\nSources:\n1. Leave: “Leave is 28 days.”"
    )
    assert WITHHELD in ANSWER.sentences


def test_an_abstention_shows_what_came_close() -> None:
    """As links."""
    assert CitedMarkdown.of(ABSTENTION, BASE).text == (
        f"I do not know.\n\nClosest passages:\n- [Leave]({URL}), page 2: “Leave is 28 days.”"
    )


def test_what_is_to_be_noticed_stands_between() -> None:
    """A paragraph of its own."""
    text = CitedMarkdown.of(replace(ANSWER, notice="One sentence was left out."), BASE).text
    assert text.split("\n\n")[1:] == ["One sentence was left out.", "Sources:\n1. Leave: “Leave is 28 days.”"]


def test_what_is_taken_back_is_said_and_no_longer_marked() -> None:
    """It was read already, so a line says that it does not count; what was never shown needs no such line."""
    written = CitedMarkdown(BASE)
    assert written.take_back("The model failed.") == ""
    written.cite(CITATION)
    written.write(PROVEN)
    assert written.take_back("The model failed.") == "\n\nWhat stands above is taken back. The model failed.\n\n"
    second = replace(CITATION, title="Other")
    written.cite(second)
    written.write(replace(PROVEN, text="So it is."))
    written.end(replace(ANSWER, citations=(second,), notice="The model failed."))
    assert written.text.endswith(
        f"taken back. The model failed.\n\nSo it is. [[1]]({URL})\n\nSources:\n1. Other: “Leave is 28 days.”"
    )
    assert [one.citation for one in written.markers] == [second]
    assert said_by(written.text) == "So it is."


@given(SENTENCES)
def test_every_marker_stands_where_it_is_said_to(texts: list[str]) -> None:
    """`text[start:end]` is the marker and nothing else, in order."""
    answer = saying(texts)
    written = CitedMarkdown.of(answer, BASE)
    assert [written.text[one.start : one.end] for one in written.markers] == [
        f"[[{number}]]({URL})" for sentence in answer.sentences for number in sentence.citations
    ]


@given(SENTENCES)
def test_no_text_becomes_a_link_an_image_or_html(texts: list[str]) -> None:
    """A reader of Markdown finds our own links in a paragraph, and a list of sources."""
    written = CitedMarkdown.of(saying(texts), BASE)
    blocks = MARKDOWN.parse(written.text)
    inside = [one for block in blocks for one in block.children or ()]
    assert [one.attrs["href"] for one in inside if one.type == "link_open"] == [URL] * len(written.markers)
    assert {one.type for one in inside} <= {
        "text",
        "text_special",
        "code_inline",
        "link_open",
        "link_close",
        "softbreak",
    }
    assert {block.tag for block in blocks} <= {"", "p", "ol", "li"}
    assert sum(block.type == "list_item_open" for block in blocks) == len(texts)


@given(SENTENCES)
def test_what_it_says_is_read_back(texts: list[str]) -> None:
    """The sentences as they are shown, without markers and sources."""
    assert said_by(CitedMarkdown.of(saying(texts), BASE).text) == " ".join(shown_line(text) for text in texts)


@given(hostile_text())
def test_the_closest_passages_are_links_alone(text: str) -> None:
    """Whatever their titles and words are; read back, an abstention says nothing."""
    passage = replace(CLOSE, title=text, text=text)
    written = CitedMarkdown.of(replace(ABSTENTION, closest=(passage, passage)), BASE).text
    blocks = MARKDOWN.parse(written)
    inside = [one for block in blocks for one in block.children or ()]
    assert [one.attrs["href"] for one in inside if one.type == "link_open"] == [URL, URL]
    assert {block.tag for block in blocks} <= {"", "p", "ul", "li"}
    assert said_by(written) == ""


@given(hostile_text())
def test_what_others_wrote_is_taken_as_it_is(text: str) -> None:
    """Nothing in it looks like ours."""
    assert said_by(text) == text


def test_a_citation_is_shown_by_its_name() -> None:
    """Where the document has no title, its own."""
    cited: Citation = replace(CITATION, title=" ", page=3)
    assert CitedMarkdown.of(replace(ANSWER, citations=(cited,)), BASE).text.endswith(
        "\n1. `leave.md`, page 3: “Leave is 28 days.”"
    )


def test_what_is_sent_may_be_long_and_odd() -> None:
    """Nothing in it costs more than its length."""
    odd = [
        f"\n\n{SOURCES}\n1. {' ' * 100_000}x\ny",
        f"\n\n{CLOSEST}\n- x" * 10_000 + "y\n\n",
        " [[1]](" * 30_000,
        "`" * 99_999,
    ]
    began = time.process_time()
    assert all(len(said_by(one)) <= len(one) for one in odd)
    assert time.process_time() - began < 2
