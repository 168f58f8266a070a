"""Pages of a PDF as pictures: the quoted words are marked, and nothing else."""

from io import BytesIO

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from index.document import Document
from index.errors import PageMissing, UnreadableDocument
from index.formats import pdf_page
from index.formats.pdf import read_pdf
from index.formats.pdf_page import HEIGHT, WIDTH, PageFrame, Quoted, page_frame, page_picture
from index.formats.source import Source

LEFT, TOP, LEADING, SIZE = 70.0, 700.0, 24.0, 12
PAGE = (600.0, 800.0)
SCALE = WIDTH / PAGE[0]


def pdf(*pages: list[str], size: tuple[float, float] = PAGE, dark: bool = False) -> bytes:
    data = BytesIO()
    canvas = Canvas(data, pagesize=size)
    for page in pages:
        if dark:
            canvas.rect(0, 0, *size, fill=1)
            canvas.setFillGray(1)
        canvas.setFont("Helvetica", SIZE)
        for number, words in enumerate(page):
            canvas.drawString(LEFT, TOP - LEADING * number, words)
        canvas.showPage()
    canvas.save()
    return data.getvalue()


def rotated(data: bytes) -> bytes:
    turned = BytesIO()
    document = pypdfium2.PdfDocument(data)
    document[0].set_rotation(90)
    document.save(turned)
    document.close()
    return turned.getvalue()


def read(data: bytes) -> Document:
    (document,) = read_pdf(Source("a.pdf", data, 10**6))
    return document


def picture(data: bytes, quote: str, number: int = 1, nth: int = 0) -> tuple[Image.Image, bool]:
    """The page with the occurrence `nth` of `quote` marked, as the index has its text."""
    document = read(data)
    page = next(page for page in document.pages if page.number == number)
    text = document.text[page.start : page.end]
    start = -1
    for _ in range(nth + 1):
        start = text.index(quote, start + 1)
    drawn = page_picture(data, number, Quoted(text, start, start + len(quote)))
    return Image.open(BytesIO(drawn.png)).convert("RGB"), drawn.marked


def is_marked(image: Image.Image, line: int, before: str, words: str) -> bool:
    """Whether all of `words`, which follow `before` on that line, lie on yellow; fails if only some do."""
    first = LEFT + stringWidth(before, "Helvetica", SIZE)
    last = first + stringWidth(words, "Helvetica", SIZE)
    row = round((PAGE[1] - TOP + LEADING * line + 2) * SCALE)  # just below the letters
    columns = range(round(first * SCALE) + 2, round(last * SCALE) - 1)
    paper = [(red, blue) for column in columns for red, _, blue in [image.getpixel((column, row))] if red > 100]
    yellow = {red > 2 * blue for red, blue in paper}  # what is left out are strokes of letters
    assert len(yellow) == 1
    return yellow == {True}


def test_the_quote_is_marked_and_its_neighbours_are_not() -> None:
    """The letters stay black on it."""
    image, marked = picture(pdf(["First words, then the quote, then others."]), "the quote")
    assert marked
    assert is_marked(image, 0, "First words, then ", "the quote")
    assert not is_marked(image, 0, "", "First words, then")
    assert not is_marked(image, 0, "First words, then the quote, ", "then others.")
    assert min(image.convert("L").tobytes()) < 40


def test_a_quote_over_lines_is_marked_on_each() -> None:
    """One box a line, across a word that is divided."""
    image, _ = picture(pdf(["We met the inter-", "national crew there."]), "the international crew")
    assert is_marked(image, 0, "We met ", "the inter-")
    assert is_marked(image, 1, "", "national crew")
    assert not is_marked(image, 1, "national crew ", "there.")


@pytest.mark.parametrize("nth", [0, 1, 2])
def test_repeated_words_are_marked_where_they_were_quoted(nth: int) -> None:
    """Not wherever they stand first."""
    image, _ = picture(pdf(["The same line.", "The same line.", "The same line."]), "same", nth=nth)
    assert [is_marked(image, line, "The ", "same") for line in range(3)] == [line == nth for line in range(3)]


