"""Where a long text goes on in the next message, and what becomes of blocks of code that are cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.rollover import Repair, Rollover, open_fence

ROLLOVER = Rollover.at(100)  # paragraphs from 88 on, sentences from 94, lines from 96, words from 98


def cut(before: str, pending: str, final: bool = False) -> tuple[str, str] | None:
    at = ROLLOVER.cut(before, pending, final)
    return None if at is None else (pending[:at], pending[at:])


def test_what_fits_is_not_cut() -> None:
    """Nor is the end of an answer that just fits."""
    assert cut("", "x" * 88) is None
    assert cut("x" * 50, "x" * 38) is None
    assert cut("", "word " * 20, final=True) is None


def test_paragraphs_are_the_best_place() -> None:
    """The last one that fits."""
    text = "x" * 50 + "\n\n" + "y" * 40 + "\n\n" + "z" * 20
    assert cut("", text) == ("x" * 50 + "\n\n" + "y" * 40 + "\n\n", "z" * 20)


def test_a_paragraph_that_ends_early_is_no_reason_to_cut() -> None:
    """Messages are filled."""
    assert cut("", "x" * 10 + "\n\n" + "y" * 79) is None


def test_without_a_paragraph_a_sentence_will_do() -> None:
    """With its closing quotes and the space after it."""
    assert cut("x" * 80, 'end of "it." And so on') == ('end of "it." ', "And so on")


def test_without_a_sentence_a_line_will_do() -> None:
    """Code has neither paragraphs nor sentences."""
    assert cut("x" * 80, "a = 1\nb = 2\nc = 3 + 4 + 5") == ("a = 1\nb = 2\n", "c = 3 + 4 + 5")


def test_without_a_line_a_word_will_do() -> None:
    """Nothing is cut within one as long as there is a space."""
    assert cut("x" * 80, "and so on and so on and so on") == ("and so on and so on ", "and so on")


def test_without_anything_it_is_cut_where_it_is_full() -> None:
    """A text without spaces is a text all the same."""
    assert cut("x" * 80, "y" * 50) == ("y" * 20, "y" * 30)


def test_a_full_message_takes_nothing() -> None:
    """All of it goes into the next."""
    assert cut("x" * 100, "more") == ("", "more")


def test_a_fence_is_not_cut() -> None:
    """A line of backticks means something only as a whole."""
    assert cut("x" * 88, "yyyyy\n```python and") == ("yyyyy\n", "```python and")


def test_a_line_of_backticks_that_never_ends_is_cut_all_the_same() -> None:
    """Everything gets on."""
    before, left = "", "`" * 1000
    for _ in range(20):
        at = ROLLOVER.cut(before, left, True)
        left = "" if at is None else left[at:]
    assert left == ""


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a", None),
        ("```", "```"),
        ("a\n```python\nb", "```python"),
        ("a\n```python\nb\n```", None),
        ("a\n```python\nb\n```\nc", None),
        ("```\na\n```b\nc", "```"),
        ("````\na\n```\nb", "````"),
        ("```\na\n````", None),
        ("~~~ x\n```\n", "~~~ x"),
        ("    ```\na", None),
        ("  ```\na", "  ```"),
        ("`` `\na", None),
        ("``` a `b`\nc", None),
        ("```\r\na\r\n```\r\nb", None),
    ],
)
def test_open_blocks_of_code_are_known(text: str, line: str | None) -> None:
    """As Markdown has it."""
    assert open_fence(text) == line


def test_a_block_of_code_is_closed_and_opened_again() -> None:
    """With the language it had."""
    assert Repair.of("a\n```python\nb") == Repair("\n```", "```python\n")
    assert Repair.of("a\n~~~~\nb\n") == Repair("~~~~", "~~~~\n")
    assert Repair.of("a\n```\nb\n```\n") == Repair()


LONGEST_FENCE = 20
# Three marks in a row stand at the beginning of a line: text that is shown has the others escaped.
PIECES = st.lists(
    st.sampled_from(["word ", "end. ", "\n\n", "\n", "\n```\n", "\n````py\n", "\n~~~\n", "`a", "x" * 30]), max_size=150
)


@given(PIECES.map("".join), st.booleans())
def test_messages_together_are_the_text(text: str, final: bool) -> None:
    """Each fits, but for the end of its code; each has that closed; without what was put in they are the text."""
    before, left, shown, parts = "", text, [], []
    while (at := ROLLOVER.cut(before, left, final)) is not None:
        repair = Repair.of(before + left[:at])
        shown.append(before + left[:at] + repair.closing)
        parts.append(left[:at])
        before, left = repair.opening, left[at:]
    shown.append(before + left)
    assert "".join(parts) + left == text
    assert all(len(one) <= 100 + len("\n") + LONGEST_FENCE for one in shown)
    assert all(open_fence(one) is None for one in shown[:-1])
    assert open_fence(shown[-1]) == open_fence(text)
