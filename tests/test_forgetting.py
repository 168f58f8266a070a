"""Forgetting while a server runs: again and again, whatever goes wrong, until the server ends."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from bot.errors import AnswerNotFound, HistoryUnavailable
from bot.forgetting import forgetting
from bot.history import History, history_url
from bot.settings import Settings
from bot.wiring import served
from tests.footnote_process import until
from tests.records import ASKED_AT, a_record

DAY = timedelta(days=1)


class Listening:
    """Notes when it is told to forget; the first times it fails."""

    def __init__(self, *failures: Exception) -> None:
        self.told: list[datetime] = []
        self._failures = list(failures)

    def forget_old(self, now: datetime) -> int:
        self.told.append(now)
        if self._failures:
            raise self._failures.pop(0)
        return 0


def each_day() -> Callable[[], datetime]:
    """A clock on which each look is a day later."""
    return (ASKED_AT + number * DAY for number in count()).__next__


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate()]


def test_what_becomes_old_meanwhile_is_forgotten(tmp_path: Path) -> None:
    """An answer of today is there until its days are over, without a new start."""
    history = History.open(history_url(tmp_path, None), keep_days=90)
    history.finish(a_record())

    def gone() -> bool:
        try:
            history.record("a1")
        except AnswerNotFound:
            return True
        return False

    assert not gone()
    with forgetting(history, 0.0, each_day()):
        until(gone)
    history.close()


def test_it_is_told_the_time_of_each_round() -> None:
    """Not that of the start."""
    history = Listening()
    with forgetting(history, 0.0, each_day()):
        until(lambda: len(history.told) >= 3)
    assert history.told[:3] == [ASKED_AT, ASKED_AT + DAY, ASKED_AT + 2 * DAY]


def test_a_failure_is_logged_and_the_next_round_comes(caplog: pytest.LogCaptureFixture) -> None:
    """A database that is away for a moment is one line; what nobody foresaw tells where it happened."""
    history = Listening(HistoryUnavailable("the disk is full"), ZeroDivisionError("oops"))
    with forgetting(history, 0.0, each_day()):
        until(lambda: len(history.told) >= 3)
    foreseen, unforeseen = caplog.records
    assert foreseen.getMessage() == "old conversations are forgotten later: the disk is full"
    assert (foreseen.levelno, foreseen.exc_info) == (logging.WARNING, None)
    assert (unforeseen.levelno, unforeseen.exc_info is not None) == (logging.ERROR, True)


def test_leaving_does_not_wait_for_the_next_round() -> None:
    """It may be a day away; nothing is left running."""
    history = Listening()
    with forgetting(history, 86_400.0):
        assert "forgetting" in threads()
    assert "forgetting" not in threads()
    assert history.told == []


def test_a_server_forgets(tmp_path: Path) -> None:
    """From the moment when it has a history until it is closed."""
    (tmp_path / "mission.md").write_text("Otunge commands the mission.")
    with served(Settings(documents=tmp_path, home=tmp_path / "home")):
        assert "forgetting" in threads()
    assert "forgetting" not in threads()
