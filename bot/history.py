"""Conversations, and answers with their records, in a database."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from sqlalchemy import URL, Connection, delete, exists, insert, select, true, update
from sqlalchemy.exc import IntegrityError

from bot.errors import AnswerNotFound, ConversationNotFound
from bot.history_database import HistoryDatabase
from bot.history_inbox import Inbox
from bot.history_tables import ANSWERS, CONVERSATIONS
from bot.history_values import days_before, is_id, naive, packed, plain_text, unpacked
from bot.record import Record
from bot.turn import Turn

FORGOTTEN_AT_ONCE = 100  # answers; others who write wait for as long as it takes to delete these


def history_url(home: Path, configured: str | None) -> str:
    """The SQLAlchemy URL of the history: as configured, or of a SQLite file below the home."""
    if configured:
        return configured
    return URL.create("sqlite", database=str(home.absolute() / "history.sqlite")).render_as_string()


class History:
    """Conversations and answers; synchronous, from any thread, and from several processes at once.

    Every call is one transaction: when it has returned, what it kept survives the end of the process. Raises
    HistoryUnavailable whenever the database cannot be used.
    """

    def __init__(self, database: HistoryDatabase, keep_days: float) -> None:
        """`database` may be shared with an Inbox and with Feedback; closing the history closes it for them, too."""
        self._database = database
        self._keep_days = keep_days

    @classmethod
    def open(cls, url: str, keep_days: float) -> Self:
        """Make or change the tables where needed. `keep_days` 0 keeps everything for good.

        A SQLite file is made, but not its folder. The words of HistoryUnavailable never hold a password.
        """
        return cls(HistoryDatabase(url), keep_days)

    @property
    def database(self) -> HistoryDatabase:
        """For what is kept beside it: an Inbox, Feedback."""
        return self._database

    def begin(self, conversation_id: str, answer_id: str, question: str, asked_at: datetime, owner: str = "") -> None:
        """Keep a question that is about to be answered. The ids are printable ASCII, 200 characters at most.

        Twice is as once: whoever picks up a question after a crash begins it again. Raises ConversationNotFound for
        a conversation that is not the owner's.
        """
        begun = select(ANSWERS.c.number).where(ANSWERS.c.id == answer_id)
        with self._database.writing() as connection:
            if connection.execute(begun).one_or_none() is None:
                _join(connection, conversation_id, owner, asked_at)
                _insert(connection, conversation_id, answer_id, question, asked_at, {})

    def finish(self, record: Record, owner: str = "") -> None:
        """Keep the answer of a question that was begun, or the whole of it if it was not. Twice is as once.

        Raises ConversationNotFound as `begin` does.
        """
        answer, values = record.answer, _values(record)
        with self._database.writing() as connection:
            begun = connection.execute(update(ANSWERS).where(ANSWERS.c.id == answer.id).values(values))
            if not begun.rowcount:
                _join(connection, answer.conversation_id, owner, record.asked_at)
                _insert(connection, answer.conversation_id, answer.id, answer.question, record.asked_at, values)

    def turns(
        self, conversation_id: str, limit: int = 10, before: datetime | None = None, *, owner: str | None = None
    ) -> list[Turn]:
        """The latest `limit` that were answered, or not known; oldest first. None of an unknown conversation.

        With `before`, of the questions that were asked earlier than that. With an `owner`, raises ConversationNotFound
        for a conversation of somebody else.
        """
        earlier = true() if before is None else ANSWERS.c.asked_at < naive(before)
        latest = (
            select(ANSWERS.c.question, ANSWERS.c.standalone_question, ANSWERS.c.text)
            .where(ANSWERS.c.conversation == conversation_id, ANSWERS.c.record.is_not(None), earlier)
            .order_by(ANSWERS.c.number.desc())
            .limit(limit)
        )
        with self._database.reading() as connection:
            if owner is not None:
                _check_owner(connection, conversation_id, owner)
            return [Turn(*row) for row in reversed(connection.execute(latest).all())]

    def record(self, answer_id: str) -> Record:
        """All that is kept of an answer. Raises AnswerNotFound, also if the question was never answered."""
        row = None
        if is_id(answer_id):
            with self._database.reading() as connection:
                row = connection.execute(select(ANSWERS.c.record).where(ANSWERS.c.id == answer_id)).one_or_none()
        if row is None:
            raise AnswerNotFound("no answer of that id is kept")
        if row.record is None:
            raise AnswerNotFound("that question has no answer: it is being worked on, or the program ended before")
        return unpacked(row.record)

    def latest(self) -> Record:
        """All that is kept of the answer to the latest question that has one. Raises AnswerNotFound."""
        latest = select(ANSWERS.c.record).where(ANSWERS.c.record.is_not(None)).order_by(ANSWERS.c.number.desc())
        with self._database.reading() as connection:
            content = connection.scalar(latest.limit(1))
        if content is None:
            raise AnswerNotFound("no answer is kept yet")
        return unpacked(content)

    def forget_old(self, now: datetime) -> int:
        """Delete the answers older than `keep_days`, and conversations left empty; how many answers there were.

        What people have said about these goes with them, and the inbox forgets what is as old. Others can write in
        between; what is not deleted when the process ends is deleted next time.
        """
        Inbox(self._database).forget_old(now, self._keep_days)
        oldest = days_before(now, self._keep_days) if self._keep_days else None
        if oldest is None:
            return 0
        forgotten = 0
        while deleted := self._forget_some(oldest):
            forgotten += deleted
        return forgotten

    def close(self) -> None:
        """Nothing may be asked of it afterwards. Closing twice is harmless."""
        self._database.close()

    def _forget_some(self, oldest: datetime) -> int:
        old = (
            select(ANSWERS.c.number, ANSWERS.c.conversation)
            .where(ANSWERS.c.asked_at < oldest)
            .order_by(ANSWERS.c.asked_at)
            .limit(FORGOTTEN_AT_ONCE)
        )
        remains = exists().where(ANSWERS.c.conversation == CONVERSATIONS.c.id)
        with self._database.writing() as connection:
            rows = connection.execute(old).all()
            left = {row.conversation for row in rows}
            connection.execute(delete(ANSWERS).where(ANSWERS.c.number.in_([row.number for row in rows])))
            connection.execute(delete(CONVERSATIONS).where(CONVERSATIONS.c.id.in_(left), ~remains))
        return len(rows)


def _join(connection: Connection, conversation_id: str, owner: str, begun_at: datetime) -> None:
    """Begin the conversation, unless it is there; then it has to be the owner's."""
    if not _check_owner(connection, conversation_id, owner):
        begun = {"id": conversation_id, "owner": owner, "begun_at": naive(begun_at)}
        with suppress(IntegrityError), connection.begin_nested():  # another process has just begun it
            connection.execute(insert(CONVERSATIONS).values(begun))
            return
        _check_owner(connection, conversation_id, owner)


