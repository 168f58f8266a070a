"""The inbox against a model of it that fits on a page: whatever happens in whatever order, they agree."""

import tempfile
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.history import history_url
from bot.history_database import HistoryDatabase
from bot.history_inbox import Inbox
from bot.queued import NewQuestion, Queued
from tests.records import ASKED_AT

LEASE_S = 15
OWNERS = st.sampled_from(["p1", "p2", "p3"])
THREADS = st.sampled_from(["t1", "t2"])
NUMBERS = st.integers(0, 5)


@dataclass
class Held:
    """That an owner works on a question, in the revision in which it took it."""

    owner: str
    revision: int
    until: int
    told: bool = False


@dataclass
class Question:
    """What is known of a question."""

    id: str
    thread: str
    text: str
    revision: int = 0
    attempt: int = 0
    reply: dict[str, Any] = field(default_factory=dict)
    outcome: str | None = None
    stopped: bool = False
    held: Held | None = None
    taken_from: str | None = None

    def is_of(self, owner: str, revision: int) -> bool:
        return self.held is not None and (self.held.owner, self.held.revision) == (owner, revision)

    def is_current(self, revision: int) -> bool:
        return self.outcome is None and self.revision == revision

    def is_left_to(self, owner: str, now: int) -> bool:
        """Whether its holder has no right to it any more."""
        held = self.held
        assert held is not None
        if held.owner == owner:
            return held.told and held.revision != self.revision
        return held.until <= now


