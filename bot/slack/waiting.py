"""Waiting for something to happen, but not for ever."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from typing import Any


async def happened(event: asyncio.Event, within_s: float, sleep: Callable[[float], Awaitable[None]]) -> None:
    """Returns once the event is set, or after so many seconds of that `sleep`; `math.inf` are none."""
    waits: list[asyncio.Future[Any]] = [asyncio.ensure_future(event.wait())]
    if math.isfinite(within_s):
        waits.append(asyncio.ensure_future(sleep(within_s)))
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in waits:
            one.cancel()