def _check_owner(connection: Connection, conversation_id: str, owner: str) -> bool:
    """Whether the conversation is there. Raises ConversationNotFound if it is not the owner's."""
    known = connection.scalar(select(CONVERSATIONS.c.owner).where(CONVERSATIONS.c.id == conversation_id))
    if known is not None and known != owner:
        raise ConversationNotFound("there is no such conversation of yours")
    return known is not None


def _insert(
    connection: Connection,
    conversation_id: str,
    answer_id: str,
    question: str,
    asked_at: datetime,
    values: Mapping[str, Any],
) -> None:
    asked = naive(asked_at)
    one = {"id": answer_id, "conversation": conversation_id, "question": plain_text(question), "asked_at": asked}
    connection.execute(insert(ANSWERS).values({**one, **values}))


def _values(record: Record) -> dict[str, Any]:
    """What an answer adds to its question."""
    answer = record.answer
    shown = (sentence.text for sentence in answer.sentences if sentence.withheld is None)
    return {
        "answered_at": naive(record.asked_at + timedelta(milliseconds=answer.took_ms.total)),
        "standalone_question": plain_text(answer.standalone_question),
        "text": plain_text(" ".join(shown)) if answer.answered else "",
        "answered": answer.answered,
        "writer": answer.writer,
        "model": None if answer.model is None else plain_text(answer.model),
        "confidence": answer.confidence,
        "total_ms": answer.took_ms.total,
        "record": packed(record),
    }
