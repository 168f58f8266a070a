"""MCP over HTTP, as an application that answers at one path."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any

from bot.mcp.product import Product

if TYPE_CHECKING:
    from mcp.server import Server

PATH = "/mcp"

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Endpoint:
    """Answers each request by itself and keeps nothing of any client.

    So a client notices neither a restart nor that another process answers, and memory is held for requests under way
    alone; what must outlive one request, the conversation, is in the history. There is no session to end and nothing
    to tell a client unasked, which is why only POST is answered.

    Who asks, and under which host name, is found out before: by the gate around the whole server.
    """

    def __init__(self, product: Product, max_body_bytes: int) -> None:
        self._product = product
        self._max_body_bytes = max_body_bytes
        self._made: asyncio.Task[Server[Any]] | None = None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["path"].rstrip("/") != PATH:
            await _refuse(send, 404)
        elif scope["method"] != "POST":
            await _refuse(send, 405, (b"allow", b"POST"))
        else:
            await self._answer(await self._server(), scope, receive, send)

    async def _answer(self, server: "Server[Any]", scope: Message, receive: Receive, send: Send) -> None:
        """By a session manager of its own: the tasks of the request then end with it, and nothing runs beside."""
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
        from mcp.server.transport_security import TransportSecuritySettings

        manager = StreamableHTTPSessionManager(
            server,
            stateless=True,
            max_request_body_size=self._max_body_bytes,
            security_settings=TransportSecuritySettings(enable_dns_rebinding_protection=False),  # that is the gate's
        )
        async with manager.run():
            await manager.handle_request(scope, receive, send)

    async def _server(self) -> "Server[Any]":
        """Made for the first request: the library takes half a second to import, which starting does not wait for."""
        if self._made is None:
            self._made = asyncio.create_task(asyncio.to_thread(_make, self._product))
        return await asyncio.shield(self._made)


def _make(product: Product) -> "Server[Any]":
    import mcp.server.streamable_http_manager  # noqa: F401 # here, in a thread, and not on the event loop

    from bot.mcp.server import make_server

    return make_server(product)


async def _refuse(send: Send, status: int, *headers: tuple[bytes, bytes]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0"), *headers]})
    await send({"type": "http.response.body", "body": b""})
