"""What was accepted and has yet to be answered: a queue that survives the end of any process, shared by all of them."""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, delete, exists, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from bot.history_database import HistoryDatabase
from bot.history_tables import CLAIMS, QUESTIONS
from bot.history_values import aware, days_before, is_id, naive, plain_text
from bot.queued import Lost, NewQuestion, Queued

CLAIM_DAYS = 1.0  # nothing is delivered again after that
WITHDRAWN = "withdrawn"

_KEY = re.compile(r"[!-~]{1,255}")
_DIGEST = "sha256:"
_QUEUED = tuple(QUESTIONS.c[name] for name in Queued.__dataclass_fields__)
_UNFINISHED = QUESTIONS.c.outcome.is_(None)
_KEPT = or_(_UNFINISHED, QUESTIONS.c.outcome != WITHDRAWN)
_NOBODY = {"owner": None, "held_revision": None, "lease_until": None, "running_thread": None, "told": False}


class Inbox:
    """Claims and queued questions; synchronous, from any thread, and from several processes at once.

    Whoever works on questions is an owner: a name that no other process has. What an owner has taken is its own until
    it finishes it or gives it back, or until its lease has run out and another one takes it; from then on it cannot
    note or finish anything. Every call is one transaction. Raises HistoryUnavailable whenever the database cannot be
    used, and nothing else.
    """

    def __init__(self, database: HistoryDatabase) -> None:
        self._database = database

    # Arriving

    def accept(self, claims: Sequence[str], question: NewQuestion | None, now: datetime) -> bool:
        """Claim all of them and queue the question; False, and nothing is kept, if any was claimed before.

        False as well if a question of that id or key is there, however long ago its claims were forgotten.
        """
        with self._database.writing() as connection:
            with suppress(IntegrityError), connection.begin_nested():
                _claim(connection, claims, now)
                if question is not None:
                    connection.execute(insert(QUESTIONS).values(_values(question, now)))
                return True
            return False

    def revise(self, key: str, claims: Sequence[str], text: str, now: datetime) -> Queued | None:
        """The message says something else now: its question waits again, even if it was finished.

        Its reply is kept. If somebody works on it, it waits until that owner was told. None, and nothing is kept, if
        there is no such question, it was withdrawn, it says the same, or any of the claims was there before.
        """
        said = plain_text(text)
        with self._database.writing() as connection:
            row = connection.execute(_locked(QUESTIONS.c.key == _as_key(key))).one_or_none()
            if row is None or row.outcome == WITHDRAWN or row.text == said:
                return None
            changes = {"text": said, "revision": row.revision + 1, "attempt": 0, "outcome": None, "stopped_at": None}
            return _changed(connection, row, claims, now, changes)

    def withdraw(self, key: str, claims: Sequence[str]) -> Queued | None:
        """The message was deleted: nobody need answer it. The question is returned so that its reply can go, too.

        None, and nothing is kept, if there is no such question, or it was withdrawn or claimed before. The claims are
        as old as the question: it is never withdrawn twice.
        """
        with self._database.writing() as connection:
            row = connection.execute(_locked(QUESTIONS.c.key == _as_key(key))).one_or_none()
            if row is None or row.outcome == WITHDRAWN:
                return None
            changes = {"outcome": WITHDRAWN, "running_thread": None}
            return _changed(connection, row, claims, aware(row.asked_at), changes)

    def stop(self, thread: str, now: datetime) -> list[str]:
        """Have the question of that thread stopped that is being worked on, not those that wait; its id, if any."""
        worked_on = and_(QUESTIONS.c.thread == thread, _UNFINISHED, QUESTIONS.c.owner.is_not(None))
        with self._database.writing() as connection:
            rows = connection.execute(_locked(worked_on)).all()
            connection.execute(_update([row.number for row in rows]).values(stopped_at=naive(now)))
        return [row.id for row in rows]

    # Working

    def take(self, owner: str, now: datetime, lease_s: float, limit: int) -> list[Queued]:
        """The oldest questions that nobody works on, for this owner alone until its lease runs out.

        Of each thread the oldest unfinished one, and only when no other one of it is being worked on. An owner does
        not get again what it has not given up: it must `renew` instead.
        """
        at = naive(now)
        held = {"owner": owner, "lease_until": at + timedelta(seconds=lease_s), "told": False}
        with self._database.writing() as connection:
            free = connection.execute(_free(owner, at).limit(max(limit, 0))).all()
            taken = [row.number for row in free if _taken(connection, row, owner, at, held)]
            mine = select(*_QUEUED).where(QUESTIONS.c.number.in_(taken)).order_by(QUESTIONS.c.number)
            return list(map(_queued, connection.execute(mine)))

    def renew(self, owner: str, now: datetime, lease_s: float, working: Collection[str] | None = None) -> list[Lost]:
        """Keep what this owner works on for another `lease_s`; what it must stop working on, each named once.

        It has to stop that before it takes anything. With `working`, the ids that it really works on, whatever else
        it holds waits again at once: its worker has ended and could not say so.
        """
        mine = or_(QUESTIONS.c.owner == owner, QUESTIONS.c.taken_from == owner)
        with self._database.writing() as connection:
            rows = connection.execute(_locked(mine)).all()
            left = {row.number for row in rows if row.owner == owner and _is_left(row, working)}
            lost = {row.number: why for row in rows if row.number not in left and (why := _lost(row, owner))}
            if rows:
                _tell(connection, owner, list(lost))
                _release(connection, [row.number for row in rows if row.number in left or _is_over(row, owner)])
                _prolong(connection, owner, naive(now) + timedelta(seconds=lease_s))
        return list(lost.values())

    def note(self, id: str, owner: str, revision: int, reply: Mapping[str, Any]) -> bool:
        """Keep what has been posted so far; False if the worker must stop, as the question is no longer its own.

        Until another worker has it, what was posted is kept all the same: who goes on must know of it.
        """
        held = _held(id, owner, revision)
        with self._database.writing() as connection:
            connection.execute(update(QUESTIONS).where(held).values(reply=dict(reply)))
            return connection.execute(select(QUESTIONS.c.number).where(held, _current(revision))).first() is not None

    def move(self, id: str, owner: str, revision: int, thread: str) -> bool:
        """It has turned out which thread it is answered in. False, and it stays, if another one of that is worked on.

        False as well if the worker must stop.
        """
        its_own = and_(_held(id, owner, revision), _current(revision))
        values = {"thread": thread, "running_thread": thread}
        with self._database.writing() as connection:
            with suppress(IntegrityError), connection.begin_nested():
                return bool(connection.execute(update(QUESTIONS).where(its_own).values(values)).rowcount)
            return False

    def finish(
        self,
        id: str,
        owner: str,
        revision: int,
        outcome: str,
        reply: Mapping[str, Any],
        content: Mapping[str, Any] | None = None,
    ) -> bool:
        """The worker has ended. False if the question was edited, withdrawn or taken: then it has no such outcome.

        What was edited meanwhile waits again at once, with that reply. `content` is kept of it from now on, if less
        will do.
        """
        held, over = _held(id, owner, revision), {**_NOBODY, "reply": dict(reply)}
        left = {} if content is None else {"content": dict(content)}
        done = update(QUESTIONS).where(held, _current(revision)).values({**over, **left, "outcome": outcome})
        with self._database.writing() as connection:
            if connection.execute(done).rowcount:
                return True
            connection.execute(update(QUESTIONS).where(held).values(over))
            return False

    def give_back(self, owner: str) -> int:
        """Leave everything unfinished to others, who need not wait for the leases; how many questions that are."""
        with self._database.writing() as connection:
            rows = connection.execute(_locked(QUESTIONS.c.owner == owner)).all()
            _release(connection, [row.number for row in rows])
        return sum(row.outcome is None for row in rows)

    # Looking

    def owns(self, thread: str) -> bool:
        """Whether anything was asked in that thread that was not withdrawn."""
        return self._first(select(QUESTIONS.c.number).where(QUESTIONS.c.thread == thread, _KEPT)) is not None

    def by_id(self, id: str) -> Queued | None:
        """The question, waiting or finished; None if there is none, whatever the id is made of."""
        row = self._first(select(*_QUEUED).where(QUESTIONS.c.id == id)) if is_id(id) else None
        return None if row is None else _queued(row)

    def is_over(self, id: str) -> bool:
        """Whether nothing is left to do for a question; so it is for one that is not there."""
        unfinished = select(QUESTIONS.c.number).where(QUESTIONS.c.id == id, _UNFINISHED)
        return not is_id(id) or self._first(unfinished) is None

    def recent(self, person: str, limit: int) -> list[Queued]:
        """What somebody asked and did not withdraw, the latest first."""
        asked = select(*_QUEUED).where(QUESTIONS.c.person == person, _KEPT).order_by(QUESTIONS.c.number.desc())
        with self._database.reading() as connection:
            return list(map(_queued, connection.execute(asked.limit(max(limit, 0)))))

    def posted(self, thread: str) -> set[str]:
        """All that was noted under `messages` in replies to questions of that thread."""
        replies = select(QUESTIONS.c.reply).where(QUESTIONS.c.thread == thread)
        with self._database.reading() as connection:
            return {message for reply in connection.scalars(replies) for message in reply.get("messages") or ()}

    def waiting(self) -> int:
        """How many questions nobody has taken yet."""
        waiting = select(func.count()).where(_UNFINISHED, QUESTIONS.c.owner.is_(None))
        with self._database.reading() as connection:
            return connection.scalar(waiting) or 0

    def unfinished(self) -> int:
        """How many questions have yet to be answered, those included that somebody works on."""
        with self._database.reading() as connection:
            return int(connection.scalar(select(func.count()).where(_UNFINISHED)) or 0)

    # Forgetting

    def forget_old(self, now: datetime, days: float) -> int:
        """Delete claims after a day, and questions older than `days` that nobody works on; how many questions.

        0 days keep these for good.
        """
        oldest = days_before(now, days) if days else None
        worked_on = and_(_UNFINISHED, QUESTIONS.c.owner.is_not(None), QUESTIONS.c.lease_until > naive(now))
        with self._database.writing() as connection:
            if (yesterday := days_before(now, CLAIM_DAYS)) is not None:
                connection.execute(delete(CLAIMS).where(CLAIMS.c.claimed_at < yesterday))
            if oldest is None:
                return 0
            return connection.execute(delete(QUESTIONS).where(QUESTIONS.c.asked_at < oldest, ~worked_on)).rowcount

    def _first(self, wanted: Select[Any]) -> Row[Any] | None:
        with self._database.reading() as connection:
            return connection.execute(wanted).first()


