"""Conversations as their owners see them: a list, what was said, and the wish to have it forgotten."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Row, delete, func, select
from sqlalchemy.sql import Select

from bot.conversation_summary import ConversationPage, ConversationSummary
from bot.errors import ConversationNotFound, HistoryUnavailable
from bot.history_database import HistoryDatabase
from bot.history_tables import ANSWERS, CONVERSATIONS
from bot.history_values import aware, is_id, unpacked
from bot.record import Record

TITLE_CHARS = 200


class Conversations:
    """Synchronous, from any thread, and from several processes at once. Raises HistoryUnavailable.

    Whoever is not the owner of a conversation gets ConversationNotFound, as for one that never was.
    """

    def __init__(self, database: HistoryDatabase) -> None:
        self._database = database

    def of(self, owner: str, limit: int, after: str | None = None) -> ConversationPage:
        """The owner's conversations in which a question was asked, the latest question first, `limit` at most.

        With `after`, those that follow that conversation, which the owner must have.
        """
        with self._database.reading() as connection:
            latest = _summaries(owner)
            if after is not None:
                _check_owner(connection, after, owner)
                number = select(func.max(ANSWERS.c.number)).where(ANSWERS.c.conversation == after).scalar_subquery()
                latest = latest.having(func.max(ANSWERS.c.number) < number)
            rows = connection.execute(latest.limit(limit + 1)).all()
            titles = _titles(connection, rows[:limit])
        shown = tuple(_summary(row, titles) for row in rows[:limit])
        return ConversationPage(shown, shown[-1].id if len(rows) > limit else None)

    def records(self, conversation_id: str, owner: str) -> list[Record]:
        """The answers that can still be read, oldest first."""
        told = (
            select(ANSWERS.c.record)
            .where(ANSWERS.c.conversation == conversation_id, ANSWERS.c.record.is_not(None))
            .order_by(ANSWERS.c.number)
        )
        with self._database.reading() as connection:
            _check_owner(connection, conversation_id, owner)
            contents = connection.scalars(told).all()
        return [record for content in contents if (record := _readable(content))]

    def forget(self, conversation_id: str, owner: str) -> None:
        """Delete the conversation, its answers, and what people have said about these."""
        with self._database.writing() as connection:
            _check_owner(connection, conversation_id, owner)
            connection.execute(delete(ANSWERS).where(ANSWERS.c.conversation == conversation_id))
            connection.execute(delete(CONVERSATIONS).where(CONVERSATIONS.c.id == conversation_id))


def _summaries(owner: str) -> "Select[tuple[str, datetime, datetime, int, int]]":
    return (
        select(
            CONVERSATIONS.c.id,
            CONVERSATIONS.c.begun_at,
            func.max(ANSWERS.c.asked_at).label("asked_at"),
            func.count().label("questions"),
            func.min(ANSWERS.c.number).label("first"),
        )
        .join(ANSWERS, ANSWERS.c.conversation == CONVERSATIONS.c.id)
        .where(CONVERSATIONS.c.owner == owner)
        .group_by(CONVERSATIONS.c.id, CONVERSATIONS.c.begun_at)
        .order_by(func.max(ANSWERS.c.number).desc())
    )


def _titles(connection: Connection, rows: "Sequence[Row[tuple[str, datetime, datetime, int, int]]]") -> dict[int, str]:
    firsts = select(ANSWERS.c.number, ANSWERS.c.question).where(ANSWERS.c.number.in_([row.first for row in rows]))
    return {row.number: row.question[:TITLE_CHARS] for row in connection.execute(firsts)}


def _summary(row: "Row[tuple[str, datetime, datetime, int, int]]", titles: dict[int, str]) -> ConversationSummary:
    return ConversationSummary(row.id, titles[row.first], aware(row.begun_at), aware(row.asked_at), row.questions)


def _readable(content: bytes) -> Record | None:
    """None for one that is damaged: the others are to be seen all the same."""
    try:
        return unpacked(content)
    except HistoryUnavailable:
        return None


def _check_owner(connection: Connection, conversation_id: str, owner: str) -> None:
    known = None
    if is_id(conversation_id):
        known = connection.scalar(select(CONVERSATIONS.c.owner).where(CONVERSATIONS.c.id == conversation_id))
    if known is None or known != owner:
        raise ConversationNotFound("there is no such conversation of yours")
