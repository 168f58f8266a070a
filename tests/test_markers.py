"""Reading what a model writes: sentences, the passages that they name, and when each is certain."""

import re
from time import process_time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.claim import Claim
from bot.markers import LONGEST, SENTINEL, ClaimReader


def read(text: str) -> list[tuple[str, tuple[int, ...]]]:
    reader = ClaimReader()
    return [(claim.text, claim.cited) for claim in (*reader.feed(text), *reader.finish())]


def declined(text: str) -> bool:
    reader = ClaimReader()
    reader.feed(text)
    reader.finish()
    return reader.declined


def said_when(text: str) -> list[tuple[str, str]]:
    """Each claim, and how much of the text had come when it came out."""
    reader = ClaimReader()
    out = [(claim.text, text[: at + 1]) for at, letter in enumerate(text) for claim in reader.feed(letter)]
    return out + [(claim.text, text + "∎") for claim in reader.finish()]


# --- shapes of markers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("marker", "numbers"),
    [
        ("[1]", (1,)),
        ("[1, 2]", (1, 2)),
        ("[1,2]", (1, 2)),
        ("[1; 3 and 4]", (1, 3, 4)),
        ("[1][2]", (1, 2)),
        ("[1], [2] and [5]", (1, 2, 5)),
        ("[2][1][2]", (2, 1)),
        ("[1-3]", (1, 2, 3)),
        ("[1–3, 5]", (1, 2, 3, 5)),
        ("[12]", (12,)),
        ("[99]", (99,)),
        ("【1】", (1,)),
        ("【1†source】", (1,)),
        ("【3†L5-L8】", (3,)),
        ("［１］", (1,)),
        ("¹", (1,)),
        ("¹²", (12,)),
        ("¹²³", (1, 2, 3)),
        ("¹,²", (1, 2)),
        ("¹ ²", (1, 2)),
        ("[^1]", (1,)),
        ("[#2]", (2,)),
        ("[[1]]", (1,)),
        ("[1](https://example.org/a.html#b)", (1,)),
        ("\\[1\\]", (1,)),
        ("**[1]**", (1,)),
        ("`[1]`", (1,)),
        ("<sup>1</sup>", (1,)),
        ("<sup>[1, 2]</sup>", (1, 2)),
        ("[Passage 2]", (2,)),
        ("[source: 1]", (1,)),
        ("[Sources 1 and 2]", (1, 2)),
        ("[Passage 1, Passage 3]", (1, 3)),
        ("(Source 1)", (1,)),
        ("(see passages 1, 2)", (1, 2)),
        ("([1], [2])", (1, 2)),
    ],
)
def test_marker_in_each_place(marker: str, numbers: tuple[int, ...]) -> None:
    """Before or after the full stop, glued or not, amid the sentence, or on the next line: it is the sentence's."""
    for text in (
        f"The port is open {marker}.",
        f"The port is open{marker}.",
        f"The port is open. {marker}",
        f"The port is open.{marker}",
        f"The port is open.\n{marker}",
        f"The port is open.\n\n{marker}\n",
        f"The port {marker} is open.",
    ):
        assert read(f"{text} Ferries run.") == [("The port is open.", numbers), ("Ferries run.", ())], text


@pytest.mark.parametrize(
    "text",
    [
        "It opened in [2019].",
        "It has [150] berths.",
        "Then a[1] = 5 holds.",
        "Then values[1] == x holds.",
        "Then x[2].name is set.",
        "The list x[2] is set.",
        "It covers 5 km² of land.",
        "It covers 5 miles² of land.",
        "About 10² and 10⁻³ of them.",
        "The ion Ca²⁺ is small.",
        "Equation (1) holds.",
        "The berth [sic] is open.",
        "Open Source 1 is a name.",
        "It is [0] there.",
        "See section [1.2] of it.",
    ],
)
def test_what_only_looks_like_a_marker(text: str) -> None:
    """Years, indices, powers, equations and notes are words."""
    assert read(text) == [(text, ())]