# Arriving


def _claim(connection: Connection, claims: Iterable[str], now: datetime) -> None:
    """In one order for all, so that no two wait for each other. Raises IntegrityError."""
    keys = sorted(set(map(_as_key, claims)))
    if keys:
        connection.execute(insert(CLAIMS), [{"key": key, "claimed_at": naive(now)} for key in keys])


def _changed(
    connection: Connection, row: Row[Any], claims: Iterable[str], now: datetime, changes: Mapping[str, Any]
) -> Queued | None:
    with suppress(IntegrityError), connection.begin_nested():
        _claim(connection, claims, now)
        connection.execute(_update([row.number]).values(changes))
        return _queued(connection.execute(select(*_QUEUED).where(QUESTIONS.c.number == row.number)).one())
    return None


def _values(question: NewQuestion, now: datetime) -> dict[str, Any]:
    return {
        "id": question.id,
        "key": _as_key(question.key),
        "thread": question.thread,
        "person": question.person,
        "text": plain_text(question.text),
        "content": dict(question.content),
        "asked_at": naive(now),
        "revision": 0,
        "attempt": 0,
        "reply": {},
        "told": False,
    }


def _as_key(key: str) -> str:
    """Itself, or a digest of what no column holds; a key that looks like a digest is none, and gets one."""
    if _KEY.fullmatch(key) and not key.startswith(_DIGEST):
        return key
    return _DIGEST + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


