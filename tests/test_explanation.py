"""The explanation of an answer: everything that is kept of it, in lines that a terminal can show."""

import re

import pytest
from hypothesis import given
from rich.cells import cell_len

from bot.explanation import WIDTH, explain
from bot.inert import inert
from bot.record import Considered, Record
from tests.records import ANY_RECORD, a_record, an_abstention, an_answer


def cells(line: str) -> list[str]:
    return re.split(r"\s{2,}", line.strip())


def test_it_tells_question_and_searches() -> None:
    """What was asked, what that means standing alone, and what was searched for beside it, with its weight."""
    lines = [cells(line) for line in explain(a_record()).splitlines()]
    assert lines[:6] == [
        ["question", "Who pays for it?"],
        ["standalone", "Who pays for the mission in Haiti?"],
        ["and × 0.50", "Who commands it? Who pays for it?"],
        ["asked", "2026-03-01 12:00:05 UTC"],
        ["answer", "a1"],
        ["conversation", "c1"],
    ]


def test_it_tells_how_the_answer_was_written() -> None:
    """Outcome, writer, confidence, notice and times."""
    lines = [cells(line) for line in explain(a_record()).splitlines()]
    begin = lines.index(["Written"])
    assert lines[begin + 1 : begin + 7] == [
        ["outcome", "answered"],
        ["writer", "generative, small-model"],
        ["confidence", "0.83"],
        ["in short", "The United States"],
        ["notice", "1 sentence was withheld"],
        ["time", "retrieve 12.3 ms · write 801.2 ms · verify 3.3 ms · total 820.0 ms"],
    ]


def test_it_tells_the_verdict_on_each_sentence() -> None:
    """Proven ones with their footnotes, withheld ones with reason and words, and the quotes of the footnotes."""
    lines = [cells(line) for line in explain(a_record()).splitlines()]
    begin = lines.index(["Sentences"])
    assert lines[begin + 1 : begin + 3] == [
        ["proven [1][2]", "The United States pays most of it."],
        ["withheld", "the number 700 is not in its sources: “It costs 700 million a year.”"],
    ]
    assert ["[1]", "haiti.md, 120–135: “The US pays it.”"] in lines
    assert ["[2]", "un.pdf, p. 3, 9–32: “Most is paid by the US.”"] in lines


def test_it_tells_every_passage_in_order_with_its_scores_and_its_fate() -> None:
    """One line each, below the names of the columns."""
    lines = [cells(line) for line in explain(a_record()).splitlines()]
    begin = lines.index(["Passages considered"])
    assert lines[begin + 1 : begin + 5] == [
        ["#", "score", "dense", "keyword", "fate", "document", "place", "text"],
        ["1", "0.900", "0.700", "9.00", "cited as [1]", "haiti.md", "100–140", "What haiti.md says of the mission."],
        ["2", "0.750", "0.550", "7.50", "cited as [2]", "un.pdf", "p. 3, 100–140", "What un.pdf says of the mission."],
        ["3", "0.310", "0.110", "3.10", "not read", "kenya.md", "100–140", "What kenya.md says of the mission."],
    ]


def test_it_tells_what_each_call_took() -> None:
    """Model, the beginning of the prompt's hash, tokens, cost and seconds; a dash for what is not known."""
    lines = [cells(line) for line in explain(a_record()).splitlines()]
    assert lines[-2:] == [
        ["small-model", "c0ffee000000", "1,204", "88", "0.000310", "0.81"],
        ["small-model", "decaf0000000", "–", "–", "–", "0.20"],
    ]


def test_an_abstention_is_called_one() -> None:
    """Without a model, sentences and footnotes their sections are left out."""
    text = explain(a_record(an_abstention(), calls=()))
    assert "not answered" in text
    assert "Passages considered" in text
    assert not re.search("Sentences|Footnotes|language model|notice|in short", text)


def test_columns_are_aligned() -> None:
    """Every passage's cells begin, or for numbers end, where those of the others do."""
    lines = explain(a_record()).splitlines()
    header = next(line for line in lines if line.lstrip().startswith("#"))
    rows = lines[lines.index(header) + 1 :][:3]
    for name in ("fate", "document", "place", "text"):
        column = header.index(name)
        assert all(row[column - 2 : column] == "  " and row[column] != " " for row in rows)
    end = header.index("keyword") + len("keyword")
    assert all(row[end - 1].isdigit() and row[end] == " " for row in rows)


@given(ANY_RECORD)
def test_whatever_is_in_it_fits_and_is_inert(record: Record) -> None:
    """No line is wider than the page, none ends in blanks, nothing steers the terminal."""
    text = explain(record)
    assert all(cell_len(line) <= WIDTH and line == line.rstrip() for line in text.split("\n"))
    assert inert(text) == text
    assert "\t" not in text


@pytest.mark.parametrize(
    "text", ["\n10  0.999  forged\n", "[bold]no markup[/bold] :smile:", "長い文章" * 100, "a" * 5000, "a word " * 500]
)
def test_a_passage_stays_one_line(text: str) -> None:
    """Line breaks, markup, wide letters and long words in documents change no lines but their own."""
    one = Considered(text, text, 0, 9, 7, "a" * 64, text, 0.5, 5.0, 0.5, "read, not cited")
    lines = explain(a_record(considered=(one, one))).split("\n")
    begin = lines.index("Passages considered")
    assert [line[:2] for line in lines[begin + 1 : begin + 5]] == ["# ", "1 ", "2 ", ""]
    assert "[bold]" in lines[begin + 2] or "[bold]" not in text


def test_a_long_sentence_is_wrapped_beside_its_verdict() -> None:
    """All of its words are there."""
    words = " ".join(f"word{number}" for number in range(100))
    text = explain(a_record(an_answer(notice=words)))
    assert words in " ".join(text.split())
