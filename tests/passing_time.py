"""A clock that moves only when somebody sleeps by it: tests of waiting that do not wait."""

import asyncio


class PassingTime:
    """Who sleeps is let through at once, and time has passed; `slept` tells how long each sleep was."""

    def __init__(self, now: float = 1_000.0) -> None:
        self.now = now
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Others get a chance to run before time passes."""
        until = self.now + seconds
        self.slept.append(seconds)
        await asyncio.sleep(0)
        self.now = max(self.now, until)


class Alarm(PassingTime):
    """A clock that is moved by `pass_by`: sleepers wake in the order of their moments, and get a chance to act then."""

    TURNS = 30  # of the event loop

    def __init__(self, now: float = 0.0) -> None:
        super().__init__(now)
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.now + seconds, woken))
        await woken

    async def pass_by(self, seconds: float) -> None:
        until = self.now + seconds
        await self.settle()
        while due := [one for one in self._sleepers if one[0] <= until]:
            moment, woken = first = min(due, key=lambda one: one[0])
            self._sleepers.remove(first)
            if not woken.done():
                self.now = max(self.now, moment)
                woken.set_result(None)
                await self.settle()
        self.now = until

    async def settle(self) -> None:
        """Let everybody act who can."""
        for _ in range(self.TURNS):
            await asyncio.sleep(0)
