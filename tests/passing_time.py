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
