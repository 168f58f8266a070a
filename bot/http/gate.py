"""The gate: who asks, and what they may."""

from starlette.types import ASGIApp, Receive, Scope, Send

from bot.access import Access


class Gate:
    """Tells everything behind it, in the request's state, who asks."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope.setdefault("state", {})["access"] = Access("open", may_manage=True)
        await self._app(scope, receive, send)
