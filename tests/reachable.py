"""A server that others reach over a real port, in the test's own event loop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from typing import Any

import uvicorn

from bot.serving import listen, url_of

GRACE_S = 1  # for requests that are under way


class _Server(uvicorn.Server):
    """Leaves signals to the tests, and ends at once when it is told to."""

    def __init__(self, app: Any) -> None:
        super().__init__(uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=GRACE_S))
        self.stopped = asyncio.Event()

    def capture_signals(self) -> AbstractContextManager[None]:
        return nullcontext()

    async def main_loop(self) -> None:
        await self.stopped.wait()


@asynccontextmanager
async def reachable(app: Any) -> AsyncIterator[str]:
    """The URL of an ASGI application."""
    listening = listen("127.0.0.1", 0)
    server = _Server(app)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield url_of(listening)
    finally:
        server.stopped.set()
        await serving
