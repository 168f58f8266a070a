"""What the page of a document shows: its text as rows, or the real pages of a PDF."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from bot.document_url import page_picture_url
from bot.errors import DocumentNotFound
from bot.http.cited_span import CitedSpan, Place
from bot.http.document_page import document_page, page_number
from bot.http.page_pictures import PagePictures, Pages, is_pdf, quoted_on
from bot.http.text_rows import text_rows
from bot.scope import Scope
from index.blocks import Kind, blocks
from index.document import Document, Markup
from index.errors import IndexProblem
from index.formats.pdf_page import PageFrame
from index.sections import heading_text

MOST_PAGES = 3  # of one quote that are shown together


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of a PDF: where its picture is, and the size of that."""

    number: int
    url: str
    frame: PageFrame


def text_values(document: Document, cited: CitedSpan, place: Place) -> Mapping[str, Any]:
    """What the template shows of the text, in words and numbers."""
    page = document_page(document.text, place.start, place.end)
    quote = (place.start, place.start + len(page.quote))
    top = place.start if page.quote else page.start
    return {
        **_common(document, place),
        "rows": text_rows(document.text, page.start, page.end, quote, document.markup),
        "heading": _heading(document, page.start, place.start) if page.quote else None,
        "page_number": page_number(document, top),
        "page_count": None,
        "percent": round(100 * top / len(document.text)) if document.text else 0,
        "mono": document.markup is Markup.ROWS,
        "pages_query": _query(cited, "#quote") if is_pdf(document.id) else None,
        "earlier": _around(page.earlier, document, cited),
        "later": _around(page.later, document, cited),
    }


async def sheet_values(
    document: Document, cited: CitedSpan, place: Place, page: int | None, pictures: PagePictures, scope: Scope
) -> Mapping[str, Any] | None:
    """What the template shows of the pages; None if they cannot be drawn, and only the text is left to show."""
    numbers = [page] if page else _numbers(document, place)
    try:
        async with pictures.opened(document.id, scope) as pages:
            sheets = [await _sheet(document, number, place, pages) for number in numbers]
    except (DocumentNotFound, IndexProblem):
        return None
    first, last, count = numbers[0], numbers[-1], sheets[0].frame.pages
    return {
        **_common(document, place),
        "sheets": sheets,
        "quote": document.text[place.start : place.end],
        "page_number": first,
        "page_count": count,
        "text_query": _query(cited, "#quote", view="text"),
        "quote_query": _query(cited, "#quote") if page and place.start < place.end else None,
        "previous": _query(cited, page=first - 1) if first > 1 else None,
        "following": _query(cited, page=last + 1) if last < count else None,
    }


def _common(document: Document, place: Place) -> dict[str, Any]:
    return {"document": document, "changed": place.changed, "is_file": ".jsonl#" not in document.id}


def _numbers(document: Document, place: Place) -> Sequence[int]:
    """The pages that the quote stands on, or the page at an empty span."""
    first = document.page_at(place.start) or 1
    last = document.page_at(max(place.start, place.end - 1)) or first
    return range(first, min(last, first + MOST_PAGES - 1) + 1)


async def _sheet(document: Document, number: int, place: Place, pages: Pages) -> Sheet:
    quoted = quoted_on(document, number, place.start, place.end)
    frame = await pages.frame(number, quoted)
    return Sheet(number, page_picture_url(document.id, number, place.start, place.end, document.sha256), frame)


def _heading(document: Document, start: int, end: int) -> str | None:
    """The words of the last heading between the two places."""
    found = blocks(document.text, start, end, document.markup)
    headings = [block for block in found if block.kind is Kind.HEADING]
    return heading_text(document.text, headings[-1]) if headings else None


def _around(offset: int | None, document: Document, cited: CitedSpan) -> str | None:
    """The neighbouring part of the text, which marks nothing."""
    if offset is None:
        return None
    view = {"view": "text"} if is_pdf(document.id) else {}
    return _query(CitedSpan(offset, offset, cited.sha256), **view)


def _query(cited: CitedSpan, fragment: str = "", **more: object) -> str:
    span = {"start": cited.start, "end": cited.end, "sha256": cited.sha256}
    return "?" + urlencode({name: value for name, value in {**more, **span}.items() if value is not None}) + fragment
