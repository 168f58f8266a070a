"""Paths that belong to other applications on the same port."""

from collections.abc import Mapping

from starlette.types import ASGIApp, Receive, Scope, Send


class Elsewhere:
    """Hands requests whose path begins with one of the keys to that application, whole and untouched."""

    def __init__(self, app: ASGIApp, apps: Mapping[str, ASGIApp]) -> None:
        self._app = app
        self._apps = apps

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        owner = next((app for beginning, app in self._apps.items() if path.startswith(beginning)), self._app)
        await owner(scope, receive, send)
