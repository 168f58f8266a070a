"""How many requests are worked on at the same time."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.http.problems import RETRY_AFTER
from bot.http.public_paths import needs_access


class Capacity:
    """Lets `at_most` requests through at the same time and raises 503 for others: waiting, they would pile up.

    What is there for everybody is not counted: a monitor is answered under any load, and strangers take no room.
    """

    def __init__(self, app: ASGIApp, at_most: int) -> None:
        self._app = app
        self._at_most = at_most
        self._present = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not needs_access(scope["path"]):
            await self._app(scope, receive, send)
            return
        if self._present >= self._at_most:
            raise HTTPException(503, "too many requests at the same time; come again", headers=dict(RETRY_AFTER))
        self._present += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._present -= 1
