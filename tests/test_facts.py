"""Facts: everything that can be written in two ways is compared in one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.fact import Kind
from bot.facts import matches, quotations, read, verbatim

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)
WORDS = (
    "one twenty hundred thousand million dozen third and a the of $ € US$ % percent per cent 14 2,500 2.5 3rd "
    "1990s - – [1] March May 6 2024 , . ; ( ) “ ” didn't Haiti's 船 कि -5 2024-03-06 in on about more than"
)
PIECES = st.lists(st.sampled_from(WORDS.split()), max_size=25).map(" ".join)
MONTHS = "January February March April May June July August September October November December"


def same(first: str, second: str) -> bool:
    """Whether each of two texts supports the other."""
    one, other = read(first).facts, read(second).facts
    return len(one) == len(other) and all(map(matches, one, other)) and all(map(matches, other, one))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2,500 people", "2500 people"),
        ("2\u202f500 people", "2,500 people"),
        ("14 ships", "fourteen ships"),
        ("253 ships", "two hundred and fifty-three ships"),
        ("a dozen ships", "12 ships"),
        ("10 %", "10 percent"),
        ("10%", "ten per cent"),
        ("$2.5 million", "2,500,000 dollars"),
        ("$2.5m", "2.5 million dollars"),
        ("EUR 5", "5 euros"),
        ("US$ 5", "5 US dollars"),
        ("March 6, 2024", "2024-03-06"),
        ("March 6, 2024", "6 March 2024"),
        ("Mar. 6, 2024", "the 6th of March 2024"),
        ("on March 6", "on 6 March"),
        ("the 3rd time", "the third time"),
        ("the twenty-first century", "the 21st century"),
        ("24–10", "24-10"),
        ("it isn't", "it is not"),
        ("about 40 ships", "roughly forty ships"),
        ("more than 40", "over 40"),
        ("Haiti’s port", "Haiti's port"),
        ("colour recognised", "color recognized"),
        ("the Autorité", "Autorite"),
        ("１４ ships", "14 ships"),
        ("١٤ ships", "14 ships"),
        ("**Kenya** leads `it`", "Kenya leads it"),
    ],
)
def test_two_ways_of_writing_are_one_fact(first, second):
    """Numbers, amounts, dates, ordinals, contractions and spellings are normalised."""
    assert same(first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2,500", "2.500"),
        ("$5", "€5"),
        ("$5", "5"),
        ("5 %", "5"),
        ("10 percent", "10 percentage points"),
        ("2.5 million", "2.5 billion"),
        ("March 6, 2024", "March 8, 2024"),
        ("the 3rd ship", "3 ships"),
        ("-5 degrees", "5 degrees"),
        ("the 1990s", "1990"),
        ("Python 3.1", "Python 3.10"),
        ("x < 5", "x > 5"),
        ("more than 40", "40"),
        ("few ships", "a few ships"),
        ("कि", "की"),
        ("Robert", "Robertson"),
        ("he met Robert", "he met Roberts"),
    ],
)
def test_what_differs_is_not_one_fact(first, second):
    """A unit, a sign, a digit, a scale or a letter more or less is another fact."""
    assert not same(first, second)


@pytest.mark.parametrize(
    ("said", "source", "holds"),
    [
        ("in March 2024", "on March 6, 2024", True),
        ("in 2024", "on March 6, 2024", True),
        ("on March 6", "on March 6, 2024", True),
        ("on March 6, 2024", "in March 2024", False),
        ("in 2023", "on March 6, 2024", False),
        ("$5", "US$5", True),
        ("US$5", "$5", False),
    ],
)
def test_a_source_may_be_more_exact_than_what_is_said(said, source, holds):
    """Never the other way round."""
    (one,), (other,) = read(said).facts, read(source).facts
    assert matches(one, other) is holds


def test_a_day_behind_a_comma_is_no_day_of_that_month():
    """“In May, 14 ships came” is not about May 14."""
    facts = read("In May, 14 ships came.").facts
    assert [fact.kind for fact in facts if fact.key in ("may", "14")] == [Kind.WORD, Kind.NUMBER]


def test_scripts_without_spaces_are_read_by_the_character():
    """Every character counts, as words cannot be told apart."""
    assert [fact.key for fact in read("他有14艘船。").facts] == ["他", "有", "14", "艘", "船"]


def test_words_in_quotation_marks_are_found():
    """In the marks of several languages; empty ones claim nothing."""
    assert quotations('He said "yes", “no”, «peut-être» and „ja“, then "…".') == ["yes", "no", "peut-être", "ja"]
    assert verbatim("“so  it `is`”") == verbatim('so it "is"')


@given(ANY_TEXT | PIECES)
def test_any_text_can_be_read(text):
    """Nothing raises; every fact lies where it says, in order, and supports itself."""
    reading = read(text)
    assert all(0 <= fact.start < fact.end <= len(reading.text) for fact in reading.facts)
    assert [fact.start for fact in reading.facts] == sorted(fact.start for fact in reading.facts)
    assert all(matches(fact, fact) for fact in reading.facts)


@given(st.integers(0, 999_999_999))
def test_a_number_is_the_same_with_and_without_commas(number):
    """Whatever its size."""
    assert same(f"{number:,} ships", f"{number} ships")


@given(st.dates())
def test_a_date_is_the_same_in_all_its_forms(date):
    """Of any year that is written with four digits."""
    if 1000 <= date.year <= 2199:
        month = MONTHS.split()[date.month - 1]
        forms = (f"{month} {date.day}, {date.year}", f"{date.day} {month} {date.year}", date.isoformat())
        assert len({read(f"It opened on {form}.").facts[-1].key for form in forms}) == 1


def test_endless_numbers_in_words_take_no_time():
    """A hostile text cannot make a number of a million digits."""
    assert len(read("hundred " * 5000 + "one hundred " + "million " * 5000).facts) > 100
