"""GET /documents/{id}/pages/{number}.png: a page of a PDF, the quoted words marked."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.convertors import Convertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.errors import DocumentNotFound
from bot.http.cited_span import CitedSpan
from bot.http.etag import has
from bot.http.health import require_ready
from bot.http.ports import Answering, Readiness
from bot.http.requester import Requester
from bot.http.schemas import NOT_FOUND, Responses
from bot.scope import Scope
from index.document import Document
from index.errors import IndexProblem, PageMissing, UnreadableDocument
from index.formats.pdf_page import PageFrame, Quoted, page_frame, page_picture

AT_ONCE = 2  # files in memory: the library draws one page at a time, and more of them would only wait for it
DRAWING = 1  # goes up when the same page is drawn in another way: browsers keep pictures by it
MOST_BYTES = 500_000_000  # of a file; none that is indexed has that many, but it may have grown
MAX_QUOTE = 10_000  # characters
MAX_PAGE = 1_000_000
REVALIDATED = "private, no-cache"  # a picture may be kept by whoever may see it, who asks each time

RESPONSES: Responses = {
    **NOT_FOUND,
    200: {"content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}},
    304: {"description": "The picture is the one whose `ETag` was given as `If-None-Match`."},
}


class PdfId(Convertor[str]):
    """The id of a PDF, so that an id of any other kind may end as these addresses do."""

    regex = r"(?s:.*)\.[pP][dD][fF]"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


class OpenFile(Protocol):
    """The file that a document was read from, open."""

    @property
    def size(self) -> int: ...

    def read(self, most: int) -> bytes: ...

    def close(self) -> None: ...


class Originals(Protocol):
    """The files of documents inside a scope. Raises DocumentNotFound and IndexProblem."""

    async def original(self, id: str, scope: Scope) -> OpenFile: ...


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of one file; `digest` names its bytes. Raises PageMissing and UnreadableDocument."""

    data: bytes
    digest: str

    async def frame(self, number: int, quoted: Quoted | None) -> PageFrame:
        return await asyncio.to_thread(page_frame, self.data, number, quoted)

    async def png(self, number: int, quoted: Quoted | None) -> bytes:
        return (await asyncio.to_thread(page_picture, self.data, number, quoted)).png


class PagePictures:
    """Draws pages of the files that documents were read from."""

    def __init__(self, originals: Originals) -> None:
        self._originals = originals
        self._turns = asyncio.Semaphore(AT_ONCE)

    @asynccontextmanager
    async def opened(self, id: str, scope: Scope) -> AsyncIterator[Pages]:
        """The document's file as it is now; others wait for theirs until it is left.

        Raises DocumentNotFound and IndexProblem.
        """
        async with self._turns:
            file = await self._originals.original(id, scope)
            try:
                pages = await asyncio.to_thread(_pages, file)
            finally:
                file.close()
            yield pages


def is_pdf(id: str) -> bool:
    """Whether a document has pages that can be drawn."""
    return id.lower().endswith(".pdf")


def quoted_on(document: Document, number: int, start: int, end: int) -> Quoted | None:
    """What page `number` has of the span `[start, end)`; None if that is nothing."""
    page = next((page for page in document.pages if page.number == number), None)
    if page is None or max(start, page.start) >= min(end, page.end):
        return None
    text = document.text[page.start : page.end]
    return Quoted(text, max(start, page.start) - page.start, min(end, page.end) - page.start)


def page_pictures_router(answering: Answering, readiness: Readiness, pictures: PagePictures) -> APIRouter:
    register_url_convertor("pdf_id", PdfId())
    router = APIRouter()

    @router.head("/documents/{id:pdf_id}/pages/{number}.png", include_in_schema=False)
    @router.get("/documents/{id:pdf_id}/pages/{number}.png", response_class=PngResponse, responses=RESPONSES)
    async def get_page_image(
        request: Request,
        access: Requester,
        id: str,
        number: Annotated[int, Path(ge=1, le=MAX_PAGE, description="Counted from 1.")],
        cited: Annotated[CitedSpan, Depends()],
        quote: Annotated[str | None, Query(max_length=MAX_QUOTE, description="Words to mark.")] = None,
    ) -> Response:
        """Get a page of a PDF as a picture.

        What is marked is `quote`, or else what the page has of the span from `start` to `end`.
        """
        try:
            document = await answering.document(id, scope=access.scope)
        except DocumentNotFound:
            require_ready(readiness)  # it may only not be there yet
            raise
        place = cited.place_in(document)
        quoted = Quoted(quote, 0, len(quote)) if quote else quoted_on(document, number, place.start, place.end)
        try:
            async with pictures.opened(id, access.scope) as pages:
                return await _response(request, pages, number, quoted)
        except PageMissing as error:
            raise HTTPException(404, str(error)) from error
        except IndexProblem as error:
            raise HTTPException(404, f"this page cannot be drawn: {error}") from error

    return router


class PngResponse(Response):
    """A picture."""

    media_type = "image/png"


async def _response(request: Request, pages: Pages, number: int, quoted: Quoted | None) -> Response:
    """The picture, or 304 for a browser that has it."""
    tag = _tag(pages, number, quoted)
    headers = {"ETag": tag, "Cache-Control": REVALIDATED}
    if has(request, tag):
        return Response(status_code=304, headers=headers)
    return PngResponse(await pages.png(number, quoted), headers=headers)


def _tag(pages: Pages, number: int, quoted: Quoted | None) -> str:
    seen = repr((DRAWING, pages.digest, number, quoted)).encode("utf-8", "surrogatepass")
    return f'"{hashlib.sha256(seen).hexdigest()[:32]}"'


def _pages(file: OpenFile) -> Pages:
    if file.size > MOST_BYTES:
        raise UnreadableDocument("the file is too large")
    data = file.read(file.size)
    return Pages(data, hashlib.sha256(data).hexdigest())
