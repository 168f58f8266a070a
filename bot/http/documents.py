"""GET /documents/{id}: a document as a plain page that opens at the quote."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.convertors import Convertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from bot.errors import DocumentNotFound
from bot.http.document_page import document_page, page_number
from bot.http.health import require_ready
from bot.http.ports import Answering, Readiness
from bot.http.requester import Requester
from bot.http.templates import Templates
from index.document import Document


class AnyText(Convertor[str]):
    """The rest of a path, slashes and line breaks included; ids are looked up in the index, never on disk."""

    regex = "(?s:.*)"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


@dataclass(frozen=True, slots=True)
class CitedSpan:
    """The place that a URL points at; `sha256` is the version that was cited. An empty span marks nothing."""

    start: Annotated[int | None, Query(ge=0)] = None
    end: Annotated[int | None, Query(ge=0)] = None
    sha256: Annotated[str | None, Query(pattern="^[0-9a-f]{64}$")] = None


def documents_router(answering: Answering, readiness: Readiness, templates: Templates) -> APIRouter:
    register_url_convertor("any_text", AnyText())
    router = APIRouter()

    @router.head("/documents/{id:any_text}", include_in_schema=False)
    @router.get("/documents/{id:any_text}", response_class=HTMLResponse)
    async def document(access: Requester, id: str, cited: Annotated[CitedSpan, Depends()]) -> Response:
        """A page with the document's exact words, the cited ones highlighted."""
        try:
            found = await answering.document(id, scope=access.scope)
        except DocumentNotFound:
            require_ready(readiness)  # it may only not be there yet
            raise
        return templates.page("document.html", _values(found, cited))

    return router


def _values(document: Document, cited: CitedSpan) -> dict[str, object]:
    changed = cited.sha256 is not None and cited.sha256 != document.sha256
    start, end = _place(len(document.text), cited) if changed else _span(len(document.text), cited)
    page = document_page(document.text, start, end)
    top = start if page.quote else page.start
    return {
        "document": document,
        "sha256": cited.sha256,
        "changed": changed,
        "page": page,
        "page_number": page_number(document, top),
        "percent": round(100 * top / len(document.text)) if document.text else 0,
    }


def _span(length: int, cited: CitedSpan) -> tuple[int, int]:
    """The span to highlight; raises 422 if the document has no such span."""
    start = cited.start or 0
    end = start if cited.end is None else cited.end
    if not start <= end <= length:
        raise HTTPException(422, f"there is no span {start} to {end} in this document of {length} characters")
    return start, end


def _place(length: int, cited: CitedSpan) -> tuple[int, int]:
    """Where the quote was; its offsets mean nothing in another version, so nothing is highlighted there."""
    place = min(cited.start or 0, length)
    return place, place
