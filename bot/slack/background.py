"""Small things done beside the acknowledgement: in tasks that are kept, looked after, and ended with the surface."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from bot.errors import AnsweringProblem
from index.errors import IndexProblem

logger = logging.getLogger(__name__)


class Background:
    """Runs what nobody waits for; what goes wrong there is logged."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def run(self, work: Coroutine[Any, Any, object], what: str) -> None:
        """Begin now; `what` names it in the log."""
        task = asyncio.create_task(self._watched(work, what), name=what)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self, grace_s: float) -> None:
        """Let everything end in time, and cancel the rest."""
        running = list(self._tasks)
        if running:
            _, late = await asyncio.wait(running, timeout=grace_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _watched(self, work: Coroutine[Any, Any, object], what: str) -> None:
        try:
            await work
        except (AnsweringProblem, IndexProblem) as problem:
            logger.warning("%s: %s", what, problem)
        except Exception:
            logger.exception("%s failed", what)
