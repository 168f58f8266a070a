"""Passages: exact slices of the document, whole sentences, headings as context, never over the budget."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.blocks import Kind
from index.chunking import Chunker
from index.document import Document, Markup, Page, Passage
from index.sentences import sentences
from index.vocabulary import Vocabulary
from tests.fakes import FakeEmbedding

count_tokens = FakeEmbedding().count_tokens

# fmt: off
STRUCTURE = st.sampled_from([
    "# H\n", "## Sub\n", "\n### Deep one\n", "Setext\n---\n", "\n\n", "\n", "\r\n", "```\n", "~~~\n", "- ",
    "1. ", "> ", "| a | b |\n", "|---|---|\n", "---\n", "===\n", "\t", "\f", "\u2028", "  \n", "<div>\n",
    "\ufeff", " ",
])
WORDS = st.sampled_from([
    "Hello there. ", "Dr. Smith said “Go. Now.” ", "It is so", "[3] ", '"', "(", "One. )", "。",
    "你好，世界。", "🎉", "👩\u200d🚀 ", "مرحبا بكم. ", "e\u0301 ", "x" * 70, "word " * 30, "Port: 8080\n",
    "e.g. ", "?! ", "A.B.C ", "\ud800",
])
# fmt: on
TEXTS = st.lists(st.one_of(STRUCTURE, WORDS, st.text(max_size=6)), max_size=40).map("".join)
MARKUPS = st.sampled_from(list(Markup))
TITLES = st.sampled_from([None, "H", "A title", "A title that is " + "very " * 40 + "long"])


def document(text: str, markup: Markup = Markup.MARKDOWN, title: str | None = None, **fields: object) -> Document:
    """A document of the given text."""
    return Document("folder/file.md", text, title, markup, **fields)  # type: ignore[arg-type]


def chunk(text: str, markup: Markup = Markup.MARKDOWN, title: str | None = None, size: int = 24) -> list[Passage]:
    """The passages of a text under a small budget, so that short examples need several."""
    return Chunker(count_tokens, size).chunk(document(text, markup, title))


def texts(passages: Sequence[Passage]) -> list[str]:
    """What the passages say."""
    return [passage.text for passage in passages]


# --- what always holds --------------------------------------------------------------------------------------


@given(TEXTS, MARKUPS, TITLES, st.integers(6, 60))
def test_a_passage_is_its_slice(text: str, markup: Markup, title: str | None, size: int) -> None:
    """Every passage equals the slice of the document, in order, without overlap, without outer whitespace."""
    last = 0
    for passage in chunk(text, markup, title, size):
        assert passage.text == text[passage.start : passage.end]
        assert last <= passage.start < passage.end
        assert passage.text == passage.text.strip()
        last = passage.end


@given(TEXTS, MARKUPS, TITLES, st.integers(6, 60))
def test_the_budget_is_kept(text: str, markup: Markup, title: str | None, size: int) -> None:
    """Headings, text and the model's two tokens stay within the limit."""
    for passage in chunk(text, markup, title, size):
        assert count_tokens([passage.contextual_text])[0] + 2 <= size


@given(TEXTS, MARKUPS, TITLES, st.integers(6, 60))
def test_nothing_with_words_is_lost(text: str, markup: Markup, title: str | None, size: int) -> None:
    """Whatever is in no passage is markup, or a heading that a passage carries."""
    passages = chunk(text, markup, title, size)
    covered = {at for passage in passages for at in range(passage.start, passage.end)}
    carried = "\n".join(heading for passage in passages for heading in passage.headings)
    for sentence in sentences(text, markup=markup):
        if sentence.kind is Kind.MARKUP or all(
            at in covered or text[at].isspace() for at in range(sentence.start, sentence.end)
        ):
            continue
        assert sentence.kind in (Kind.HEADING, Kind.ROW)
        assert text[sentence.start : sentence.end].splitlines()[0].strip("\ufeff").strip("#*_` \t") in carried


@given(TEXTS, MARKUPS, TITLES, st.integers(16, 60))
def test_a_sentence_that_fits_is_never_cut(text: str, markup: Markup, title: str | None, size: int) -> None:
    """No passage begins or ends within a sentence that fits beside the longest headings allowed."""
    edges = {edge for passage in chunk(text, markup, title, size) for edge in (passage.start, passage.end)}
    room = (size - 2) // 2
    for sentence in sentences(text, markup=markup):
        said = text[sentence.start : sentence.end]
        if count_tokens([said])[0] <= room and len(said) <= room * 16:
            assert not edges & set(range(sentence.start + 1, sentence.end))


@given(TEXTS.filter(lambda text: any(character.isalpha() for character in text)), TITLES)
def test_a_text_with_words_has_passages(text: str, title: str | None) -> None:
    """Plain words are always found somewhere, whatever stands around them."""
    assert chunk(text, Markup.PLAIN, title)


