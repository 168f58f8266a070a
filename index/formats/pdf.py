"""PDF files."""

import re
import statistics
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from index.document import Document
from index.errors import UnreadableDocument
from index.formats.characters import one_line
from index.formats.manuscript import Manuscript
from index.formats.pdfium import opened_pdf
from index.formats.source import Source
from index.formats.titles import sensible_title

_HYPHEN = "\ufffe"  # how we note, as PDFium does, a hyphen at the end of a line
_HYPHEN_CODES = (0x02, 0xAD, 0xFFFE)

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_HYPHENATED = re.compile(rf"([\w-]{{0,40}}){_HYPHEN}(\w*)")
_LIGATURES = re.compile("[\ufb00-\ufb06]")
_BULLET = re.compile(r"[•‣◦▪●■–]\s")
_SENTENCE_END = (".", "!", "?", ":", "”", '"', ")")

_PARAGRAPH_GAP = 1.3  # times the usual distance between lines
_OTHER_SIZE = 1.15  # times the height of the line before
_MARGIN_LINES = 2  # where running heads, footers and page numbers stand
_RUNNING = 3  # pages that a line must stand on to be one of those


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    bottom: float
    height: float


def read_pdf(source: Source) -> list[Document]:
    """A .pdf file: its pages, paragraphs told by the distance of lines, words joined over line ends."""
    with opened_pdf(source.data) as pdf:
        title = sensible_title(pdf.get_metadata_value("Title"))
        pages = list(_pages(pdf, source.max_chars))
    if not any(pages):
        raise UnreadableDocument("has no text (scanned?)")
    return [_document(source, title, pages)]


def _pages(pdf: Any, max_chars: int) -> Iterator[list[_Line]]:
    left = max_chars
    for number in range(len(pdf)):
        page = pdf[number]
        textpage = page.get_textpage()
        left -= textpage.count_chars()
        if left < 0:
            raise UnreadableDocument(f"holds more than {max_chars / 1e6:g} million characters of text")
        yield list(_lines(textpage))
        textpage.close()
        page.close()


def _lines(textpage: Any) -> Iterator[_Line]:
    from pypdfium2 import raw

    codes = [raw.FPDFText_GetUnicode(textpage, index) for index in range(textpage.count_chars())]
    chars = "".join(_HYPHEN if code in _HYPHEN_CODES else chr(code) for code in codes)
    for match in re.finditer(r"[^\r\n]+", chars):
        places = [match.start() + place for place, char in enumerate(match[0]) if not char.isspace()]
        if places:
            # A character's box tells of its font; the tallest of three is the line's, whatever it begins in.
            boxes = [_box(textpage, place) for place in (places[0], places[len(places) // 2], places[-1])]
            yield _Line(match[0].strip(), boxes[0].bottom, max(box.top - box.bottom for box in boxes))


def _box(textpage: Any, index: int) -> Any:
    from pypdfium2 import raw

    box = raw.FS_RECTF()
    raw.FPDFText_GetLooseCharBox(textpage, index, box)
    return box


def _document(source: Source, title: str | None, pages: Sequence[Sequence[_Line]]) -> Document:
    pages = _without_running_lines(pages)
    usual = _usual_distance(pages)
    texts = [_paragraphs(page, usual) for page in pages]
    vocabulary = set(_WORD.findall("\n".join(texts).lower()))
    manuscript = Manuscript(source.max_chars)
    for number, text in enumerate(texts, start=1):
        # A sentence that runs on from the page before is not torn apart.
        separator = "\n" if text[:1].islower() and not manuscript.ends_with(_SENTENCE_END) else "\n\n"
        manuscript.add(_joined(text, vocabulary), page=number, separator=separator)
    return Document(source.id, manuscript.text, title, pages=manuscript.pages)


def _without_running_lines(pages: Sequence[Sequence[_Line]]) -> list[list[_Line]]:
    """Drop page numbers, and running heads and footers after their first time: they cut sentences in two."""
    counts = Counter(key for page in pages for key in {_running_key(line) for line in _margins(page)})
    running = {key for key, count in counts.items() if count >= max(_RUNNING, 0.4 * len(pages))}
    kept = []
    seen: set[str] = {key for key in running if not any(map(str.isalpha, key))}
    for page in pages:
        dropped = [line for line in _margins(page) if _running_key(line) in seen]
        seen |= running & {_running_key(line) for line in _margins(page)}
        kept.append([line for line in page if not any(line is other for other in dropped)])
    return kept


def _margins(page: Sequence[_Line]) -> list[_Line]:
    return [*page[:_MARGIN_LINES], *page[max(_MARGIN_LINES, len(page) - _MARGIN_LINES) :]]


def _running_key(line: _Line) -> str:
    """What stays of a line from page to page."""
    return re.sub(r"\d+", "#", one_line(line.text))


def _usual_distance(pages: Sequence[Sequence[_Line]]) -> float:
    distances = [
        above.bottom - below.bottom
        for page in pages
        for above, below in pairwise(page)
        if above.bottom > below.bottom and not _differs(above, below)
    ]
    return statistics.median(distances) if distances else 0.0


def _paragraphs(page: Sequence[_Line], usual: float) -> str:
    """The lines of a page, with an empty line where the eye sees a new paragraph, heading or list item."""
    parts = [line.text for line in page[:1]]
    for above, below in pairwise(page):
        far = above.bottom - below.bottom > _PARAGRAPH_GAP * usual
        parts.append("\n\n" if far or _differs(above, below) or _BULLET.match(below.text) else "\n")
        parts.append(below.text)
    return _LIGATURES.sub(lambda match: unicodedata.normalize("NFKC", match[0]), "".join(parts))


def _differs(above: _Line, below: _Line) -> bool:
    """Whether two lines are set in different sizes, as a heading and its text are."""
    smaller, larger = sorted((above.height, below.height))
    return larger > _OTHER_SIZE * smaller


def _joined(text: str, vocabulary: Collection[str]) -> str:
    """Words put together again; a hyphen stays where the document itself writes the word with one."""

    def join(match: re.Match[str]) -> str:
        left, right = match.groups()
        whole, hyphenated = (left + right).lower(), f"{left}-{right}".lower()
        known = hyphenated in vocabulary and whole not in vocabulary
        keeps = known or "-" in left or not left[-1:].isalpha() or not right[:1].islower()
        return f"{left}{'-' if keeps else ''}{right}"

    return _HYPHENATED.sub(join, text)
