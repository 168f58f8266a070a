"""What may be asked."""

import pytest

from bot.errors import InvalidQuestion
from bot.question import checked_question


def test_surrounding_whitespace_is_dropped() -> None:
    """A line break pasted along does not belong to the question."""
    assert checked_question(" \n Why? \t", 10) == "Why?"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" \n\t\u2003", "empty"),
        ("x" * 11, "11 characters; at most 10"),
        ("x" * 10 + "\n", "11 characters; at most 10"),
        ("x" * 1_000_000, "1,000,000 characters"),
        ("a\0b", "not text"),
        ("a\ud800b", "not text"),
    ],
)
def test_what_is_no_question_is_refused_with_the_reason(text: str, reason: str) -> None:
    """Empty, too long, or not text."""
    with pytest.raises(InvalidQuestion, match=reason):
        checked_question(text, 10)


@pytest.mark.parametrize("text", ["x" * 10, "🦊" * 10, "é\n?", "%s{{7*7}}"])
def test_any_other_text_may_be_asked(text: str) -> None:
    """The limit counts characters, and no character has a meaning of its own."""
    assert checked_question(text, 10) == text
