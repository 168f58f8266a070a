"""How much a client may send, and in which form."""

from fastapi import Request
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimit:
    """Refuses larger bodies with 413, whether their length is announced or only found out while reading."""

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = int(Headers(scope=scope).get("content-length", 0))
        received = 0

        async def limited_receive() -> Message:
            nonlocal received
            self._check(announced)
            message = await receive()
            received += len(message.get("body", b""))
            self._check(received)
            return message

        await self._app(scope, limited_receive, send)

    def _check(self, size: int) -> None:
        if size > self._max_bytes:
            limit = f"the body is larger than {self._max_bytes // 1024:,} KB"
            raise HTTPException(413, limit, headers={"Connection": "close"})  # what remains is not read


async def require_json(request: Request) -> None:
    """Refuses bodies not declared as JSON: `curl -d` alone says form, and so can any foreign web page."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise HTTPException(415, "send JSON, with the header Content-Type: application/json")