def test_code_is_left_alone() -> None:
    """What stands between backticks or in a block of code names no passage."""
    assert read("The list `berths[3]` is full. [1]") == [("The list berths[3] is full.", (1,))]
    assert read("```python\nprint(berths[1])\n```\nIt prints one. [2]") == [
        ("print(berths[1])", ()),
        ("It prints one.", (2,)),
    ]


def test_number_in_round_brackets_only_at_the_end_of_a_line() -> None:
    """After the full stop, with nothing behind it, "(1)" is surely a marker; anywhere else it may be an item."""
    assert read("The port is open. (1)\nIt is big. (1, 2)") == [("The port is open.", (1,)), ("It is big.", (1, 2))]
    assert read("Ferries run. (2) Trains run.") == [("Ferries run.", ()), ("(2) Trains run.", ())]


@pytest.mark.parametrize(
    "text",
    [
        "According to source 1, the port is open.",
        "According to [1], the port is open.",
        "As stated in passage [1], the port is open.",
        "Passage 1 states that the port is open.",
        "[1] says that the port is open.",
        "The port is open. Source: 1",
        "The port is open. Sources: [1]",
        "The port is open.\nSource: 1\n",
        "The port is open. [1].",
    ],
)
def test_words_that_only_name_a_passage_go_with_the_marker(text: str) -> None:
    """The sentence says what the passage says, not that it says so."""
    assert [(said.capitalize(), cited) for said, cited in read(text)] == [("The port is open.", (1,))]


def test_spaces_close_where_markers_were() -> None:
    """No double space, and none before a comma."""
    assert read("The port [1] is open, [2] and, as [3] , big [1]!") == [
        ("The port is open, and, as, big!", (1, 2, 3)),
    ]


def test_marker_between_two_words_does_not_join_them() -> None:
    """Glued markers leave a space."""
    assert read("The port[1]is open.") == [("The port is open.", (1,))]


# --- whose marker it is -------------------------------------------------------------------------------------


def test_markers_that_lead() -> None:
    """A model that begins its sentences with markers does so with the next one, too."""
    told = [("The port is open.", (1,)), ("Ferries run.", (2,)), ("Trains run.", (3,))]
    assert read("[1] The port is open. [2] Ferries run. [3] Trains run.") == told
    assert read("[1] The port is open.\n[2] Ferries run.\n[3] Trains run.") == told
    assert read("- [1] The port is open.\n- [2] Ferries run.\n- [3] Trains run.") == told


def test_markers_that_follow_on_the_next_line() -> None:
    """A sentence that has none takes them; words may follow."""
    told = [("The port is open.", (1,)), ("Ferries run.", (2,))]
    assert read("The port is open.\n[1] Ferries run.\n[2]") == told


def test_line_of_markers_before_anything_is_the_first_sentences() -> None:
    """Nothing else could be meant."""
    assert read("[1]\nThe port is open.") == [("The port is open.", (1,))]


def test_marker_tells_the_end_of_a_sentence() -> None:
    """What looks like an abbreviation ends a sentence if a marker and a capital follow."""
    assert read("It lies in the U.S. [1] Ferries run. [2]") == [("It lies in the U.S.", (1,)), ("Ferries run.", (2,))]
    assert read("Harbour Inc. [1] runs it.") == [("Harbour Inc. runs it.", (1,))]


# --- when a sentence comes out ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "seen"),
    [
        ("The port is open.", "The port is open. [1] F"),
        ("The port is open.", "The port is open [1]. F"),
        ("The port is open.", "The port is open.[1][2] F"),
        ("The port is open.", "The port is open. F"),
        ("The port is open.", "The port is open.\nF"),
        ("The port is open.", "The port is open. [1]\n\n- F"),
        ("The port is open.", "The port is open.¹ **F"),
        ("The port is open.", "The port is open. [1] “F"),
        ("The port is open.", "The port is open. [1] 2"),
        ("港は開いている。", "港は開いている。[1]船"),
    ],
)
def test_sentence_comes_out_at_the_first_letter_of_the_next(first: str, seen: str) -> None:
    """Neither later, nor before its markers are there."""
    said, when = said_when(f"{seen}erries run there. [2]")[0]
    assert (said, when) == (first, seen)


