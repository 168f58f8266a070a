"""Waiting for a round of work that another thread does again and again."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from bot.errors import ServerStopping

Result = TypeVar("Result")


class Rounds(Generic[Result]):
    """Gives whoever asks the result of a round that began afterwards; one round serves all who asked before it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked: list[Future[Result]] = []
        self._served: list[Future[Result]] = []
        self._is_closed = False

    def next(self) -> Future[Result]:
        """The result of the next round to begin, or its error; ServerStopping when there is none any more.

        Each caller's is its own: cancelling it takes nothing from others.
        """
        awaited: Future[Result] = Future()
        with self._lock:
            if not self._is_closed:
                self._asked.append(awaited)
                return awaited
        awaited.set_exception(_stopping())
        return awaited

    def begin(self) -> None:
        """A round begins: it serves those who have asked until now."""
        with self._lock:
            self._served, self._asked = self._served + self._asked, []

    def succeed(self, result: Result) -> None:
        """The round has ended well."""
        self._tell(self._take_served(), lambda awaited: awaited.set_result(result))

    def fail(self, error: Exception) -> None:
        """The round has ended so."""
        self._tell(self._take_served(), lambda awaited: awaited.set_exception(error))

    def close(self) -> None:
        """There will be no other; nobody waits any longer, not even for the one that is under way."""
        with self._lock:
            self._is_closed = True
            waiting, self._served, self._asked = self._served + self._asked, [], []
        self._tell(waiting, lambda awaited: awaited.set_exception(_stopping()))

    def _take_served(self) -> list[Future[Result]]:
        with self._lock:
            served, self._served = self._served, []
            return served

    def _tell(self, waiting: list[Future[Result]], settle: Callable[[Future[Result]], None]) -> None:
        for awaited in waiting:
            if awaited.set_running_or_notify_cancel():
                settle(awaited)


def _stopping() -> ServerStopping:
    return ServerStopping("the server is being stopped")
