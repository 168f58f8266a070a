"""GET /documents: which documents there are for whoever asks."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response
from typing_extensions import TypedDict

from bot.answer_json import below
from bot.document_url import original_url, whole_document_url
from bot.http.ports import Documents
from bot.http.requester import Requester
from bot.http.responses import Json
from bot.settings import Settings
from index.document_summary import DocumentSummary

MOST_LISTED = 500
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class DocumentSummaryJson(TypedDict):
    """A document; `url` opens it, `original` is its file's URL, null for a row of a file.

    `changed_at` is in UTC, RFC 3339; null if nobody knows.
    """

    id: str
    title: str
    url: str
    sha256: str
    passages: int
    changed_at: str | None
    page_count: int | None
    original: str | None


class DocumentsJson(TypedDict):
    """Some of `total` documents, by id; `next`, if there are more, is what to give as `after`."""

    documents: list[DocumentSummaryJson]
    total: int
    next: str | None


def document_list_router(documents: Documents, settings: Settings) -> APIRouter:
    router = APIRouter(tags=["documents"])

    @router.head("/documents", include_in_schema=False)
    @router.get("/documents", response_model=DocumentsJson)
    async def list_documents(
        request: Request,
        access: Requester,
        limit: Annotated[int, Query(ge=1, le=MOST_LISTED, description="How many at most.")] = 100,
        after: Annotated[
            str | None, Query(max_length=2000, description="The id after which to go on; it need not exist.")
        ] = None,
    ) -> Response:
        """List the documents that you may ask about, in the order of their ids."""
        page = await documents.page(access.scope, limit, after)
        base_url = settings.public_url or str(request.base_url)
        listed = [_summary_json(document, base_url) for document in page.documents]
        return Json({"documents": listed, "total": page.total, "next": page.next})

    return router


def _summary_json(document: DocumentSummary, base_url: str) -> DocumentSummaryJson:
    is_file = document.file == document.id
    return {
        "id": document.id,
        "title": document.title,
        "url": below(base_url, whole_document_url(document.id)),
        "sha256": document.sha256,
        "passages": document.passages,
        "changed_at": _time(document.mtime_ns),
        "page_count": document.pages or None,
        "original": below(base_url, original_url(document.id)) if is_file else None,
    }


def _time(nanoseconds: int) -> str | None:
    """None for times that no calendar has: a file's may be anything."""
    with suppress(OverflowError):
        return (_EPOCH + timedelta(microseconds=nanoseconds // 1000)).isoformat() if nanoseconds >= 0 else None
    return None
