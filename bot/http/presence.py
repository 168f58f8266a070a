"""Work for a client that is waiting for it: it ends when the client leaves."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect, Request

from bot.errors import ServerStopping

Result = TypeVar("Result")


async def while_present(request: Request, work: Coroutine[Any, Any, Result]) -> Result:
    """What `work` returns; the request's body must have been read.

    If the client leaves before, the work is cancelled and, when it has cleaned up, ClientDisconnect is raised; if the
    server is told to stop, ServerStopping.
    """
    working, leaving = asyncio.create_task(work), asyncio.create_task(_left(request))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientDisconnect
        return working.result()
    except asyncio.CancelledError:  # what stops requests is the server that stops
        raise ServerStopping("the server is being stopped; ask again") from None
    finally:
        working.cancel()
        leaving.cancel()
        await asyncio.wait({working, leaving})


async def _left(request: Request) -> None:
    """Servers may send empty pieces of the body until then."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