class InboxMachine(RuleBasedStateMachine):
    """People ask, edit, delete and stop; owners work, dawdle, die and come back; time goes by."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.database = HistoryDatabase(history_url(Path(self.folder.name), None))
        self.inbox = Inbox(self.database)
        self.questions: list[Question] = []
        self.workers: list[tuple[str, str, int]] = []  # id, owner, revision: also those that have lost it
        self.claims = 0
        self.now = 0

    @initialize()
    def begin(self) -> None:
        self.accept("t1")
        self.accept("t1")

    # What people do

    @rule(thread=THREADS)
    def accept(self, thread: str) -> None:
        one = Question(f"q{len(self.questions)}", thread, "As it was first.")
        new = NewQuestion(one.id, f"key-{one.id}", thread, "ana", one.text, {"id": one.id})
        assert self.inbox.accept([self.claim()], new, self.time())
        self.questions.append(one)

    @rule(number=NUMBERS, text=st.sampled_from(["Once.", "Again."]))
    def revise(self, number: int, text: str) -> None:
        one = self.question(number)
        revised = self.inbox.revise(f"key-{one.id}", [self.claim()], text, self.time())
        if one.outcome == "withdrawn" or one.text == text:
            assert revised is None
            return
        one.text, one.revision, one.attempt, one.outcome, one.stopped = text, one.revision + 1, 0, None, False
        self.agree(revised, one)

    @rule(number=NUMBERS)
    def withdraw(self, number: int) -> None:
        one = self.question(number)
        withdrawn = self.inbox.withdraw(f"key-{one.id}", [self.claim()])
        if one.outcome == "withdrawn":
            assert withdrawn is None
            return
        one.outcome = "withdrawn"
        self.agree(withdrawn, one)

    @rule(thread=THREADS)
    def stop(self, thread: str) -> None:
        running = [one for one in self.unfinished() if one.thread == thread and one.held]
        assert self.inbox.stop(thread, self.time()) == [one.id for one in running]
        for one in running:
            one.stopped = True

    # What owners do

    @rule(owner=OWNERS, limit=st.integers(1, 3))
    def take(self, owner: str, limit: int) -> None:
        wanted = [one for one in self.unfinished() if self.may_take(owner, one)][:limit]
        taken = self.inbox.take(owner, self.time(), LEASE_S, limit)
        assert [queued.id for queued in taken] == [one.id for one in wanted]
        for queued, one in zip(taken, wanted, strict=True):
            if one.held and one.held.owner != owner:
                one.taken_from = one.held.owner
            one.held = Held(owner, one.revision, self.now + LEASE_S)
            one.attempt += 1
            self.agree(queued, one)
            self.workers.append((one.id, owner, one.revision))

    @rule(owner=OWNERS)
    def renew(self, owner: str) -> None:
        expected = [(one.id, why) for one in self.questions if (why := self.lost(owner, one))]
        lost = self.inbox.renew(owner, self.time(), LEASE_S)
        assert [(one.id, one.why) for one in lost] == expected
        for one in self.questions:
            self.renewed(owner, one)

    @precondition(lambda self: self.workers)
    @rule(number=NUMBERS, message=st.integers(0, 9))
    def note(self, number: int, message: int) -> None:
        id, owner, revision = self.worker(number)
        one, reply = self.by_id(id), {"messages": [f"{message}.0"]}
        ours = one.is_of(owner, revision)
        assert self.inbox.note(id, owner, revision, reply) == (ours and one.is_current(revision))
        if ours:
            one.reply = reply

    @precondition(lambda self: self.workers)
    @rule(number=NUMBERS)
    def finish(self, number: int) -> None:
        id, owner, revision = self.worker(number)
        one, reply = self.by_id(id), {"messages": ["last"]}
        ours, current = one.is_of(owner, revision), one.is_current(revision)
        assert self.inbox.finish(id, owner, revision, "answered", reply) == (ours and current)
        if ours:
            one.held, one.reply = None, reply
            one.outcome = "answered" if current else one.outcome

    @rule(owner=OWNERS)
    def give_back(self, owner: str) -> None:
        held = [one for one in self.questions if one.held and one.held.owner == owner]
        assert self.inbox.give_back(owner) == sum(one.outcome is None for one in held)
        for one in held:
            one.held = None

    @rule(seconds=st.sampled_from([1, 7, 15]))
    def wait(self, seconds: int) -> None:
        self.now += seconds

    # What must always hold

    @invariant()
    def no_two_of_a_thread_are_worked_on(self) -> None:
        running = [one.thread for one in self.unfinished() if one.held]
        assert len(running) == len(set(running))

    @invariant()
    def everything_is_as_the_model_says(self) -> None:
        for one in self.questions:
            self.agree(self.inbox.by_id(one.id), one)
        assert self.inbox.waiting() == sum(one.held is None for one in self.unfinished())
        for thread in ("t1", "t2"):
            kept = [one for one in self.questions if one.thread == thread]
            assert self.inbox.owns(thread) == any(one.outcome != "withdrawn" for one in kept)
            assert self.inbox.posted(thread) == {ts for one in kept for ts in one.reply.get("messages", ())}

    def teardown(self) -> None:
        """Nothing is ever stuck: when everybody has gone, a newcomer can answer all that is left, in order."""
        later = self.time() + timedelta(seconds=LEASE_S)
        left = {one.id for one in self.unfinished()}
        order: list[str] = []
        while taken := self.inbox.take("newcomer", later, LEASE_S, 1):
            order += [one.id for one in taken if self.inbox.finish(one.id, "newcomer", one.revision, "answered", {})]
        assert set(order) == left
        assert len(order) == len(left)
        self.database.close()
        self.folder.cleanup()

    # The rest of the model

    def may_take(self, owner: str, one: Question) -> bool:
        if one.taken_from == owner:
            return False
        if one.held:
            return one.is_left_to(owner, self.now)
        others = [other for other in self.unfinished() if other.thread == one.thread and other is not one]
        before = self.questions[: self.questions.index(one)]
        return not any(other.held or other in before for other in others)

    def lost(self, owner: str, one: Question) -> str | None:
        if not one.held or one.held.owner != owner:
            return "taken" if one.taken_from == owner else None
        if one.held.told:
            return None
        if one.outcome == "withdrawn":
            return "withdrawn"
        if one.held.revision != one.revision:
            return "revised"
        return "stopped" if one.stopped else None

    def renewed(self, owner: str, one: Question) -> None:
        why = self.lost(owner, one)
        if one.taken_from == owner:
            one.taken_from = None
        if not one.held or one.held.owner != owner:
            return
        one.held.told = one.held.told or why is not None
        if one.held.revision == one.revision:
            one.held.until = self.now + LEASE_S
        if one.outcome == "withdrawn":
            one.held = None

    def agree(self, queued: Queued | None, one: Question) -> None:
        assert queued is not None
        said = (queued.id, queued.text, queued.revision, queued.attempt, queued.reply, queued.outcome)
        assert said == (one.id, one.text, one.revision, one.attempt, one.reply, one.outcome)
        assert (queued.key, queued.content, queued.asked_at.tzinfo) == (
            f"key-{one.id}",
            {"id": one.id},
            ASKED_AT.tzinfo,
        )

    def unfinished(self) -> list[Question]:
        return [one for one in self.questions if one.outcome is None]

    def question(self, number: int) -> Question:
        return self.questions[-1 - number % len(self.questions)]

    def worker(self, number: int) -> tuple[str, str, int]:
        return self.workers[-1 - number % len(self.workers)]

    def by_id(self, id: str) -> Question:
        return next(one for one in self.questions if one.id == id)

    def claim(self) -> str:
        self.claims += 1
        return f"claim {self.claims}"

    def time(self) -> Any:
        return ASKED_AT + timedelta(seconds=self.now)


TestInboxAndModel = InboxMachine.TestCase
TestInboxAndModel.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
