"""Waiting for what comes true in the test's own event loop, in threads or in other processes."""

import asyncio
from collections.abc import Callable
from typing import Any

WITHIN_S = 20.0  # a guard against hanging
LOOK_EVERY_S = 0.005


async def until(condition: Callable[[], Any], within_s: float = WITHIN_S) -> Any:
    """What it says as soon as that is true. Raises TimeoutError."""
    async with asyncio.timeout(within_s):
        while not (value := condition()):
            await asyncio.sleep(LOOK_EVERY_S)
    return value
