"""Works on queued questions: as many at once as allowed, one of each thread, in tasks that somebody looks after."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from bot.errors import HistoryUnavailable
from bot.queued import Queued
from bot.slack.assignment import Assignment
from bot.slack.ports import Inbox

LEASE_S = 15.0  # after its process has ended, a question waits so long before another one takes it over
LAST_WORD_S = 3.0  # for an interrupted question to close its message
POLL_S = 1.0  # what other processes were told, and what they left behind, is looked for so often

logger = logging.getLogger(__name__)


class Dispatcher:
    """`work` answers one question, handles whatever goes wrong, and lets CancelledError pass.

    `owner` names this process among all that share the inbox. A process that dies leaves its questions to the others
    when their lease has run out.
    """

    def __init__(
        self,
        inbox: Inbox,
        work: Callable[[Assignment], Coroutine[Any, Any, None]],
        owner: str,
        at_once: int,
        lease_s: float = LEASE_S,
        poll_s: float = POLL_S,
    ) -> None:
        self._inbox = inbox
        self._work = work
        self._owner = owner
        self._at_once = at_once
        self._lease_s = lease_s
        self._poll_s = poll_s
        self._tasks: dict[str, tuple[Assignment, asyncio.Task[None]]] = {}
        self._awake = asyncio.Event()
        self._draining = False
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._loop = asyncio.create_task(self._run(), name="slack dispatcher")

    def wake(self) -> None:
        """There may be something to do: a question was queued, edited, deleted or stopped."""
        self._awake.set()

    @property
    def busy(self) -> int:
        """How many questions are being worked on here."""
        return len(self._tasks)

    async def close(self, grace_s: float) -> None:
        """Take no more; let what is under way end in time, interrupt the rest, and leave it to the next process."""
        self._draining = True
        running = [task for _, task in self._tasks.values()]
        if running:
            await asyncio.wait(running, timeout=grace_s)
        await self._interrupt(list(self._tasks), "shutdown")
        if self._loop:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
        await self._tolerated(partial(self._inbox.give_back, self._owner))

    async def _run(self) -> None:
        while True:
            self._awake.clear()
            await self._look()
            try:
                async with asyncio.timeout(self._poll_s):
                    await self._awake.wait()
            except TimeoutError:
                continue

    async def _look(self) -> None:
        """What the database does not allow now is tried again in a moment."""
        renew = partial(self._inbox.renew, self._owner, _now(), self._lease_s, list(self._tasks))
        lost = await self._tolerated(renew) or ()  # together: meanwhile the leases of all others run on
        await asyncio.gather(*(self._interrupt([one.id], one.why) for one in lost))
        free = 0 if self._draining else self._at_once - len(self._tasks)
        if free > 0:
            take = partial(self._inbox.take, self._owner, _now(), self._lease_s, free)
            for queued in await self._tolerated(take) or ():
                self._begin(queued)

    def _begin(self, queued: Queued) -> None:
        assignment = Assignment(queued, self._owner, self._inbox)
        task = asyncio.create_task(self._work(assignment), name=f"slack question {queued.id}")
        self._tasks[queued.id] = assignment, task
        task.add_done_callback(partial(self._ended, queued.id))

    def _ended(self, id: str, task: asyncio.Task[None]) -> None:
        if id in self._tasks and self._tasks[id][1] is task:
            del self._tasks[id]
        self.wake()  # the next of its thread may begin
        if not task.cancelled() and (error := task.exception()):
            logger.error("a question from Slack failed", exc_info=error)

    async def _interrupt(self, ids: Iterable[str], why: str) -> None:
        """Returns when they have said their last word, so that nobody begins anew before."""
        tasks = []
        for assignment, task in (self._tasks[id] for id in ids if id in self._tasks):
            assignment.interrupted_by = why
            task.cancel()
            tasks.append(task)
        if tasks:
            await asyncio.wait(tasks, timeout=LAST_WORD_S)

    async def _tolerated(self, call: Callable[[], Any]) -> Any:
        try:
            return await asyncio.to_thread(call)
        except HistoryUnavailable as problem:
            logger.warning("the queue of questions from Slack cannot be used: %s", problem)
            return None


def _now() -> datetime:
    return datetime.now(UTC)
