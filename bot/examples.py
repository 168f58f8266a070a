"""Questions to begin with, in time: making them takes a second after the documents have changed."""

import asyncio
import logging
from collections.abc import Callable

from bot.scope import Scope
from index.errors import IndexProblem

# Nobody waits longer for them (Slack waits for three seconds); who asks again gets what was made meanwhile.
WITHIN_S = 1.5
# They are made one after the other anyway: many scopes must not hold all the threads that others need.
AT_ONCE = 2

logger = logging.getLogger(__name__)


class Examples:
    """`suggested` is synchronous, may take its time and may raise IndexProblem."""

    def __init__(self, suggested: Callable[[Scope], list[str]], within_s: float = WITHIN_S) -> None:
        self._suggested = suggested
        self._within_s = within_s
        self._making: dict[Scope, asyncio.Task[list[str]]] = {}
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def __call__(self, scope: Scope) -> list[str]:
        """None if there are none yet."""
        making = self._making.get(scope)
        if making is None:
            making = self._making[scope] = asyncio.create_task(self._made(scope))
            making.add_done_callback(lambda _: self._making.pop(scope, None))
        try:
            return await asyncio.wait_for(asyncio.shield(making), self._within_s)
        except TimeoutError:
            return []
        except IndexProblem as problem:
            logger.warning("no examples of questions: %s", problem)
            return []

    async def _made(self, scope: Scope) -> list[str]:
        async with self._turns:
            return await asyncio.to_thread(self._suggested, scope)
