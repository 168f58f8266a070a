"""What people think of answers, kept for as long as these."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.answer import Answer
from bot.errors import AnswerNotFound, HistoryUnavailable
from bot.feedback import JudgedAnswer, Opinion
from bot.history_database import HistoryDatabase
from bot.history_tables import ANSWERS, FEEDBACK
from bot.history_values import aware, is_id, naive, plain_text, unpacked

_ANSWER = tuple(
    ANSWERS.c[name]
    for name in ("number", "id", "question", "standalone_question", "asked_at", "answered", "text", "record")
)


class Feedback:
    """Votes and reasons; synchronous, from any thread, and from several processes at once.

    One person has one opinion of an answer; what is said again replaces what was said before. Every call is one
    transaction. Raises AnswerNotFound where no such question is kept, and HistoryUnavailable.
    """

    def __init__(self, database: HistoryDatabase) -> None:
        self._database = database

    def vote(self, answer_id: str, person: str, up: bool, at: datetime) -> None:
        """Whether the answer is good."""
        self._keep(answer_id, person, {"up": up, "voted_at": naive(at)})

    def reason(self, answer_id: str, person: str, text: str) -> None:
        """Why; nothing written takes it back."""
        self._keep(answer_id, person, {"reason": plain_text(text.strip()) or None})

    def missing(self, answer_id: str, person: str, at: datetime) -> None:
        """The documents do not answer it, and should."""
        self._keep(answer_id, person, {"missing_at": naive(at)})

    def of(self, answer_id: str) -> list[Opinion]:
        """What everybody thinks of one answer."""
        with self._database.reading() as connection:
            number = _number(connection, answer_id)
            rows = connection.execute(select(FEEDBACK).where(FEEDBACK.c.answer == number).order_by(FEEDBACK.c.person))
            return list(map(_opinion, rows))

    def all(self) -> list[JudgedAnswer]:
        """All answers that anybody thinks anything of; the latest question first."""
        judged = select(*_ANSWER).where(ANSWERS.c.number.in_(select(FEEDBACK.c.answer)))
        with self._database.reading() as connection:
            opinions = _by_answer(connection.execute(select(FEEDBACK).order_by(FEEDBACK.c.person)))
            rows = connection.execute(judged.order_by(ANSWERS.c.number.desc()))
            return [_judged(row, opinions[row.number]) for row in rows if row.number in opinions]

    def _keep(self, answer_id: str, person: str, values: Mapping[str, Any]) -> None:
        with self._database.writing() as connection:
            number = _number(connection, answer_id)
            said = and_(FEEDBACK.c.answer == number, FEEDBACK.c.person == person)
            if connection.execute(update(FEEDBACK).where(said).values(values)).rowcount:
                return
            with suppress(IntegrityError), connection.begin_nested():  # said twice at once, or just forgotten
                connection.execute(insert(FEEDBACK).values({"answer": number, "person": person, **values}))
                return
            if not connection.execute(update(FEEDBACK).where(said).values(values)).rowcount:
                raise _unknown()


def _number(connection: Connection, answer_id: str) -> int:
    number: int | None = None
    if is_id(answer_id):
        number = connection.scalar(select(ANSWERS.c.number).where(ANSWERS.c.id == answer_id))
    if number is None:
        raise _unknown()
    return number


def _unknown() -> AnswerNotFound:
    return AnswerNotFound("no answer of that id is kept")


def _by_answer(rows: Iterable[Row[Any]]) -> dict[int, list[Opinion]]:
    opinions = defaultdict(list)
    for row in rows:
        opinions[row.answer].append(_opinion(row))
    return opinions


def _opinion(row: Row[Any]) -> Opinion:
    return Opinion(row.person, row.up, row.reason, row.missing_at is not None)


def _judged(row: Row[Any], opinions: Iterable[Opinion]) -> JudgedAnswer:
    answer = _answer(row)
    citations = answer.citations if answer else ()
    return JudgedAnswer(
        id=row.id,
        question=row.question,
        standalone_question=row.standalone_question or row.question,
        asked_at=aware(row.asked_at),
        answered=row.answered,
        text=row.text or "",
        short_answer=answer.short_answer if answer else None,
        quotes=tuple(citation.quote for citation in citations),
        documents=tuple(dict.fromkeys(citation.document for citation in citations)),
        opinions=tuple(opinions),
    )


def _answer(row: Row[Any]) -> Answer | None:
    """None if there is none, or its record is damaged: the others are to be seen all the same."""
    if row.record is not None:
        with suppress(HistoryUnavailable):
            return unpacked(row.record).answer
    return None
