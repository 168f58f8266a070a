"""Text as people see it: nothing is changed but what steers or hides."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.inert import inert
from bot.shown import cut, shown, shown_line
from tests.hostile import hostile_text

ORDINARY = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cf"]) | st.sampled_from("\n\t\u200d"))


@given(ORDINARY)
def test_ordinary_text_is_shown_unchanged(text: str) -> None:
    """Letters of any script, joiners, tabs and line ends stay as they are."""
    assert shown(text) == text


@given(hostile_text())
def test_nothing_that_steers_or_hides_is_shown(text: str) -> None:
    """Steering characters are pictures of themselves, invisible ones are gone, and showing twice changes nothing."""
    assert not re.search(
        "[\0-\x08\x0b-\x1f\u00ad\u200b\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff\U000e0041]", shown(text)
    )
    assert shown(shown(text)) == shown(text)
    assert set(shown(text)) <= set(inert(text))


@given(hostile_text(), hostile_text())
def test_text_can_be_shown_in_parts(first: str, second: str) -> None:
    """Wherever it is cut, other than within the end of a line, the parts say what the whole says."""
    if not (first.endswith("\r") and second.startswith("\n")):
        assert shown(first) + shown(second) == shown(first + second)


@given(hostile_text())
def test_a_shown_line_is_one_line(text: str) -> None:
    """Single spaces, none at the ends."""
    line = shown_line(text)
    assert line == " ".join(line.split())


@given(hostile_text(3000), st.integers(1, 500))
def test_a_cut_text_has_room(text: str, most: int) -> None:
    """It is the beginning of the text, with an ellipsis if anything is missing."""
    short = cut(text, most)
    assert len(short) <= most
    assert short == text or (short.endswith("…") and text.startswith(short.removesuffix("…").rstrip()))


def test_a_text_is_cut_at_a_word() -> None:
    """Unless the word is very long."""
    assert cut("the ferry leaves at noon", 17) == "the ferry …"
    assert cut("the ferry leaves at noon", 24) == "the ferry leaves at noon"
    assert cut("a" * 30, 10) == "aaaaaaaa …"
    assert cut("ab", 1) == "…"
    assert cut(" 1234 5678", 8) == " 1234 …"
