"""The history of a process that answers one question: opened late, and everything written in the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from bot.errors import HistoryUnavailable
from bot.no_history import NoHistory
from bot.postponed_history import PostponedHistory
from bot.turn import Turn

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Listening(NoHistory):
    """Notes what is begun, and whether it is open."""

    def __init__(self) -> None:
        self.opened = self.left = 0
        self.begun: list[str] = []

    @contextmanager
    def open(self) -> Iterator["Listening"]:
        self.opened += 1
        yield self
        self.left += 1

    def begin(self, conversation_id: str, answer_id: str, question: str, asked_at: datetime, owner: str = "") -> None:
        self.begun.append(answer_id)

    def turns(self, conversation_id: str, limit: int = 10, *, owner: str | None = None) -> list[Turn]:
        return [Turn(id, id, "") for id in self.begun]


def test_nothing_is_opened_before_it_is_closed() -> None:
    """Then what is due is written, in order, and the history is left."""
    below = Listening()
    history = PostponedHistory(below.open)
    history.begin("c", "one", "Who?", NOW)
    history.begin("c", "two", "Why?", NOW)
    assert (below.opened, below.begun) == (0, [])
    history.close()
    assert (below.opened, below.begun, below.left) == (1, ["one", "two"], 1)


def test_whoever_reads_finds_what_was_due() -> None:
    """A conversation in one process knows its own turns; nothing is written twice."""
    below = Listening()
    history = PostponedHistory(below.open)
    history.begin("c", "one", "Who?", NOW)
    assert [turn.question for turn in history.turns("c", 10)] == ["one"]
    history.close()
    assert (below.opened, below.begun) == (1, ["one"])


def test_with_nothing_to_write_nothing_is_opened() -> None:
    """Its libraries take a second to import."""
    below = Listening()
    PostponedHistory(below.open).close()
    assert below.opened == 0


def test_a_history_that_cannot_be_opened_says_so_when_it_is_closed() -> None:
    """Not before: the answer was shown by then."""

    @contextmanager
    def missing() -> Iterator[NoHistory]:
        raise HistoryUnavailable("there is none")
        yield NoHistory()

    history = PostponedHistory(missing)
    history.begin("c", "one", "Who?", NOW)
    with pytest.raises(HistoryUnavailable, match="there is none"):
        history.close()
