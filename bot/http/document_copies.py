"""GET /documents/{id}?as=text and ?as=original: a document's exact text, and the file that it was made from."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, MutableMapping
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from fastapi.routing import APIRoute
from starlette.datastructures import QueryParams
from starlette.responses import Response, StreamingResponse
from starlette.routing import Match
from starlette.types import Receive, Scope, Send

from bot.errors import DocumentNotFound
from bot.http.any_text import know_any_text
from bot.http.cited_span import CitedSpan
from bot.http.etag import has
from bot.http.health import require_ready
from bot.http.page_choice import PageChoice
from bot.http.ports import Answering, Documents, Readiness
from bot.http.requester import Requester
from index.document import Document
from index.original import Original

CHUNK = 256 * 1024
# Only what browsers hand on to other programs; everything else is just bytes to them.
MEDIA_TYPES: Mapping[str, str] = MappingProxyType(
    {
        ".pdf": "application/pdf",
        ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ".epub": "application/epub+zip",
    }
)
BYTES = "application/octet-stream"
# A copy may be kept, but is asked for each time: whether one may see it can change.
REVALIDATED = MappingProxyType({"Cache-Control": "private, no-cache"})
ATTACHED = MappingProxyType({"Content-Security-Policy": "sandbox; default-src 'none'"})
# For OpenAPI: what the route that shows the page answers instead.
COPIES: dict[str, Any] = {
    "parameters": [
        {
            "name": "as",
            "in": "query",
            "required": False,
            "description": "`text` for the document's exact text, `original` for its file; otherwise a page.",
            "schema": {"type": "string", "enum": ["text", "original"]},
        }
    ],
    "responses": {
        "200": {
            "content": {
                "text/plain": {"schema": {"type": "string"}},
                **{kind: {"schema": {"type": "string", "format": "binary"}} for kind in (BYTES, *MEDIA_TYPES.values())},
            }
        },
        "304": {"description": "The text is the one whose `ETag` was given as `If-None-Match`."},
    },
}


class CopyRoute(APIRoute):
    """A route for requests that say `as`; others are for the next route."""

    def matches(self, scope: Scope) -> tuple[Match, MutableMapping[str, Any]]:
        if "as" not in QueryParams(scope.get("query_string", b"")):
            return Match.NONE, {}
        return super().matches(scope)


def document_copies_router(answering: Answering, documents: Documents, readiness: Readiness) -> APIRouter:
    """To be asked before the router that shows documents, which is described together with this one."""
    know_any_text()
    described = [Depends(CitedSpan), Depends(PageChoice)]  # they choose nothing here, but wrong ones are refused
    router = APIRouter(route_class=CopyRoute, dependencies=described)

    @router.head("/documents/{id:any_text}", include_in_schema=False)
    @router.get("/documents/{id:any_text}", include_in_schema=False)
    async def copy(
        request: Request, access: Requester, id: str, kind: Annotated[Literal["text", "original"], Query(alias="as")]
    ) -> Response:
        """The text with its sha256 as tag, or the file."""
        try:
            if kind == "text":
                return _text(request, await answering.document(id, scope=access.scope))
            return OriginalResponse(await documents.original(id, access.scope))
        except DocumentNotFound:
            require_ready(readiness)  # it may only not be there yet
            raise

    return router


class OriginalResponse(StreamingResponse):
    """The file to be saved, never shown; closed afterwards, however the response ends."""

    def __init__(self, original: Original) -> None:
        self._original = original
        headers = {
            "Content-Disposition": attachment(original.name),
            "Content-Length": str(original.size),
            **ATTACHED,
        }
        kind = MEDIA_TYPES.get(PurePosixPath(original.name).suffix.lower(), BYTES)
        super().__init__(_chunks(original), media_type=kind, headers=headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._original.close()


def attachment(name: str) -> str:
    """The header that has the file saved under its name (RFC 6266), with one of plain letters for old programs."""
    plain = re.sub(r'[^ -~]|["\\%]', "_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _text(request: Request, document: Document) -> Response:
    headers = {"ETag": f'"{document.sha256}"', **REVALIDATED}
    if has(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(document.text.encode(), media_type="text/plain", headers=headers)


async def _chunks(original: Original) -> AsyncIterator[bytes]:
    while data := await asyncio.to_thread(original.read, CHUNK):
        yield data
