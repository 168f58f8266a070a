"""A source's sentence as people read it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.readable import readable
from index.document import Markup


def read(sentence: str, markup: Markup = Markup.PLAIN, columns: str = "") -> str:
    return readable(sentence, markup, columns)


def test_a_wrapped_sentence_becomes_one_line():
    """Line breaks of the file are not the reader's."""
    assert read("The ferry leaves\n  at noon.") == "The ferry leaves at noon."


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("The **old** port is *closed*.", "The old port is closed."),
        ("See [the rules](https://example.org/a) first.", "See the rules first."),
        ("Run `make test` now.", "Run make test now."),
        ("Call __init__ on snake_case_name.", "Call init on snake_case_name."),
        ("It costs 3 * 4 * 5 euros.", "It costs 3 * 4 * 5 euros."),
        ("| Monday | 10 to 12 |", "Monday; 10 to 12"),
    ],
)
def test_marks_of_markdown_are_left_out(written, shown):
    """Its words stay as they are."""
    assert read(written, Markup.MARKDOWN) == shown


def test_plain_text_keeps_its_asterisks():
    """Only a Markdown file means something by them."""
    assert read("The **old** port.") == "The **old** port."


def test_numbers_in_brackets_would_be_taken_for_footnotes():
    """A source's own reference marks are not shown."""
    assert read("It is old.[3] It is new [12].") == "It is old. It is new."
    assert read("Seen by many [1, 2][4–6].") == "Seen by many."
    assert read("lamp [1],3", Markup.ROWS, "item,price") == "item: lamp; price: 3"


def test_a_row_names_its_columns():
    """A line of a .csv file reads as what it says."""
    shown = read('Le Havre,"1,200",open', Markup.ROWS, "port,ships,state")
    assert shown == "port: Le Havre; ships: 1,200; state: open"


def test_a_row_that_does_not_fit_its_header_stays_as_it_is():
    """Better no label than a wrong one."""
    assert read("a,b,c", Markup.ROWS, "x,y") == "a; b; c"


def test_a_row_of_a_markdown_table_names_its_columns_too():
    """As far as somebody named them."""
    assert read("| Paris | **180 euros** |", Markup.MARKDOWN, "| City | Limit |") == "City: Paris; Limit: 180 euros"


def test_columns_with_figures_in_their_names_are_not_named():
    """Every figure that is shown stands in the quoted row."""
    assert read("| Paris | 180 |", Markup.MARKDOWN, "| City | 2024 |") == "Paris; 180"


@given(st.text(min_size=1).filter(str.strip), st.sampled_from(Markup))
def test_no_text_is_refused_and_none_becomes_empty(text, markup):
    """Whatever a document holds, there is one line to show."""
    shown = read(text, markup, "a,b")
    assert shown.strip() or not text.strip()
    assert "\n" not in shown
