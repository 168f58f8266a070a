"""Text that a terminal shows but never obeys."""

import json
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.answer_json import json_text
from bot.inert import inert, inert_json, inert_line

ANY_TEXT = st.text(st.characters() | st.sampled_from("\x1b\x07\x9b\u202e\ud800\r\n\t\x7f"))


def steers(char: str) -> bool:
    """Whether a terminal does something other than show the character."""
    if char in "\n\t":
        return False
    return unicodedata.category(char) in ("Cc", "Cs") or unicodedata.bidirectional(char) in (
        *("LRE", "RLE", "LRO", "RLO", "PDF"),
        *("LRI", "RLI", "FSI", "PDI"),
    )


@given(ANY_TEXT)
def test_nothing_that_steers_remains(text: str) -> None:
    """No control, no change of direction and no half of a character gets through."""
    assert not any(steers(char) for char in inert(text))


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Cf"]) | st.sampled_from("\n\t\u200d")))
def test_ordinary_text_is_unchanged(text: str) -> None:
    """Letters of any script, joiners, tabs and line ends stay as they are."""
    assert inert(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "␛[31mred"),
        ("over\rwrite", "over␍write"),
        ("a\r\nb", "a\nb"),
        ("\x7f", "␡"),
        ("\x9b2J", "\ufffd2J"),
        ("\u202egnp.exe", "\ufffdgnp.exe"),
    ],
)
def test_steering_is_shown_as_a_picture(text: str, shown: str) -> None:
    """What would steer is visible, so that nobody is deceived by its absence either."""
    assert inert(text) == shown


@given(ANY_TEXT)
def test_a_line_is_one_line(text: str) -> None:
    """Whatever the text holds, a line stays a line."""
    assert len(inert_line(text).splitlines()) <= 1


@given(ANY_TEXT)
@example("a\u2028b\u2029c")
def test_json_reads_back_the_same(text: str) -> None:
    """Escapes change what a terminal gets, not what a program reads."""
    written = inert_json(json_text({"text": text}, indent=2))
    assert json.loads(written) == {"text": text}
    assert not any(steers(char) for char in written)
    assert len(inert_json(json_text({"text": text})).splitlines()) == 1
