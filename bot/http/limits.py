"""How much a client may send, and in which form."""

from fastapi import Request
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimit:
    """Refuses larger bodies with 413, whether their length is announced or only found out while reading.

    A document that is put in may be as large as documents may be.
    """

    def __init__(self, app: ASGIApp, max_bytes: int, max_document_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._max_document_bytes = max_document_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        max_bytes = self._max_document_bytes if _puts_document(scope) else self._max_bytes
        announced = int(Headers(scope=scope).get("content-length", 0))
        received = 0

        async def limited_receive() -> Message:
            nonlocal received
            _check(announced, max_bytes)
            message = await receive()
            received += len(message.get("body", b""))
            _check(received, max_bytes)
            return message

        await self._app(scope, limited_receive, send)


def _puts_document(scope: Scope) -> bool:
    path: str = scope["path"]
    return scope["method"] == "PUT" and path.startswith("/documents/")


def _check(size: int, max_bytes: int) -> None:
    if size > max_bytes:
        limit = f"the body is larger than {max_bytes / 1024:,.0f} KB"
        raise HTTPException(413, limit, headers={"Connection": "close"})  # what remains is not read


async def require_json(request: Request) -> None:
    """Refuses bodies not declared as JSON: `curl -d` alone says form, and so can any foreign web page."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise HTTPException(415, "send JSON, with the header Content-Type: application/json")
