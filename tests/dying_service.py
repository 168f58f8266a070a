"""A Slack surface that can end as a killed process does: in the middle of whatever it does, without another word."""

import asyncio
import threading
from types import TracebackType
from typing import Any, Self

from bot.slack.slack_service import SlackService

WITHIN_S = 10.0


class DyingService:
    """Runs the service on a thread and an event loop of its own. After `kill` nothing in it moves any more.

    Leaving the context buries what is left of it: by then nobody may look any more.
    """

    def __init__(self, service: SlackService) -> None:
        self._service = service
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="dying service")

    async def __aenter__(self) -> Self:
        self._thread.start()
        opened = asyncio.run_coroutine_threadsafe(self._service.__aenter__(), self._loop)
        await asyncio.wait_for(asyncio.wrap_future(opened), WITHIN_S)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.kill()
        await asyncio.to_thread(self._buried)

    async def kill(self) -> None:
        """Returns when it is dead. Killing it twice is harmless."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            await asyncio.to_thread(self._thread.join, WITHIN_S)

    def _buried(self) -> None:
        """Every task is ended, so that nothing of it is destroyed while it is pending."""
        self._loop.run_until_complete(self._ended())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    async def _ended(self) -> None:
        await self._service.__aexit__(None, None, None)
        left: list[asyncio.Task[Any]] = [one for one in asyncio.all_tasks() if one is not asyncio.current_task()]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