def test_running_heads_that_the_text_leaves_out_do_not_disturb() -> None:
    """They still stand on the page."""
    pages = [["Annual report", f"Chapter {word} begins.", "And it goes on."] for word in ("one", "two", "three")]
    image, _ = picture(pdf(*pages), "Chapter three begins.", number=3)
    assert is_marked(image, 1, "", "Chapter three begins.")
    assert not is_marked(image, 0, "", "Annual report")


@given(st.lists(st.sampled_from(["ab", "ba", "a", "office", "x-y"]), min_size=1, max_size=6), st.data())
@settings(max_examples=12, deadline=None)
def test_any_words_of_a_line_are_marked(words: list[str], data: st.DataObject) -> None:
    """However often they are repeated."""
    line = " ".join(words)
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first + 1, len(words)))
    before = "".join(f"{word} " for word in words[:first])
    quote = " ".join(words[first:last])
    drawn = page_picture(pdf([line]), 1, Quoted(line, len(before), len(before) + len(quote)))
    image = Image.open(BytesIO(drawn.png)).convert("RGB")
    assert is_marked(image, 0, before, quote)
    assert not before or not is_marked(image, 0, "", before.rstrip()[:-1] or "i")


def test_white_words_on_dark_paper_stay_readable() -> None:
    """The paper becomes lighter there, the letters stay white."""
    image, _ = picture(pdf(["Words of a slide"], dark=True), "of a")
    colours = {colour for _, colour in image.getcolors(1 << 24) or []}
    assert {(0, 0, 0), (255, 255, 255), (106, 82, 8)} <= colours


def test_rotated_pages_are_marked_too() -> None:
    """As they are seen, not as they are stored."""
    image, marked = picture(rotated(pdf(["Rotated words"])), "Rotated")
    assert marked
    assert image.size == (WIDTH, round(WIDTH * PAGE[0] / PAGE[1]))
    assert (255, 224, 102) in {colour for _, colour in image.getcolors(1 << 24) or []}


def test_words_that_are_not_there_mark_nothing() -> None:
    """The file may have changed since it was indexed."""
    data = pdf(["Some words."])
    assert page_picture(data, 1, Quoted("Other words.", 0, 5)) == page_picture(data, 1)
    assert not page_picture(data, 1).marked


@pytest.mark.parametrize("size", [(1, 1), (14_400, 3), (3, 14_400), (1e9, 1e9), (612, 792)])
def test_pictures_are_bounded_whatever_a_page_claims(size: tuple[float, float]) -> None:
    """The frame tells the size before the picture is drawn."""
    data = pdf(["Words."], size=size)
    frame = page_frame(data, 1)
    assert Image.open(BytesIO(page_picture(data, 1).png)).size == (frame.width, frame.height)
    assert frame.width <= WIDTH
    assert frame.height <= HEIGHT


def test_the_frame_counts_the_pages() -> None:
    """Also those without words."""
    assert page_frame(pdf(["One."], [], ["Three."]), 2) == PageFrame(WIDTH, 1600, 3)


@pytest.mark.parametrize("number", [0, -1, 2, 10**30])
def test_there_is_no_such_page(number: int) -> None:
    """Pages are counted from 1."""
    with pytest.raises(PageMissing, match="the document has 1"):
        page_picture(pdf(["One."]), number)


def test_what_cannot_be_drawn_is_said() -> None:
    """Encrypted, damaged, or something else."""
    data = BytesIO()
    canvas = Canvas(data, encrypt=StandardEncryption("secret"))
    canvas.showPage()
    canvas.save()
    for broken, reason in [(data.getvalue(), "encrypted"), (b"%PDF-1.4 nothing", "damaged"), (b"PNG", "not a PDF")]:
        with pytest.raises(UnreadableDocument, match=reason):
            page_picture(broken, 1)


def test_a_page_that_is_never_finished_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Others wait for their turn with the library."""
    monkeypatch.setattr(pdf_page, "SECONDS", -1.0)
    with pytest.raises(UnreadableDocument, match="cannot be drawn"):
        page_picture(pdf(["Words."] * 200), 1)
