"""The part of a document that one page shows, and the quote highlighted in it."""

from dataclasses import dataclass

from index.document import Document

REACH = 25_000  # characters shown on each side of the quote; browsers lay out this much at once
LINE = 2_000  # how far an edge of the page is moved outwards so that it does not cut a line


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """`before + quote + after` is the document's text from `start` to `end`; an empty `quote` marks nothing.

    `earlier` and `later` are the offsets that the neighbouring pages are around, None at the document's ends.
    Neighbouring pages may overlap by a line but never leave a gap.
    """

    before: str
    quote: str
    after: str
    start: int
    end: int
    earlier: int | None
    later: int | None


def document_page(text: str, start: int, end: int, reach: int = REACH) -> DocumentPage:
    """The page around the span `[start, end)`, which must lie inside the text; a very long quote is cut."""
    first = _line_start(text, max(0, start - reach))
    last = _line_end(text, min(len(text), min(end, start + reach) + reach))
    return DocumentPage(
        before=text[first:start],
        quote=text[start : min(end, last)],
        after=text[min(end, last) : last],
        start=first,
        end=last,
        earlier=max(0, first - reach) if first > 0 else None,
        later=min(len(text), last + reach) if last < len(text) else None,
    )


def page_number(document: Document, offset: int) -> int | None:
    """The page that the character at `offset` stands on, if the document's format has pages."""
    return next((page.number for page in document.pages if page.start <= offset < page.end), None)


def _line_start(text: str, offset: int) -> int:
    """The start of the line that `offset` is in, unless the line is very long."""
    if offset == 0:
        return 0
    newline = text.rfind("\n", max(0, offset - LINE), offset)
    return newline + 1 if newline >= 0 else offset


def _line_end(text: str, offset: int) -> int:
    """The start of the next line, unless the line is very long or `offset` already starts one."""
    newline = text.find("\n", max(0, offset - 1), offset + LINE)
    return newline + 1 if newline >= 0 and offset < len(text) else offset