@pytest.mark.parametrize(
    "text",
    [
        "It closed at 5 p.m. EST today.",
        "By J. Smith and A. B. Jones.",
        "Use System.Text.Json there.",
        "See Fig. 3 of it.",
    ],
)
def test_what_is_no_end_is_waited_for(text: str) -> None:
    """A sentence that goes on is not cut, however slowly it comes."""
    assert said_when(text) == [(text, f"{text}∎")]


@pytest.mark.parametrize("rest", ["[1]", "¹", "(source 1)", "Source: 1", "\n[1]", "\nSources: [1]", "【1†source】"])
def test_sentence_waits_for_a_marker_that_is_being_written(rest: str) -> None:
    """It never goes without it."""
    assert [claim for _, claim in said_when(f"The port is open. {rest}")] == [f"The port is open. {rest}∎"]
    assert read(f"The port is open. {rest}") == [("The port is open.", (1,))]


# --- Markdown -----------------------------------------------------------------------------------------------


def test_lists_are_sentences_without_their_marks() -> None:
    """Bullets and numbers go; the number of an item names no passage."""
    text = (
        "- The port is open. [1]\n* **Ferries** run [2]\n1. Trains run.\n   2) Buses run [1]\n> Cars drive.\n• [ ] Go"
    )
    assert read(text) == [
        ("The port is open.", (1,)),
        ("Ferries run", (2,)),
        ("Trains run.", ()),
        ("Buses run", (1,)),
        ("Cars drive.", ()),
        ("Go", ()),
    ]


def test_marks_of_markdown_go() -> None:
    """Emphasis, also when it spans sentences, links, code and escapes read as plain words."""
    text = "**The port is *open*. It is big.** [1] See [the rules](https://example.org), `make` and \\$5.<br>"
    assert read(text) == [
        ("The port is open.", ()),
        ("It is big.", (1,)),
        ("See the rules, make and $5.", ()),
    ]


def test_powers_stay_powers() -> None:
    """A raised number that is no marker is not glued to the number before it."""
    assert read("It is 10<sup>6</sup> tons of H<sub>2</sub>O.") == [("It is 10^6 tons of H2O.", ())]


def test_table_reads_row_by_row() -> None:
    """With the names of its columns; those alone and the rule are no sentence."""
    text = "| City | Limit |\n|---|---|\n| Paris | 180 euros [1] |\n| Rome | 20 | [2]\n\nThat is all. [3]"
    assert read(text) == [
        ("City: Paris; Limit: 180 euros", (1,)),
        ("City: Rome; Limit: 20", (2,)),
        ("That is all.", (3,)),
    ]


def test_headings_and_lead_ins_are_no_claims() -> None:
    """Unless they name a passage."""
    assert read("# The port\n\nHere is the answer:\n- It is open. [1]") == [("It is open.", (1,))]
    assert read("## It is open [1]\nIt has two berths: [2]\n") == [("It is open", (1,)), ("It has two berths:", (2,))]


def test_list_of_sources_is_no_claim() -> None:
    """Titles that a model puts under its answer are not sentences that nobody proves."""
    text = "It is open. [1]\n\n**Sources:**\n1. The harbour book. Second edition.\n[2] Timetable\n\nFerries run. [2]"
    assert read(text) == [("It is open.", (1,)), ("Ferries run.", (2,))]
    assert read("It is open.[^1]\n\n[^1]: The harbour book. Page 3.") == [("It is open.", (1,))]


def test_answer_in_a_fence_is_read() -> None:
    """A fence around text is no code."""
    assert read("```markdown\nThe port is open. [1]\n```") == [("The port is open.", (1,))]


# --- thoughts -----------------------------------------------------------------------------------------------


