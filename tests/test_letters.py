"""One text found in another that writes the same letters otherwise."""

from hypothesis import given
from hypothesis import strategies as st

from index.formats.letters import Span, found_span


def found(wanted: str, quote: str, text: str) -> list[str]:
    start = wanted.index(quote)
    return [text[slice(*span)] for span in found_span(wanted, Span(start, start + len(quote)), text)]


def test_hyphens_ligatures_accents_and_line_breaks_do_not_matter() -> None:
    """The raw text of a page has words in pieces, and letters in one."""
    raw = "An inter\x02national \ufb01le, cafe\u0301\r\nand more"
    assert found("An international file, café\nand more", "international file, café", raw) == [
        "inter\x02national \ufb01le, cafe"
    ]


def test_repeated_words_are_told_apart_by_their_place() -> None:
    """The second of three stays the second."""
    text = "yes no yes no yes"
    assert found_span(text, Span(7, 10), f"Page 1\r\n{text}\r\n") == [Span(15, 18)]


def test_a_running_head_is_not_taken_for_the_line_that_it_repeats() -> None:
    """The lines of the wanted text stand together, if they do anywhere."""
    text = "Annual\r\nreport\r\nAnnual\r\nplan"
    assert found_span("Annual\nplan", Span(0, 6), text) == [Span(16, 22)]


def test_what_the_wanted_text_leaves_out_is_not_found() -> None:
    """A running head between two lines is no part of the quote."""
    assert found("First line\nsecond line.", "line\nsecond line.", "First line\r\nHEAD 7\r\nsecond line.\r\n") == [
        "line",
        "second line.",
    ]


def test_signs_around_the_words_belong_to_the_quote() -> None:
    """But only those which the quote has."""
    assert found('He said "yes."', '"yes."', 'He said "yes."') == ['"yes."']
    assert found('He said "yes."', "yes", 'He said "yes."') == ["yes"]


def test_nothing_is_found_of_another_text() -> None:
    """A file that has changed, and a quote without letters."""
    assert found("One line\nand two", "and two", "Something else") == []
    assert found("One, two", ",", "One, two") == []


@given(st.text("ab é\ufb01-.\n", max_size=30), st.data())
def test_any_part_of_a_text_is_found_in_itself(text: str, data: st.DataObject) -> None:
    """Its letters stand at the very places they are taken from."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    spans = found_span(text, Span(start, end), text)
    letters = {place for place in range(start, end) if text[place].isalnum()}
    covered = {place for span in spans for place in range(*span)}
    assert letters <= covered
    assert not any(text[place].isalnum() for place in covered - letters)


@given(st.text(), st.text(max_size=10), st.data())
def test_hostile_text_is_only_text(text: str, wanted: str, data: st.DataObject) -> None:
    """Whatever is looked for in whatever, spans lie inside."""
    end = data.draw(st.integers(0, len(wanted)))
    assert all(0 <= span.start < span.end <= len(text) for span in found_span(wanted, Span(0, end), text))
