"""Time that passes faster than it does: for the stand-in and, if it goes by the same clock, for the Slack surface."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from fakeslack.clock import Clock

STEP_S, EVERY_S = 0.25, 0.005  # so much of the clock passes each time, and the loop gets that much in between


@asynccontextmanager
async def hurrying(clock: Clock, step_s: float = STEP_S) -> AsyncIterator[None]:
    """While it lasts, nobody waits long: all who sleep by the clock still wake in order, and see the same time."""
    passing = asyncio.create_task(_passing(clock, step_s))
    try:
        yield
    finally:
        passing.cancel()
        with suppress(asyncio.CancelledError):
            await passing


async def _passing(clock: Clock, step_s: float) -> None:
    while True:
        await clock.advance(step_s)
        await asyncio.sleep(EVERY_S)


def same_time(clock: Clock) -> dict[str, Any]:
    """Has a service go by the stand-in's clock."""
    return {"sleep": clock.sleep, "clock": clock.now}
