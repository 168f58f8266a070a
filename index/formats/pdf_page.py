"""Pages of a PDF as pictures, with quoted words marked in them."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

from index.errors import PageMissing, UnreadableDocument
from index.formats.letters import Span, found_span
from index.formats.pdfium import opened_pdf

if TYPE_CHECKING:
    from PIL.Image import Image

WIDTH = 1_200  # pixels: sharp at the width of a column on screens with two pixels to a point
HEIGHT = 2_400  # pixels at most, whatever size a page says it has
SECONDS = 5.0  # of drawing at most: a page can hold a picture that is never finished
LONGEST = 200_000  # characters of a page on which words are looked for
MARK = "#ffe066"
_MARK_ON_DARK = "#6a5208"  # added to what is there, as the other is taken away from it
_DARK = 96  # of 255: the lightness below which paper counts as dark
_PADDING = 0.12  # of the height of the line


@dataclass(frozen=True, slots=True)
class Quoted:
    """The words `text[start:end]` to mark; `text` is all that the index has of the page, in which they stand."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PageFrame:
    """The size in pixels of a page's picture, how many pages the file has, and from where to where the marks reach."""

    width: int
    height: int
    pages: int
    marks: tuple[int, int] | None = None  # pixels from the top; None if the quoted words were not found


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page as PNG; `marked` tells whether the quoted words were found on it."""

    png: bytes
    marked: bool


class _Box(NamedTuple):
    """In units of the page, from its bottom; or in pixels, from the top of its picture."""

    left: float
    low: float
    right: float
    high: float

    def with_(self, other: "_Box") -> "_Box":
        return _Box(
            min(self.left, other.left),
            min(self.low, other.low),
            max(self.right, other.right),
            max(self.high, other.high),
        )


def page_frame(data: bytes, number: int, quoted: Quoted | None = None) -> PageFrame:
    """What there is to know of page `number`, counted from 1, before it is drawn; raises as `page_picture` does."""
    with _opened_page(data, number) as (pdf, page):
        size = _pixels(page)
        boxes = [_in_pixels(page, box, size) for box in _boxes(page, quoted)] if quoted else []
        marks = (round(min(box.low for box in boxes)), round(max(box.high for box in boxes))) if boxes else None
        return PageFrame(*size, len(pdf), marks)


def page_picture(data: bytes, number: int, quoted: Quoted | None = None) -> PagePicture:
    """Page `number`, counted from 1. Raises PageMissing, and UnreadableDocument for a file that cannot be drawn."""
    with _opened_page(data, number) as (_, page):
        boxes = _boxes(page, quoted) if quoted else []
        image = _drawn(page)
        pixels = [_in_pixels(page, box, image.size) for box in boxes]
    marked = image.copy()
    for box in pixels:
        _mark(marked, image, box)
    png = BytesIO()
    marked.save(png, "PNG", compress_level=4)  # the levels above take twice as long to save a few per cent
    return PagePicture(png.getvalue(), bool(pixels))


@contextmanager
def _opened_page(data: bytes, number: int) -> Iterator[tuple[Any, Any]]:
    import pypdfium2

    try:
        with opened_pdf(data) as pdf:
            if not 1 <= number <= len(pdf):
                raise PageMissing(f"there is no page {number}: the document has {len(pdf)}")
            page = pdf[number - 1]
            yield pdf, page
            page.close()
    except pypdfium2.PdfiumError as error:
        raise UnreadableDocument("is damaged, or not a PDF") from error


def _pixels(page: Any) -> tuple[int, int]:
    width, height = (max(side, 1e-3) for side in page.get_size())
    scale = min(WIDTH / width, HEIGHT / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _drawn(page: Any) -> "Image":
    import pypdfium2
    from pypdfium2 import raw

    width, height = _pixels(page)
    bitmap = pypdfium2.PdfBitmap.new_native(width, height, raw.FPDFBitmap_BGR)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
    deadline = time.monotonic() + SECONDS
    overdue = type(raw.IFSDK_PAUSE().NeedToPauseNow)(lambda _: time.monotonic() > deadline)
    pause = raw.IFSDK_PAUSE(version=1, NeedToPauseNow=overdue)
    state = raw.FPDF_RenderPageBitmap_Start(bitmap, page, 0, 0, width, height, 0, raw.FPDF_ANNOT, pause)
    raw.FPDF_RenderPage_Close(page)
    if state != raw.FPDF_RENDER_DONE:
        raise UnreadableDocument("has a page that cannot be drawn")
    image: Image = bitmap.to_pil().convert("RGB")
    return image


def _boxes(page: Any, quoted: Quoted) -> list[_Box]:
    """One box for each line of the quoted words."""
    from pypdfium2 import raw

    textpage = page.get_textpage()
    try:
        count = textpage.count_chars()
        if count > LONGEST:
            return []
        chars = "".join(chr(raw.FPDFText_GetUnicode(textpage, index)) for index in range(count))
        spans = found_span(quoted.text, Span(quoted.start, quoted.end), chars)
        return [box for span in spans for box in _line_boxes(textpage, chars, span)]
    finally:
        textpage.close()


def _line_boxes(textpage: Any, chars: str, span: Span) -> list[_Box]:
    boxes: list[_Box] = []
    for index in range(*span):
        box = None if chars[index].isspace() else _box(textpage, index)
        if box is None:
            continue
        if boxes and _on_one_line(boxes[-1], box, _upright(textpage, index)):
            boxes[-1] = boxes[-1].with_(box)
        else:
            boxes.append(box)
    return boxes


def _box(textpage: Any, index: int) -> _Box | None:
    """None for what takes no room, such as the space between two lines."""
    from pypdfium2 import raw

    rect = raw.FS_RECTF()
    raw.FPDFText_GetLooseCharBox(textpage, index, rect)
    box = _Box(rect.left, rect.bottom, rect.right, rect.top)
    return box if box.left < box.right and box.low < box.high else None


def _upright(textpage: Any, index: int) -> bool:
    """Whether the line runs to the side of the page, not up or down, as it does beside a table."""
    from pypdfium2 import raw

    angle = raw.FPDFText_GetCharAngle(textpage, index)
    return bool(abs(abs(angle % 3.14159) - 1.5708) > 0.7854)


def _on_one_line(line: _Box, box: _Box, upright: bool) -> bool:
    if upright:
        return _overlap(line.low, line.high, box.low, box.high)
    return _overlap(line.left, line.right, box.left, box.right)


def _overlap(low: float, high: float, other_low: float, other_high: float) -> bool:
    """Whether two stretches share half of the shorter one."""
    return 2 * (min(high, other_high) - max(low, other_low)) > min(high - low, other_high - other_low)


def _in_pixels(page: Any, box: _Box, size: Sequence[int]) -> _Box:
    from pypdfium2 import PdfPosConv

    converter = PdfPosConv(page, (0, 0, *size, 0))
    left, low = converter.to_bitmap(box.left, box.low)
    right, high = converter.to_bitmap(box.right, box.high)
    (left, right), (low, high) = sorted((left, right)), sorted((low, high))
    padding = max(1.0, _PADDING * min(right - left, high - low))
    return _Box(left - padding, low - padding, right + padding, high + padding)


def _mark(marked: "Image", image: "Image", box: _Box) -> None:
    """Paint over the box so that what is written there stays readable; what lies in two boxes is painted once."""
    from PIL import Image, ImageChops, ImageStat

    width, height = image.size
    left, top = max(0, round(box.left)), max(0, round(box.low))
    right, bottom = min(width, round(box.right)), min(height, round(box.high))
    if left >= right or top >= bottom:
        return
    part = image.crop((left, top, right, bottom))
    dark = ImageStat.Stat(part.convert("L")).median[0] < _DARK
    paint = Image.new("RGB", part.size, _MARK_ON_DARK if dark else MARK)
    marked.paste(ImageChops.screen(part, paint) if dark else ImageChops.multiply(part, paint), (left, top))
