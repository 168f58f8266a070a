"""Threads that work on the oldest question first."""

import asyncio
import heapq
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import datetime
from itertools import count
from typing import TypeVar

Result = TypeVar("Result")


class OldestFirst:
    """Runs work of many questions in a few threads, for the tasks of one event loop.

    A question takes several steps. If the steps took turns, many questions at once would all be slow; so the next
    free thread goes on with the question that was asked first.
    """

    def __init__(self, threads: int, name: str) -> None:
        self._free = threads
        self._pool = ThreadPoolExecutor(threads, name)
        self._waiting: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._order = count()

    async def run(self, asked_at: datetime, work: Callable[[], Result]) -> Result:
        """What `work` returns or raises, done in a thread when it is this question's turn."""
        await self._turn(asked_at)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, copy_context().run, work)
        finally:
            self._pass_on()

    @property
    def waiting(self) -> int:
        """How many steps wait for a thread; usable from any thread."""
        return sum(not turn.done() for *_, turn in list(self._waiting))

    def close(self) -> None:
        """Wait for what is being done; nothing can be run afterwards."""
        self._pool.shutdown()

    async def _turn(self, asked_at: datetime) -> None:
        if self._free:
            self._free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (asked_at, next(self._order), turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._pass_on()  # it came too late
            raise

    def _pass_on(self) -> None:
        while self._waiting:
            *_, turn = heapq.heappop(self._waiting)
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