@given(TEXTS, MARKUPS)
def test_the_real_tokenizer_agrees(text: str, markup: Markup) -> None:
    """With the bundled model's own tokens the limit holds as well."""
    vocabulary = Vocabulary()
    passages = Chunker(vocabulary.count_tokens, 48).chunk(document(text.replace("\ud800", ""), markup, "A title"))
    assert all(count + 2 <= 48 for count in vocabulary.count_tokens([p.contextual_text for p in passages]))


# --- headings -----------------------------------------------------------------------------------------------


def test_headings_lead_to_the_section() -> None:
    """A passage carries the title and the path of headings above it, and does not repeat them in its text."""
    passages = chunk(
        "# Guide\n\nThis introduction is long enough to be a passage of its own.\n\n## Setup\n\n### Linux\n\nRun it.\n",
        title="Manual",
        size=26,
    )
    assert [(p.headings, p.text) for p in passages] == [
        (("Manual", "Guide"), "This introduction is long enough to be a passage of its own."),
        (("Manual", "Guide", "Setup", "Linux"), "Run it."),
    ]


def test_a_title_is_not_repeated() -> None:
    """The first heading is usually the title: it is carried once."""
    assert chunk("# The  Guide\n\nSome text.", title="the guide")[0].headings == ("The  Guide",)


def test_a_sibling_closes_a_heading() -> None:
    """A heading ends the sections of its own level and below."""
    body = "words " * 15
    passages = chunk(f"# A\n{body}\n## B\n{body}\n# C\n{body}", size=30)
    assert [p.headings for p in passages] == [("A",), ("A", "B"), ("C",)]


def test_a_hash_in_a_fence_is_no_heading() -> None:
    """Comments of a shell script do not open sections."""
    passages = chunk("# Install\n\n```bash\n# not a heading\nmake\n```\n")
    assert [(p.headings, p.text) for p in passages] == [(("Install",), "```bash\n# not a heading\nmake\n```")]


@pytest.mark.parametrize("text", ["Name\n====\n\nBody text.", "Name\n---\nBody text.", "## Name ##\nBody text."])
def test_headings_of_every_style(text: str) -> None:
    """Underlined headings and closed ones count; their markup is not part of the words."""
    assert [(p.headings, p.text) for p in chunk(text)] == [(("Name",), "Body text.")]


def test_a_heading_without_a_body_is_kept() -> None:
    """What no passage carries is a passage itself, under the headings above it."""
    passages = chunk("# Guide\n## Empty\n## Full\n" + "words " * 18, size=26)
    assert [(p.headings, p.text[:8]) for p in passages] == [
        (("Guide",), "## Empty"),
        (("Guide", "Full"), "words wo"),
    ]


def test_headings_alone_are_passages() -> None:
    """A document of headings only still says something."""
    assert texts(chunk("# One\n## Two\n## Three\n")) == ["# One\n## Two\n## Three"]


def test_a_heading_longer_than_its_share_is_text() -> None:
    """A paragraph that somebody marked as a heading is indexed as text instead of filling every passage."""
    text = "# " + "endless " * 20 + "\n\nBody."
    assert "".join(texts(chunk(text))).count("endless") == 20


def test_an_unbroken_heading_is_text() -> None:
    """A heading that a tokenizer sees as one unknown word is still too long to be carried along."""
    passages = chunk(f"# {'A' * 5000}\n\nBody.")
    assert max(len(passage.contextual_text) for passage in passages) <= 22 * 16


def test_a_hash_may_belong_to_the_name() -> None:
    """Only markup is taken off a heading."""
    assert chunk("# C#\n\nBody.")[0].headings == ("C#",)


def test_a_long_path_keeps_its_last_levels() -> None:
    """The nearest headings say most; the outer ones that do not fit become text."""
    levels = "\n".join(f"{'#' * level} level {level} here" for level in range(1, 6))
    passages = chunk(f"{levels}\n" + "words " * 30, size=50)
    assert passages[-1].headings == ("level 3 here", "level 4 here", "level 5 here")
    assert passages[0].text == "# level 1 here\n## level 2 here"


def test_columns_are_the_heading_of_rows() -> None:
    """Each row is searched with the names of its columns."""
    rows = "\n".join(f"{n},name of the person {n}" for n in range(9))
    passages = chunk(f"id,name\n{rows}\n", Markup.ROWS, "people")
    assert {p.headings for p in passages} == {("people", "id,name")}
    assert "\n".join(texts(passages)) == rows


# --- packing ------------------------------------------------------------------------------------------------


def test_a_small_document_is_one_passage() -> None:
    """Sections share a passage only if the whole document fits into it; common headings stay outside."""
    passages = chunk("# Pets\n\n## Cats\n\nThey purr.\n\n## Dogs\n\nThey bark.\n", title="Pets")
    assert [(p.headings, p.text) for p in passages] == [(("Pets",), "## Cats\n\nThey purr.\n\n## Dogs\n\nThey bark.")]


