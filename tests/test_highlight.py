"""The words of a quote that matter."""

import pytest

from bot.highlight import Highlight


@pytest.mark.parametrize(
    ("question", "quote", "marked"),
    [
        ("Who commands the mission?", "He commanded both missions there.", ["commanded", "missions"]),
        ("Where is the café?", "The CAFE is closed.", ["CAFE"]),
        ("What is the treasure?", "The port is closed.", []),
        ("port?", "", []),
    ],
)
def test_words_are_found_in_any_form(question: str, quote: str, marked: list[str]) -> None:
    """Endings, case and accents do not matter; words that say nothing are not marked."""
    spans = Highlight.of(question).spans(quote)
    assert [quote[start:end] for start, end in spans] == marked


def test_several_texts_count() -> None:
    """The short answer is marked besides the question's words."""
    quote = "The port is in Haiti."
    spans = Highlight.of("Which port?", "Haiti").spans(quote)
    assert [quote[start:end] for start, end in spans] == ["port", "Haiti"]