# Working


def _free(owner: str, at: datetime) -> Select[Any]:
    """What the owner may take: of each thread what somebody has left behind, else what waits there longest."""
    other = QUESTIONS.alias()
    before = exists().where(
        other.c.thread == QUESTIONS.c.thread,
        other.c.outcome.is_(None),
        other.c.number != QUESTIONS.c.number,
        or_(other.c.number < QUESTIONS.c.number, other.c.owner.is_not(None)),
    )
    unaware = and_(QUESTIONS.c.taken_from.is_not(None), QUESTIONS.c.taken_from == owner)
    free = or_(and_(QUESTIONS.c.owner.is_(None), ~before), _left_behind(owner, at))
    wanted = select(QUESTIONS).where(_UNFINISHED, free, ~unaware).order_by(QUESTIONS.c.number)
    return wanted.with_for_update(skip_locked=True)  # by whoever is about to take or change it


def _left_behind(owner: str, at: datetime) -> ColumnElement[bool]:
    """By another owner whose lease has run out, or by this one, which was told to stop as there is a new revision."""
    out = and_(QUESTIONS.c.owner != owner, QUESTIONS.c.lease_until <= at)
    told = and_(QUESTIONS.c.owner == owner, QUESTIONS.c.told, QUESTIONS.c.held_revision != QUESTIONS.c.revision)
    return or_(out, told)


