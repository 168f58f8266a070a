"""GET /documents/{id}: a document as a plain page that opens at the quote."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse, Response

from bot.errors import DocumentNotFound
from bot.http.any_text import know_any_text
from bot.http.cited_span import CitedSpan, Place
from bot.http.document_copies import COPIES
from bot.http.health import require_ready
from bot.http.page_choice import PageChoice
from bot.http.page_pictures import Originals, PagePictures, is_pdf, page_pictures_router
from bot.http.ports import Answering, Readiness
from bot.http.requester import Requester
from bot.http.schemas import NOT_FOUND
from bot.http.templates import Templates
from bot.http.viewer import sheet_values, text_values
from index.document import Document


def documents_router(
    answering: Answering, documents: Originals, readiness: Readiness, templates: Templates
) -> APIRouter:
    know_any_text()
    pictures = PagePictures(documents)
    router = APIRouter(tags=["documents"])
    router.include_router(page_pictures_router(answering, readiness, pictures))  # before ids that go on to the end

    @router.head("/documents/{id:any_text}", include_in_schema=False)
    @router.get("/documents/{id:any_text}", response_class=HTMLResponse, responses=NOT_FOUND, openapi_extra=COPIES)
    async def get_document(
        access: Requester,
        id: str,
        cited: Annotated[CitedSpan, Depends()],
        chosen: Annotated[PageChoice, Depends()],
    ) -> Response:
        """Read a document: as a page, as its exact text, or as the file.

        The page has the document's words, the cited ones highlighted: those of the span from `start` to `end`, if the
        document is the version that `sha256` names. Of a PDF it shows the real pages; `view` asks for the text instead.
        """
        try:
            found = await answering.document(id, scope=access.scope)
        except DocumentNotFound:
            require_ready(readiness)  # it may only not be there yet
            raise
        place = cited.place_in(found)
        if is_pdf(id) and not chosen.view:
            shown = await sheet_values(found, cited, place, chosen.page, pictures, access.scope)
            if shown:
                return templates.page("document_sheets.html", shown)
        return await asyncio.to_thread(_text_page, templates, found, cited, place)

    return router


def _text_page(templates: Templates, document: Document, cited: CitedSpan, place: Place) -> Response:
    return templates.page("document_text.html", text_values(document, cited, place))
