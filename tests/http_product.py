"""What the HTTP surface needs, with quiet stand-ins for whatever a test is not about."""

from collections.abc import AsyncIterable, Callable, Mapping
from typing import Any, NoReturn

from starlette.types import ASGIApp, Receive, Scope, Send

from bot.access import Access
from bot.errors import DocumentNotFound, HistoryUnavailable
from bot.http.product import Product
from bot.listed_documents import ListedDocuments
from bot.monitoring import Monitoring
from bot.scope import Scope as DocumentScope
from bot.settings import Settings
from index.errors import FolderReadOnly


def nothing_kept() -> NoReturn:
    raise HistoryUnavailable("nothing is kept: the history cannot be used")


EVERYBODY = Access("open", may_manage=True)


async def nothing_suggested(scope: DocumentScope) -> list[str]:
    return []


class NoDocuments:
    """An empty folder into which nothing can be put."""

    async def page(self, scope: DocumentScope, limit: int, after: str | None = None) -> ListedDocuments:
        return ListedDocuments([], 0, None)

    async def put(self, id: str, chunks: AsyncIterable[bytes], scope: DocumentScope) -> NoReturn:
        raise FolderReadOnly("the documents folder cannot be written")

    async def delete(self, id: str, scope: DocumentScope) -> NoReturn:
        raise DocumentNotFound(f"no document {id!r} is in the index")

    original = delete


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
        "documents": NoDocuments(),
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
