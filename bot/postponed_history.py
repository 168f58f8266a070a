"""A history for a process that answers one question: what it has to write waits until the answer was shown."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from datetime import datetime
from functools import cached_property

from bot.ports import History
from bot.record import Record
from bot.turn import Turn


class PostponedHistory:
    """Opens the history, whose libraries take a second to import, only when something has to be read from it."""

    def __init__(self, opened: Callable[[], AbstractContextManager[History]]) -> None:
        self._open = opened
        self._stack = ExitStack()
        self._due: list[Callable[[], None]] = []

    def begin(self, conversation_id: str, answer_id: str, question: str, asked_at: datetime, owner: str = "") -> None:
        self._due.append(lambda: self._history.begin(conversation_id, answer_id, question, asked_at, owner))

    def finish(self, record: Record, owner: str = "") -> None:
        self._due.append(lambda: self._history.finish(record, owner))

    def turns(self, conversation_id: str, limit: int, *, owner: str | None = None) -> list[Turn]:
        self._write()
        return self._history.turns(conversation_id, limit, owner=owner)

    def record(self, answer_id: str) -> Record:
        self._write()
        return self._history.record(answer_id)

    def close(self) -> None:
        """Write what is due. Raises HistoryUnavailable."""
        with self._stack:
            self._write()

    @cached_property
    def _history(self) -> History:
        return self._stack.enter_context(self._open())

    def _write(self) -> None:
        while self._due:
            self._due.pop(0)()
