"""Sentences: exact spans, ends where a reader hears them, and the kind of everything else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.blocks import Kind
from index.document import Markup
from index.sentences import sentence_spans, sentences

# fmt: off
PIECES = st.sampled_from([
    "# H\n", "## Sub\n", "\n\n", "\n", "\r\n", " ", "```\n", "~~~", "- ", "1. ", "> ",
    "\n> And so. ", "| a | b |\n", "|---|---|\n", "Hello there. ",
    "Dr. Smith said “Go. Now.” ", "This is", "[3]", '"', "(", "It. )", "。", "你好。", "🎉",
    "a\u0301", "\t", "\f", "\u2028", "\x85", "\x1c", "---\n", "===\n", "**", "Word",
    "e.g. ", "\ud800", "\x00", ". ", "? ", "A.B.C ", "foo.Bar ", " a", "  \n", "\\\n",
    "\ufeff", "\u200b", "<div>\n", "x" * 50, "word " * 900,
])
# fmt: on
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=40).map("".join)


def said(text: str, markup: Markup = Markup.PLAIN) -> list[str]:
    """The sentences of a text, as they stand there."""
    return [text[start:end] for start, end in sentence_spans(text, markup=markup)]


def kinds(text: str, markup: Markup = Markup.MARKDOWN) -> list[tuple[Kind, str]]:
    """What each sentence of a text is."""
    return [(s.kind, text[s.start : s.end]) for s in sentences(text, markup=markup)]


@given(TEXTS, st.sampled_from(list(Markup)), st.integers(0, 60), st.integers(0, 60))
def test_every_character_is_in_one_sentence(text: str, markup: Markup, start: int, cut: int) -> None:
    """Spans are in order, do not overlap, have no outer whitespace and leave out nothing but whitespace."""
    end = max(len(text) - cut, 0)
    last = start
    for first, stop in sentence_spans(text, start, end, markup):
        assert last <= first < stop <= end
        assert not text[last:first].strip()
        assert text[first:stop] == text[first:stop].strip()
        last = stop
    assert not text[last:end].strip()


@pytest.mark.parametrize(
    "text",
    [
        "The U.S. Army went. | It came back.",
        "Dr. Smith arrived e.g. today. | See fig. 3 and No. 5 there. | J. K. Rowling wrote it.",
        "Growth was approx. 5 percent, est. 1950, cf. eq. 3, resp. so. | It ended.",
        "It costs $3.5 million, vs. 6 in 2019. | He lives in the U.S. | He works there.",
        "At 5 p.m. on Monday they met. | He left at 3:00 p.m. EST. | It was 5 p.m. | They left.",
        "The board meets on the 3. of May. | The mosquito An. gambiae spreads it.",
        "Really?! | Yes. | Wait... what? | So it goes on. . . . | Then it ends.",
        "See https://example.org/a.b?c=d. | Mail a.b@c.org! | The end.",
        "Use System.Text.Json here. | It ended.| Then no space followed.",
    ],
)
def test_a_full_stop_is_not_always_an_end(text: str) -> None:
    """Abbreviations, initials, decimals, dates, times, ellipses and addresses do not end a sentence."""
    assert said(text.replace("| ", "") if ".|" not in text else text.replace(" |", "").replace("|", "")) == [
        sentence.strip() for sentence in text.split("|")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "“A b. C d,” said X. | Then he left.",
        'He said "Go now." | Then he left. | "Stop!" she cried.',
        "(It was late.) | She left. | (One. Two. Three.) | Four of them came.",
        "Foo (see Smith et al. 1999; Jones et al., 2000). | Bar (e.g., in the U.S.). | The end.",
        "It was so.[3] | Then it changed. [4][5] | “Quoted.”[6] | It cost $3.[citation needed]",
        "It began.:245 | It went on.:3–4 | So.",
        "This is **bold.** | And *this too.* | The end.",
        "Unclosed “quote here. | And then more.",
        "First: 1. Open it. | 2. Close it.",
    ],
)
def test_closers_and_notes_belong_to_the_sentence(text: str) -> None:
    """Quotes, brackets, emphasis and notes after a full stop stay with it; a quotation is not torn."""
    assert said(text.replace("| ", "")) == text.split(" | ")


def test_a_long_quotation_is_a_text_of_its_own() -> None:
    """A quotation of many sentences is cut into them, its quotes staying at the words."""
    inside = [f"This is sentence {n} of what he said in all that time." for n in range(8)]
    assert said(f"“{' '.join(inside)}” He left.") == [
        f"“{inside[0]}",
        *inside[1:7],
        f"{inside[7]}”",
        "He left.",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("東京は首都です。人口は多い！本当？", ["東京は首都です。", "人口は多い！", "本当？"]),
        ("他说：“你好。我走了。”然后离开。", ["他说：“你好。我走了。”", "然后离开。"]),
        ("यह एक वाक्य है। यह दूसरा है।", ["यह एक वाक्य है।", "यह दूसरा है।"]),
        ("هل أنت هنا؟ نعم أنا هنا.", ["هل أنت هنا؟", "نعم أنا هنا."]),
        ("Родился в г. Москва. Он ушёл.", ["Родился в г. Москва.", "Он ушёл."]),
    ],
)
def test_other_scripts(text: str, expected: list[str]) -> None:
    """Full stops of other scripts end sentences, with or without a space after them."""
    assert said(text) == expected


def test_a_hard_wrapped_paragraph_is_one() -> None:
    """Line ends at the margin mean nothing, also with CRLF, hyphens, and upper-case words after them."""
    text = (
        "The multinational mission was approved in October by the Security Council.\r\n"
        "Kenya leads it, with officers from several other countries of the Carib-\r\n"
        "bean region. In the capital it works together with the police of the\r\n"
        "Republic of Haiti."
    )
    assert [" ".join(sentence.split()) for sentence in said(text)] == [
        "The multinational mission was approved in October by the Security Council.",
        "Kenya leads it, with officers from several other countries of the Carib- bean region.",
        "In the capital it works together with the police of the Republic of Haiti.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Overview\nThe U.S. Army went.",
        "The Title of the Report\nJane Doe, 2020\nThe quick brown fox jumps over the lazy dog and runs away.",
        "Best regards,\nJane Doe",
        "Port: 8080\nHost: example.org",
        "12 Main Street\nLondon\nEngland",
    ],
)
def test_a_short_line_ends_on_purpose(text: str) -> None:
    """Titles, names and addresses are lines of their own although no full stop ends them."""
    assert said(text) == text.split("\n")


def test_subscripts_on_lines_of_their_own() -> None:
    """A formula torn by a conversion does not end the sentence around it."""
    text = "The gas is known as dioxygen, O\n2. It is a major part of the air that we breathe."
    assert said(text) == [
        "The gas is known as dioxygen, O\n2.",
        "It is a major part of the air that we breathe.",
    ]


def test_a_number_at_a_line_start_is_not_always_a_marker() -> None:
    """A year that was wrapped to the next line stays in its sentence."""
    assert (
        said("They were deployed to Haiti in the late summer of the year\n19. Then they left.")[1] == "Then they left."
    )


def test_structure_of_markdown() -> None:
    """Headings, fences, items, tables and rules are recognised and their markers stand alone."""
    text = (
        "# Title\n\nSome text stands here.\n```sh\n# no heading. No prose.\n```\n- [ ] An item of a list.\n"
        "1. Do this now.\n   Then do that.\n\nName | Age\n---|---\nBob. | 5\n\n<div>\n\nUnder\n=====\n\n***\n"
    )
    assert kinds(text) == [
        (Kind.HEADING, "# Title"),
        (Kind.PROSE, "Some text stands here."),
        (Kind.MARKUP, "```sh"),
        (Kind.CODE, "# no heading. No prose."),
        (Kind.MARKUP, "```"),
        (Kind.MARKUP, "- [ ]"),
        (Kind.PROSE, "An item of a list."),
        (Kind.MARKUP, "1."),
        (Kind.PROSE, "Do this now."),
        (Kind.PROSE, "Then do that."),
        (Kind.ROW, "Name | Age"),
        (Kind.MARKUP, "---|---"),
        (Kind.ROW, "Bob. | 5"),
        (Kind.MARKUP, "<div>"),
        (Kind.HEADING, "Under\n====="),
        (Kind.MARKUP, "***"),
    ]


def test_front_matter_is_rows() -> None:
    """Metadata at the beginning is neither a heading nor prose."""
    assert kinds("---\ntitle: x\n---\nHello my friends.")[1:] == [
        (Kind.ROW, "title: x"),
        (Kind.MARKUP, "---"),
        (Kind.PROSE, "Hello my friends."),
    ]


def test_quoted_lines_are_one_paragraph() -> None:
    """The marks of a quotation are no words, wherever the sentences in it end."""
    text = "> You wrote this to us last year. And\n> that too, in a line as long as it.\n> The end is here.\n> Bye now."
    assert kinds(text) == [
        (Kind.MARKUP, ">"),
        (Kind.PROSE, "You wrote this to us last year."),
        (Kind.PROSE, "And\n> that too, in a line as long as it."),
        (Kind.MARKUP, ">"),
        (Kind.PROSE, "The end is here."),
        (Kind.MARKUP, ">"),
        (Kind.PROSE, "Bye now."),
    ]


def test_each_line_of_rows_is_a_sentence() -> None:
    """Records are never joined or split."""
    assert said("id,text\n1,One. Two.\n2,and more\n", Markup.ROWS) == ["id,text", "1,One. Two.", "2,and more"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Kenya leads the mission.", Kind.PROSE),
        ("the service listens on port 8080", Kind.PROSE),
        ("Mission and Objectives", Kind.LABEL),
        ("The International Response to the Haitian Crisis", Kind.LABEL),
        ("The steps of the procedure are the following:", Kind.LABEL),
        ("Page 3 of 10", Kind.LABEL),
        ("Yes.", Kind.LABEL),
        ("12.5", Kind.LABEL),
        ("Port: 8080", Kind.ROW),
        ("Name\tAge", Kind.ROW),
        ("----------", Kind.MARKUP),
    ],
)
def test_what_reads_as_a_sentence(text: str, kind: Kind) -> None:
    """Only what says something by itself is prose; titles, lead-ins and page numbers are labels."""
    assert [sentence.kind for sentence in sentences(text)] == [kind]


def test_a_long_text_in_another_script() -> None:
    """The splitter's windows leave no trace: each sentence of a long text without spaces is found."""
    assert set(said("今天天气很好。" * 3000)) == {"今天天气很好。"}


@pytest.mark.parametrize("word", ["May", "art", "no"])
def test_a_word_that_looks_like_an_abbreviation_ends_a_sentence(word):
    """Nobody abbreviates May; "art. 5" is an article, "art. Then" the end of a sentence."""
    text = f"It is about {word}. Then comes the rest of it, see art. 5 and Art. Six of May 3."
    assert [text[a:b] for a, b in sentence_spans(text)] == [
        f"It is about {word}.",
        "Then comes the rest of it, see art. 5 and Art. Six of May 3.",
    ]
