"""The server process: a port that is sure to be ours, then uvicorn until it is told to stop."""

import asyncio
import gc
import os
import socket
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, nullcontext
from typing import Any

from bot.errors import AddressUnavailable

GRACE_S = 1  # for answers on their way when the server is told to stop
BACKLOG = 2048


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 picks a free one. Raises AddressUnavailable."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=BACKLOG)
    except OSError as error:
        raise AddressUnavailable(f"cannot listen on {host} port {port}: {_reason(error)}") from error


def url_of(listening: socket.socket) -> str:
    """Where browsers on this machine reach it."""
    host, port = listening.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def serve_until_stopped(
    app: Callable[..., Any],
    listening: socket.socket,
    started: Callable[[], None],
    beside: AbstractAsyncContextManager[object] | None = None,
) -> None:
    """Have the ASGI `app` answer requests until SIGINT or SIGTERM, which its former handler gets then.

    `started` is called once, when requests are being answered. What lives `beside` the app, on its event loop, is
    entered before and left when no more requests are accepted; what goes wrong on entering it ends the server.
    """
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await alive.enter_async_context(beside or nullcontext())
            await super().startup(sockets)
            started()

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            """What is not answered in time is told so: uvicorn would cancel it only as the event loop ends."""
            if self.server_state.tasks:
                _, late = await asyncio.wait(self.server_state.tasks, timeout=GRACE_S)
                for task in late:
                    task.cancel()
            await super().shutdown(sockets)
            await alive.aclose()  # here, where further signals are still only noted

    alive = AsyncExitStack()
    config = uvicorn.Config(
        app,
        http="h11",  # the faster parser keeps headers without end: anybody could fill the memory
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
    )
    try:
        Server(config).run(sockets=[listening])
    finally:
        gc.freeze()  # Python's own end would look through all that is loaded for garbage, which takes seconds


def _reason(error: OSError) -> str:
    """In the system's words, to which Python adds the address; the name service has numbers of its own."""
    number = error.errno or 0
    return (os.strerror(number) if number > 0 else str(error.strerror)).lower()