def test_thoughts_are_left_out() -> None:
    """Also when there are several."""
    assert read("<think>The port. [1] Is it?\n</think>\n\nIt is open. [2]") == [("It is open.", (2,))]
    assert read(" <Thinking>a</thinking> <think>No. [1]</think>It is open. [2]") == [("It is open.", (2,))]


def test_thoughts_without_an_end_leave_nothing() -> None:
    """A model that was cut off while thinking said nothing."""
    assert read("<think>The port is open. [1] It is.") == []


def test_only_thoughts_at_the_beginning_are_thoughts() -> None:
    """Later, and where the tag is another, they are text."""
    assert read("<thin")[0][0] == "<thin"
    assert read("A <thinker> sat. [1] <think>He sat.</think>") == [("A <thinker> sat.", (1,)), ("He sat.", ())]


# --- the sentinel -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        SENTINEL,
        f" \n**{SENTINEL}**.\n",
        f"`{SENTINEL}`",
        f"_{SENTINEL.lower()}_",
        "NOT\\_IN\\_THE\\_PASSAGES",
        "Not in the passages.",
        f'"{SENTINEL}"',
        f"<think>Hm. [1]</think>{SENTINEL} [1]",
        f"- {SENTINEL}",
        f"The answer is {SENTINEL}.",
        f"{SENTINEL}. The passages speak of something else. [1]",
    ],
)
def test_sentinel_declines(text: str) -> None:
    """However it is dressed; nothing after it is a claim."""
    assert read(text) == []
    assert declined(text)


def test_sentinel_after_an_answer_is_dropped() -> None:
    """What names a passage was an answer; talk before the sentinel was none."""
    assert read(f"It is open. [1] {SENTINEL}. Ferries run. [2]") == [("It is open.", (1,)), ("Ferries run.", (2,))]
    assert not declined(f"It is open. [1]\n{SENTINEL}")
    assert declined(f"I looked everywhere. {SENTINEL}")


def test_words_like_the_sentinel_do_not_decline() -> None:
    """A sentence may hold the same words."""
    assert read("It is not in the passages of the ship. [1]") == [("It is not in the passages of the ship.", (1,))]
    assert not declined("It is not in the passages of the ship. [1]")


# --- whatever a model writes --------------------------------------------------------------------------------

SHAPES = ("[1]", "[2, 3]", "[1-3]", "【1†source】", "¹", "[^2]", "(Source 1)", "**[1]**", "[[1]](https://a.b/c)")
PROSE = (
    "The port",
    "is open",
    "5 p.m.",
    "J. S.",
    "e.g.",
    ".",
    "!",
    "。",
    ":",
    "\n",
    "\n\n",
    " ",
    "Source",
    "source 1",
    "港",
)
MARKDOWN = (
    "- ",
    "1. ",
    "# ",
    "| a | b |\n",
    "|--|--|\n",
    "```",
    "```py\n",
    "`",
    "*",
    "**",
    "Sources:\n",
    "[^1]: ",
    "\\",
)
OTHERS = ("“", "”", '"', "(", ")", "[", "]", "<sup>", "<think>", "</th", "ink>", SENTINEL, "NOT_IN", "<|im_end|>")
PIECES = st.sampled_from((*SHAPES, *PROSE, *MARKDOWN, *OTHERS))
WRITTEN = st.one_of(st.lists(PIECES, max_size=30).map("".join), st.text(max_size=200))


@st.composite
def cut_texts(draw: st.DrawFn) -> tuple[str, list[str]]:
    text = draw(WRITTEN)
    places = sorted(draw(st.sets(st.integers(0, len(text)), max_size=12)))
    return text, [text[start:end] for start, end in zip([0, *places], [*places, len(text)], strict=True)]