def _taken(connection: Connection, row: Row[Any], owner: str, at: datetime, held: Mapping[str, Any]) -> bool:
    """Whether no other process was faster, with this question or with another one of its thread."""
    free = or_(QUESTIONS.c.owner.is_(None), _left_behind(owner, at))
    unchanged = and_(QUESTIONS.c.revision == row.revision, _UNFINISHED, free)
    values = {
        **held,
        "held_revision": row.revision,
        "running_thread": row.thread,
        "attempt": QUESTIONS.c.attempt + 1,
        "taken_from": row.taken_from if row.owner in (None, owner) else row.owner,
    }
    with suppress(IntegrityError), connection.begin_nested():
        return bool(connection.execute(_update([row.number]).where(unchanged).values(values)).rowcount)
    return False


def _held(id: str, owner: str, revision: int) -> ColumnElement[bool]:
    return and_(QUESTIONS.c.id == id, QUESTIONS.c.owner == owner, QUESTIONS.c.held_revision == revision)


def _current(revision: int) -> ColumnElement[bool]:
    return and_(QUESTIONS.c.revision == revision, _UNFINISHED)


def _lost(row: Row[Any], owner: str) -> Lost | None:
    if row.owner != owner:
        return Lost(row.id, "taken")
    if row.told:
        return None
    if row.outcome == WITHDRAWN:
        return Lost(row.id, "withdrawn")
    if row.revision != row.held_revision:
        return Lost(row.id, "revised")
    return Lost(row.id, "stopped") if row.stopped_at else None


def _is_left(row: Row[Any], working: Collection[str] | None) -> bool:
    return working is not None and row.id not in working


def _is_over(row: Row[Any], owner: str) -> bool:
    """Whether nobody need say any more of it: it was withdrawn."""
    return bool(row.owner == owner and row.outcome == WITHDRAWN)


def _tell(connection: Connection, owner: str, numbers: Sequence[int]) -> None:
    connection.execute(_update(numbers).where(QUESTIONS.c.owner == owner).values(told=True))
    connection.execute(update(QUESTIONS).where(QUESTIONS.c.taken_from == owner).values(taken_from=None))


def _release(connection: Connection, numbers: Sequence[int]) -> None:
    connection.execute(_update(numbers).values(_NOBODY))


def _prolong(connection: Connection, owner: str, until: datetime) -> None:
    """Not for what has a newer revision: whoever was told and does not take it leaves it to others."""
    working = and_(QUESTIONS.c.owner == owner, QUESTIONS.c.held_revision == QUESTIONS.c.revision)
    connection.execute(update(QUESTIONS).where(working).values(lease_until=until))


def _update(numbers: Sequence[int]) -> Any:
    return update(QUESTIONS).where(QUESTIONS.c.number.in_(numbers))


def _locked(condition: ColumnElement[bool]) -> Select[Any]:
    """In one order for all, so that no two wait for each other; SQLite has locked everything before."""
    return select(QUESTIONS).where(condition).order_by(QUESTIONS.c.number).with_for_update()


def _queued(row: Row[Any]) -> Queued:
    values = row._asdict()
    return Queued(**{**values, "asked_at": aware(row.asked_at)})
