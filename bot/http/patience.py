"""How long a body may take to come, and an answer to be taken."""

import asyncio
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PATIENCE_S = 30.0
SLOWEST = 5_000  # bytes a second that a client must send or take on average, once its patience is used up


class Patience:
    """Gives up on clients that send or take too slowly: each holds one of the requests that there are at a time.

    Who has no answer yet is told 408. What the application does between two pieces is not the client's time.
    """

    def __init__(self, app: ASGIApp, patience_s: float = PATIENCE_S, slowest: float = SLOWEST) -> None:
        self._app = app
        self._patience_s = patience_s
        self._slowest = slowest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = _Body(receive, self._patience_s, self._slowest)
        answer = _Answer(send, self._patience_s, self._slowest)
        try:
            await self._app(scope, body.receive, answer.send)
        except Exception:  # some put what is raised while they read or send into an error of theirs
            if not (body.is_too_slow or answer.is_too_slow):
                raise
            if not answer.has_begun:
                raise _too_slow() from None


class _Answer:
    """The answer to one request; `is_too_slow` once it was given up."""

    def __init__(self, send: Send, patience_s: float, slowest: float) -> None:
        self._send = send
        self._patience_s = patience_s
        self._slowest = slowest
        self._ahead = 0  # bytes of the piece before, which have to leave first
        self.has_begun = False
        self.is_too_slow = False

    async def send(self, message: Message) -> None:
        """Raises ClientDisconnect."""
        self.has_begun = True
        try:
            async with asyncio.timeout(self._patience_s + self._ahead / self._slowest):
                await self._send(message)
        except TimeoutError:
            self.is_too_slow = True
            raise ClientDisconnect from None
        self._ahead = len(message.get("body", b""))


class _Body:
    """The body of one request; `is_too_slow` once it was given up."""

    def __init__(self, receive: Receive, patience_s: float, slowest: float) -> None:
        self._receive = receive
        self._left_s = patience_s
        self._slowest = slowest
        self._is_whole = False
        self.is_too_slow = False

    async def receive(self) -> Message:
        """Raises 408. What comes after the whole body, that the client leaves, may take its time."""
        if self._is_whole:
            return await self._receive()
        clock = asyncio.get_running_loop().time
        begun = clock()
        try:
            async with asyncio.timeout(self._left_s):
                message = await self._receive()
        except TimeoutError:
            self.is_too_slow = True
            raise _too_slow() from None
        self._left_s += len(message.get("body", b"")) / self._slowest - (clock() - begun)
        self._is_whole = not message.get("more_body", False)
        return message


def _too_slow() -> HTTPException:
    return HTTPException(HTTPStatus.REQUEST_TIMEOUT, "the body came too slowly", headers={"Connection": "close"})
