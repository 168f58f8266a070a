"""The history of a program that has none, because its database cannot be used."""

# ruff: noqa: ARG002 - it takes what a History takes and needs none of it

from datetime import datetime
from typing import NoReturn

from bot.errors import HistoryUnavailable
from bot.record import Record
from bot.turn import Turn


class NoHistory:
    """Keeps nothing, as quietly as a History keeps everything: every question is the first of its conversation."""

    @property
    def database(self) -> NoReturn:
        """Raises HistoryUnavailable: what cannot do without a database cannot be had."""
        raise HistoryUnavailable("nothing is kept: the history cannot be used")

    def begin(self, conversation_id: str, answer_id: str, question: str, asked_at: datetime, owner: str = "") -> None:
        """Nothing is kept."""

    def finish(self, record: Record, owner: str = "") -> None:
        """Nothing is kept."""

    def turns(
        self, conversation_id: str, limit: int = 10, before: datetime | None = None, *, owner: str | None = None
    ) -> list[Turn]:
        """None, ever."""
        return []

    def record(self, answer_id: str) -> Record:
        """Raises HistoryUnavailable: whether there is an answer of that id, nobody can say."""
        return self.database

    def latest(self) -> Record:
        """Raises HistoryUnavailable."""
        return self.database

    def forget_old(self, now: datetime) -> int:
        """There is nothing to forget."""
        return 0

    def close(self) -> None:
        """There is nothing to close."""