def test_paragraphs_stay_whole() -> None:
    """The cut falls between paragraphs, where they fit, rather than within one."""
    first, second = "One two three. Four five six. Seven eight.", "Aa bb cc. Dd ee ff. Gg hh ii. Jj kk ll."
    assert texts(chunk(f"{first}\n\n{second}")) == [first, second]


def test_no_orphan_is_left() -> None:
    """A last sentence that does not fit takes others with it instead of standing alone."""
    passages = chunk(" ".join(f"Sentence number {n} is here." for n in range(8)), size=44)
    counts = count_tokens(texts(passages))
    assert len(counts) == 2
    assert max(counts) - min(counts) <= 6


def test_an_announcement_stays_with_what_it_announces() -> None:
    """A line that ends in a colon is in the passage of what follows, though halves were more equal."""
    steps = "The steps are:\n\n- Do this one first now.\n- Do that later on."
    assert texts(chunk(f"Some words stand first here now.\n\n{steps}\n")) == [
        "Some words stand first here now.",
        steps,
    ]


def test_a_fence_opens_with_its_code() -> None:
    """The line that opens a block of code does not end the passage before it."""
    code = "```\nmake one two three four five six seven eight\n```"
    assert texts(chunk(f"Nine words stand before the code, as you see.\n{code}\n"))[-1] == code


def test_a_fence_closes_with_its_code() -> None:
    """The line that closes a block of code does not begin the next passage."""
    code = "```\nmake one two three four five six seven eight\nmake one two three four five six seven\n```"
    after = "After it there are some more of the words."
    assert [text.count("```") for text in texts(chunk(f"{code}\n\n{after}\n"))] == [1, 1]
    assert not any(text.startswith("```\n\n") for text in texts(chunk(f"{code}\n\n{after}\n")))


def test_a_closed_fence_is_a_good_end() -> None:
    """Code that fits stays whole, and what follows a blank line after it may begin a passage."""
    code = "```\nmake one two three\nmake five six seven\n```"
    after = "After it there are some more of the words."
    assert texts(chunk(f"{code}\n\n{after}\n")) == [code, after]


def test_a_long_sentence_is_cut_at_a_clause() -> None:
    """A sentence over the budget ends at commas rather than anywhere."""
    text = ", ".join(f"the clause with number {n}" for n in range(12)) + "."
    passages = chunk(text)
    assert all(passage.text.endswith((",", ".")) for passage in passages)
    assert " ".join(texts(passages)) == text


def test_an_unbroken_string_is_cut_at_characters() -> None:
    """A tokenizer that sees one unknown word must not make a passage of megabytes."""
    passages = chunk("A" * 100_000, Markup.PLAIN)
    assert "".join(texts(passages)) == "A" * 100_000
    assert max(map(len, texts(passages))) <= 22 * 16


def test_a_line_of_megabytes() -> None:
    """One line without an end is read in time that grows with its length only."""
    text = "word " * 400_000
    passages = Chunker(lambda texts: [text.count(" ") for text in texts]).chunk(document(text))
    assert sum(text.count("word") for text in texts(passages)) == 400_000


def test_all_sentences_are_measured_at_once() -> None:
    """The tokenizer is asked once for a document of ordinary sentences."""
    batches: list[int] = []

    def counting(batch: Sequence[str]) -> list[int]:
        batches.append(len(batch))
        return count_tokens(batch)

    Chunker(counting).chunk(document("# A\n\n" + "This is one of them. " * 200, title="A"))
    assert len(batches) == 1


# --- edges --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", " \n\t\r\n\f", "---\n\n***\n", "<br>\n"])
@pytest.mark.parametrize("markup", [Markup.PLAIN, Markup.MARKDOWN])
def test_a_text_without_words_has_no_passages(text: str, markup: Markup) -> None:
    """Nothing to say, nothing to search; a tag in plain text is text."""
    assert chunk(text, markup) == [] or text == "<br>\n"


def test_offsets_count_characters() -> None:
    """Offsets are code points, also after astral characters and with CRLF line ends."""
    text = "🎉🎉 First.\r\n\r\n" + "Second words " * 10 + ".\r\n\r\n👩‍🚀 Third one is here with words " * 2
    for passage in chunk(text):
        assert text[passage.start : passage.end] == passage.text


def test_what_a_passage_knows_of_its_document() -> None:
    """It names the document, the version and the page on which it starts."""
    text = "First page text is here with words.\n\nSecond page text is here with more words than fit."
    pages = (Page(1, 0, 36), Page(2, 36, len(text)))
    whole = document(text, Markup.PLAIN, pages=pages)
    passages = Chunker(count_tokens, 16).chunk(whole)
    assert [passage.page for passage in passages][:: len(passages) - 1] == [1, 2]
    assert {(p.document, p.title, p.sha256) for p in passages} == {("folder/file.md", "file", whole.sha256)}