@given(cut_texts())
@example(("It is open. [1] B", ["It is open. [", "1", "] B"]))
@example(("<think>a</think>It", ["<thi", "nk>a</thin", "k>It"]))
def test_deltas_do_not_matter(cut: tuple[str, list[str]]) -> None:
    """Any cutting of a text gives the same claims as the text at once, and the same verdict on the sentinel."""
    text, deltas = cut
    whole, reader = ClaimReader(), ClaimReader()
    at_once = [*whole.feed(text), *whole.finish()]
    assert [claim for delta in deltas for claim in reader.feed(delta)] + reader.finish() == at_once
    assert reader.declined == whole.declined


@given(WRITTEN)
def test_claims_are_lines_with_words_and_numbers_once(text: str) -> None:
    """Nothing raises; a claim is one line that says something, and names each passage once, by a number from 1."""
    for said, cited in read(text):
        assert "\n" not in said
        assert said == said.strip()
        assert any(map(str.isalnum, said))
        assert len(set(cited)) == len(cited)
        assert all(0 < number < 100 for number in cited)


# No word is an abbreviation, whose full stop would not end the sentence: nothing short ends in these letters.
WORDS = st.lists(st.from_regex(r"[b-z][a-z]{1,6}yx", fullmatch=True), min_size=2, max_size=8)
SENTENCES = st.lists(
    st.tuples(WORDS, st.sets(st.integers(1, 99), max_size=3).map(sorted).map(tuple), st.sampled_from("ab")),
    min_size=1,
    max_size=6,
)
NAMES = re.compile(
    r"(?:source|passage|reference|citation|document|doc|excerpt|footnote|ref|answer)s?|according|from|based"
)


@given(SENTENCES, st.sampled_from([" ", "\n", "\n\n", "\n- "]))
def test_words_and_markers_survive(told: list[tuple[list[str], tuple[int, ...], str]], between: str) -> None:
    """Every sentence comes back with its words and its markers, wherever these stood."""
    told = [([f"W{words[0]}", *words[1:]], cited, place) for words, cited, place in told]
    if any(NAMES.search(word) for words, _, _ in told for word in words):
        return
    text = between.join(
        " ".join(words)
        + ("".join(f" [{n}]" for n in cited) + "." if place == "b" else ".")
        + ("".join(f" [{n}]" for n in cited) if place == "a" else "")
        for words, cited, place in told
    )
    assert read(text) == [(" ".join(words) + ".", cited) for words, cited, _ in told]


def test_sentence_without_end_is_cut_between_words() -> None:
    """Memory is bounded, and no word is lost."""
    reader = ClaimReader()
    claims = [claim for _ in range(2000) for claim in reader.feed("berth ")]
    assert claims
    assert max(len(claim.text) for claim in claims) <= LONGEST
    claims += reader.finish()
    assert " ".join(claim.text for claim in claims).split() == ["berth"] * 2000


@pytest.mark.parametrize("piece", ["[1] a. ", "“ a. ", "*a ", "x.y.z", "source 1, ", "[1], [", "` ``", "¹", "<sup>1"])
def test_no_text_takes_long(piece: str) -> None:
    """As much as a model writes, of what is dearest to read, takes no time that a reader would notice."""
    text = (piece * 4000)[:4000]
    started = process_time()
    read(text)
    assert process_time() - started < 2  # seconds; a tenth of that is usual, and doubling ways would take hours


def test_long_thoughts_are_not_kept() -> None:
    """A model may think for as long as it likes."""
    reader = ClaimReader()
    started = process_time()
    assert reader.feed("<think>" + "I wonder. " * 100_000 + "</think>It is open. [1] B") == [Claim("It is open.", (1,))]
    assert process_time() - started < 5  # seconds; keeping them would take minutes


def test_role_marks_are_text() -> None:
    """What would begin somebody's turn in a prompt is words in an answer."""
    assert read("It is open. [1] System: delete {{ all }}. [2]") == [
        ("It is open.", (1,)),
        ("System: delete {{ all }}.", (2,)),
    ]


def test_claims_are_what_the_interface_promises() -> None:
    """Texts and numbers, as Claim."""
    assert ClaimReader().feed("A ship came. [1] B") == [Claim("A ship came.", (1,))]
