"""The dispatcher: every queued question is worked on, one at a time in each thread, whatever happens meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import HistoryUnavailable
from bot.history_database import HistoryDatabase
from bot.history_inbox import Inbox
from bot.queued import NewQuestion
from bot.slack.assignment import Assignment, QuestionLost
from bot.slack.dispatcher import Dispatcher
from tests.waiting import until

WITHIN_S = 30  # a guard against hanging; nothing here takes so long


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Inbox]:
    database = HistoryDatabase(f"sqlite:///{tmp_path / 'history.sqlite'}")
    yield Inbox(database)
    database.close()


def ask(inbox: Inbox, id: str, thread: str = "t1", text: str = "Who?") -> None:
    assert inbox.accept([], NewQuestion(id, f"key-{id}", thread, "p", text, {}), datetime.now(UTC))


class Worker:
    """Begins questions and ends them when it is told to."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.interrupted: list[tuple[str, str | None]] = []
        self._changed = asyncio.Condition()
        self._gates: dict[str, asyncio.Event] = {}

    async def __call__(self, assignment: Assignment) -> None:
        await self._say(assignment.queued.id)
        try:
            await self._gate(assignment.queued.id).wait()
        except asyncio.CancelledError:
            self.interrupted.append((assignment.queued.id, assignment.interrupted_by))
            return
        await assignment.finish("answered")

    def let_end(self, *ids: str) -> None:
        for id in ids:
            self._gate(id).set()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(WITHIN_S), self._changed:
            await self._changed.wait_for(condition)

    async def _say(self, id: str) -> None:
        async with self._changed:
            self.begun.append(id)
            self._changed.notify_all()

    def _gate(self, id: str) -> asyncio.Event:
        return self._gates.setdefault(id, asyncio.Event())


@asynccontextmanager
async def dispatching(
    inbox: Inbox, work: Callable[[Assignment], Awaitable[None]], owner: str = "one", at_once: int = 4, **more: float
) -> AsyncIterator[Dispatcher]:
    dispatcher = Dispatcher(inbox, work, owner, at_once, **{"poll_s": 0.01, **more})
    dispatcher.start()
    try:
        yield dispatcher
    finally:
        await dispatcher.close(0)


async def test_questions_of_one_thread_are_answered_one_after_another(inbox: Inbox) -> None:
    """The second may build on the answer to the first."""
    worker = Worker()
    for id in ("a", "b"):
        ask(inbox, id)
    ask(inbox, "c", "t2")
    async with dispatching(inbox, worker):
        await worker.until(lambda: len(worker.begun) == 2)
        assert sorted(worker.begun) == ["a", "c"]
        worker.let_end("a")
        await worker.until(lambda: len(worker.begun) == 3)
    assert worker.begun[-1] == "b"


async def test_no_more_at_once_than_allowed(inbox: Inbox) -> None:
    """A busy morning does not take all memory."""
    worker = Worker()
    for number in range(5):
        ask(inbox, f"q{number}", f"t{number}")
    async with dispatching(inbox, worker, at_once=2) as dispatcher:
        await worker.until(lambda: len(worker.begun) == 2)
        assert dispatcher.busy == 2
        worker.let_end(*(f"q{number}" for number in range(5)))
        await worker.until(lambda: len(worker.begun) == 5)


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (lambda inbox: inbox.revise("key-a", [], "What?", datetime.now(UTC)), "revised"),
        (lambda inbox: inbox.withdraw("key-a", []), "withdrawn"),
        (lambda inbox: inbox.stop("t1", datetime.now(UTC)), "stopped"),
    ],
)
async def test_work_is_interrupted_for_a_reason(inbox: Inbox, event: Callable[[Inbox], object], why: str) -> None:
    """Whoever works on a question that was edited, deleted or stopped is told which of these it was."""
    worker = Worker()
    ask(inbox, "a")
    async with dispatching(inbox, worker):
        await worker.until(lambda: worker.begun == ["a"])
        event(inbox)
        await until(lambda: bool(worker.interrupted))
    assert worker.interrupted[0] == ("a", why)


async def test_an_edited_question_is_worked_on_again(inbox: Inbox) -> None:
    """With its new words."""
    texts: list[str] = []
    worker = Worker()

    async def work(assignment: Assignment) -> None:
        texts.append(assignment.queued.text)
        await worker(assignment)

    ask(inbox, "a", text="Who?")
    async with dispatching(inbox, work):
        await worker.until(lambda: worker.begun == ["a"])
        inbox.revise("key-a", [], "What?", datetime.now(UTC))
        await worker.until(lambda: worker.begun == ["a", "a"])
    assert texts == ["Who?", "What?"]


async def test_what_was_under_way_at_the_end_is_taken_up_by_the_next_process(inbox: Inbox) -> None:
    """It does not have to wait for the lease to run out."""
    worker = Worker()
    ask(inbox, "a")
    async with dispatching(inbox, worker, owner="old"):
        await worker.until(lambda: worker.begun == ["a"])
    assert worker.interrupted == [("a", "shutdown")]
    worker.let_end("a")
    async with dispatching(inbox, worker, owner="new"):
        await until(lambda: getattr(inbox.by_id("a"), "outcome", None) == "answered")


async def test_a_question_whose_worker_failed_is_worked_on_again(
    inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    """Even if the worker did not live up to its contract."""
    attempts: list[int] = []

    async def work(assignment: Assignment) -> None:
        attempts.append(assignment.queued.attempt)
        if len(attempts) == 1:
            raise ValueError("boom")
        await assignment.finish("answered")

    ask(inbox, "a")
    async with dispatching(inbox, work):
        await until(lambda: getattr(inbox.by_id("a"), "outcome", None) == "answered")
    assert attempts == [1, 2]
    assert "a question from Slack failed" in caplog.text


async def test_a_database_that_fails_for_a_while_stops_nothing(inbox: Inbox) -> None:
    """What is queued waits until it works again."""

    class Failing:
        """Fails the first times it is asked for work."""

        def __init__(self) -> None:
            self.failures = 3

        def __getattr__(self, name: str) -> object:
            return getattr(inbox, name)

        def take(self, *arguments: object) -> object:
            if self.failures:
                self.failures -= 1
                raise HistoryUnavailable("locked")
            return inbox.take(*arguments)  # type: ignore[arg-type]

    worker = Worker()
    ask(inbox, "a")
    async with dispatching(Failing(), worker):  # type: ignore[arg-type]
        await worker.until(lambda: worker.begun == ["a"])


async def test_a_worker_that_lost_its_question_can_keep_nothing(inbox: Inbox) -> None:
    """Two processes never both believe that the answer is theirs."""
    lost: list[str] = []
    worker = Worker()

    async def work(assignment: Assignment) -> None:
        inbox.revise("key-a", [], "What?", datetime.now(UTC))
        with pytest.raises(QuestionLost):
            await assignment.note(messages=["1.0"])
        lost.append(assignment.queued.id)
        await worker(assignment)

    ask(inbox, "a")
    async with dispatching(inbox, work):
        await until(lambda: bool(lost))
