"""What the HTTP surface needs, with quiet stand-ins for whatever a test is not about."""

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from starlette.types import ASGIApp, Receive, Scope, Send

from bot.access import Access
from bot.errors import HistoryUnavailable
from bot.http.product import Product
from bot.monitoring import Monitoring
from bot.scope import Scope as DocumentScope
from bot.settings import Settings


def nothing_kept() -> NoReturn:
    raise HistoryUnavailable("nothing is kept: the history cannot be used")


EVERYBODY = Access("open", may_manage=True)


async def nothing_suggested(scope: DocumentScope) -> list[str]:
    return []


class NoKeys:
    """Nobody ever made one."""

    def ring(self) -> None:
        return None

    def holder(self, secret: str) -> None:
        return None


def a_product(
    answering: Any,
    readiness: Any,
    settings: Settings,
    elsewhere: Mapping[str, ASGIApp] | None = None,
    connections: Mapping[str, Callable[[], bool]] | None = None,
    **parts: Any,
) -> Product:
    """A Product of these parts."""
    quiet = {
        "conversations": nothing_kept,
        "feedback": nothing_kept,
        "suggested": nothing_suggested,
        "keys": NoKeys(),
        "monitoring": Monitoring("test"),
    }
    return Product(
        answering=answering,
        readiness=readiness,
        settings=settings,
        elsewhere=elsewhere or {},
        connections=connections or {},
        **quiet | parts,
    )


class LetIn:
    """In the place of the gate: whoever asks has this Access."""

    def __init__(self, app: ASGIApp, access: Access = EVERYBODY) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app({**scope, "state": {**scope.get("state", {}), "access": self._access}}, receive, send)
