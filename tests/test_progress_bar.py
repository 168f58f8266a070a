"""Progress on stderr."""

from io import StringIO

import pytest
from rich.console import Console

from bot.progress_bar import shown_progress
from index.progress import Progress


def shown(*heard: Progress, terminal: bool) -> str:
    out = StringIO()
    console = Console(file=out, force_terminal=terminal, width=80, legacy_windows=False, color_system="standard")
    with shown_progress(console) as listener:
        for progress in heard:
            listener(progress)
    return out.getvalue()


@pytest.mark.parametrize("terminal", [True, False])
def test_no_work_shows_nothing(terminal: bool) -> None:
    """An index that is up to date costs no line."""
    assert shown(terminal=terminal) == ""


def test_lines_come_every_few_percent() -> None:
    """A log of a large folder stays short, and says when something else begins."""
    heard = [Progress("indexing", done, 100) for done in range(1, 101)]
    heard += [Progress("rebuilding the vectors", done, 2) for done in (1, 2)]
    assert shown(*heard, terminal=False).splitlines() == [
        *(f"indexing, {percent} %" for percent in range(1, 100, 10)),
        "rebuilding the vectors, 50 %",
    ]


def test_work_that_is_done_at_once_needs_no_line() -> None:
    """The answer is there as soon as a reader could read it."""
    assert shown(*(Progress("indexing", done, 7) for done in (0, 7)), terminal=False) == ""


def test_a_terminal_shows_a_bar_and_then_nothing() -> None:
    """The bar says what is done and how far it is; at the end it is wiped away."""
    text = shown(Progress("indexing [red]", 50, 100), terminal=True)
    assert "indexing [red]" in text
    assert "50%" in text
    assert text.endswith("\x1b[2K")
