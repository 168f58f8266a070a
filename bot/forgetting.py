"""Forgetting while a server runs: what may not be kept any longer goes every hour, not only with the next start."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Protocol

from bot.errors import HistoryUnavailable

EVERY_S = 3600.0
GRACE_S = 30  # a database that does not respond holds up nobody's end for longer

logger = logging.getLogger(__name__)


class Forgetful(Protocol):
    """Keeps things only for so long; from any thread."""

    def forget_old(self, now: datetime) -> int: ...


def now_in_utc() -> datetime:
    return datetime.now(UTC)


@contextmanager
def forgetting(
    history: Forgetful, every_s: float = EVERY_S, clock: Callable[[], datetime] = now_in_utc
) -> Iterator[None]:
    """Inside the block a thread has `history` forget what is old, for the first time after `every_s` seconds."""
    ended = threading.Event()

    def live() -> None:
        while not ended.wait(every_s):
            _forget(history, clock())

    thread = threading.Thread(target=live, name="forgetting", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(GRACE_S)


def _forget(history: Forgetful, now: datetime) -> None:
    try:
        history.forget_old(now)
    except HistoryUnavailable as problem:
        logger.warning("old conversations are forgotten later: %s", problem)
    except Exception:  # the thread must outlive it: the next time may go well
        logger.exception("old conversations are forgotten later")
