"""Whatever is logged, the log stays one: its lines are the program's own."""

import logging

import pytest
from hypothesis import given

from bot.inert import inert
from bot.inert_log import FORMAT, InertFormatter
from tests.hostile import HOSTILE, hostile_text

FORMATTER = InertFormatter(FORMAT)


def record(message: str, error: Exception | None = None) -> logging.LogRecord:
    stack = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("bot", logging.WARNING, __file__, 1, "told: %s", (message,), stack)


@given(hostile_text())
def test_a_record_is_one_line_that_steers_nothing(text: str) -> None:
    """A file's name could otherwise pass for another record, or clear the screen."""
    line = FORMATTER.format(record(text))
    assert "\n" not in line
    assert inert(line) == line
    assert " WARNING told:" in line


@pytest.mark.parametrize("text", HOSTILE)
def test_a_stack_is_told_apart_from_records(text: str) -> None:
    """It may quote what nobody vouches for, on lines that begin with spaces."""
    try:
        raise ValueError(f"{text}\n2030-01-01 00:00:00,000 ERROR all is lost")
    except ValueError as error:
        first, *others = FORMATTER.format(record("x", error)).split("\n")
    assert first.endswith("told: x")
    assert all(line.startswith("  ") or not line.strip() for line in others)
    assert inert("\n".join(others)) == "\n".join(others)
