"""The time that the stand-in goes by: real time, plus what a test has skipped."""

import asyncio
import time
from dataclasses import dataclass, field

TURNS = 20  # of the event loop, given to who has been woken before time moves on again


@dataclass(slots=True, eq=False)
class _Sleeper:
    until: float
    woken: bool = False
    stirred: asyncio.Event = field(default_factory=asyncio.Event)  # time has moved on: how much is left?


class Clock:
    """Runs by itself and can be moved forward, never back; it belongs to one event loop."""

    def __init__(self) -> None:
        self._start = time.time() - time.monotonic()
        self._skipped = 0.0
        self._sleepers: list[_Sleeper] = []
        self._occupied = asyncio.Event()

    def now(self) -> float:
        """Unix seconds."""
        return self._start + time.monotonic() + self._skipped

    async def asleep(self) -> None:
        """Until somebody sleeps."""
        await self._occupied.wait()

    async def advance(self, seconds: float) -> None:
        """Skip time. Who sleeps wakes in order, each at the moment it waited for, and gets a chance to act then.

        Work that a woken sleeper begins elsewhere (a request, say) may still be under way on return.
        """
        end = self.now() + seconds
        while (sleeper := self._next(end)) is not None:
            await self._move_to(sleeper.until)
        await self._move_to(end)

    async def sleep(self, seconds: float) -> None:
        """Wait for a moment of this clock, which comes by itself if nobody skips to it."""
        sleeper = _Sleeper(self.now() + seconds)
        self._sleepers.append(sleeper)
        self._occupied.set()
        try:
            while (left := sleeper.until - self.now()) > 0:
                sleeper.stirred.clear()
                await self._stirred_or(left, sleeper)
        finally:
            self._leave(sleeper)

    def _leave(self, sleeper: _Sleeper) -> None:
        self._sleepers.remove(sleeper)
        if not self._sleepers:
            self._occupied.clear()

    def _next(self, end: float) -> _Sleeper | None:
        """Who wakes first of those that still sleep and wake by then."""
        asleep = [sleeper for sleeper in self._sleepers if sleeper.until <= end and not sleeper.woken]
        return min(asleep, key=lambda sleeper: sleeper.until, default=None)

    async def _move_to(self, moment: float) -> None:
        self._skipped += max(0.0, moment - self.now())
        for sleeper in self._sleepers:
            sleeper.woken = sleeper.woken or sleeper.until <= self.now()
            sleeper.stirred.set()
        for _ in range(TURNS):
            await asyncio.sleep(0)

    @staticmethod
    async def _stirred_or(seconds: float, sleeper: _Sleeper) -> None:
        try:
            async with asyncio.timeout(seconds):
                await sleeper.stirred.wait()
        except TimeoutError:
            pass
