"""PDF files: words, paragraphs and pages as a reader sees them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pypdfium2
import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from index.document import Document, Markup, Page
from index.errors import UnreadableDocument
from index.formats.pdf import read_pdf
from index.formats.pdfium import PDFIUM
from index.formats.source import Source

Line = tuple[float, str] | tuple[float, str, int]  # distance to the line above, words, size of type


def pdf(*pages: list[Line], title: str = "", encrypt: StandardEncryption | None = None) -> bytes:
    data = BytesIO()
    canvas = Canvas(data, encrypt=encrypt)
    canvas.setTitle(title)
    for page in pages:
        height = 800.0
        for distance, words, *size in page:
            height -= distance
            canvas.setFont("Helvetica", size[0] if size else 10)
            canvas.drawString(70, height, words)
        canvas.showPage()
    canvas.save()
    return data.getvalue()


def read(data: bytes, max_chars: int = 10**6) -> Document:
    (document,) = read_pdf(Source("a.pdf", data, max_chars))
    return document


def refusal(data: bytes, max_chars: int = 10**6) -> str:
    with pytest.raises(UnreadableDocument) as caught:
        read(data, max_chars)
    return str(caught.value)


def lines(*words: str) -> list[Line]:
    return [(12, each) for each in words]


def test_pages_tile_the_text() -> None:
    """Every page knows its part; a page without words has none."""
    document = read(pdf(lines("One."), [], lines("Three.")))

    assert document.text == "One.\n\nThree."
    assert document.pages == (Page(1, 0, 6), Page(3, 6, 12))
    assert document.markup is Markup.PLAIN


def test_paragraphs_and_headings_stand_apart() -> None:
    """Wrapped lines follow each other; larger distances and other sizes of type begin a paragraph."""
    page: list[Line] = [
        (0, "Harbour report", 18),
        (14, "The mission is commanded"),
        (12, "by Kenya, with help"),
        (12, "of others."),
        (20, "A second paragraph"),
        (12, "follows."),
    ]

    assert read(pdf(page)).text == (
        "Harbour report\n\nThe mission is commanded\nby Kenya, with help\nof others.\n\nA second paragraph\nfollows."
    )


def test_list_items_stand_apart() -> None:
    """Items of a list without full stops would read as one endless sentence."""
    assert read(pdf(lines("We bring:", "• one boat", "• two oars"))).text == "We bring:\n\n• one boat\n\n• two oars"


def test_a_sentence_may_cross_pages() -> None:
    """What goes on in lower case after an open sentence is the same paragraph; what begins anew is not."""
    assert read(pdf(lines("It sails to the"), lines("islands."))).text == "It sails to the\nislands."
    assert read(pdf(lines("It sails."), lines("islands"))).text == "It sails.\n\nislands"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["an inter-", "national port"], "an international port"),
        (["the U-", "Boot sank"], "the U-Boot sank"),
        (["well-known, and well-", "known again"], "well-known, and well-known again"),
        (["state-of-the-", "art"], "state-of-the-art"),
    ],
)
def test_words_are_joined_over_line_ends(words: list[str], expected: str) -> None:
    """A hyphen at the end of a line goes, unless the word is written with one."""
    assert read(pdf(lines(*words))).text == expected


def test_running_heads_and_page_numbers_cut_no_sentence() -> None:
    """What every page repeats stays once, its number never."""
    pages = [
        lines("Annual report", f"begins {name}", f"goes on {name}", f"- {number} -")
        for number, name in enumerate("abcd")
    ]

    assert read(pdf(*pages)).text == (
        "Annual report\nbegins a\ngoes on a\nbegins b\ngoes on b\nbegins c\ngoes on c\nbegins d\ngoes on d"
    )


def test_lines_that_repeat_on_few_pages_stay() -> None:
    """Two pages may begin alike."""
    assert read(pdf(lines("Same.", "a"), lines("Same.", "b"))).text == "Same.\na\n\nSame.\nb"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Harbour report", "Harbour report"),
        ("  Harbour\nreport ", "Harbour report"),
        ("Microsoft Word - harbour.docx", None),
        ("harbour_v3.docx", None),
        ("untitled", None),
        ("(anonymous)", None),
        ("PowerPoint Presentation", None),
        ("", None),
        ("x" * 400, None),
    ],
)
def test_only_a_chosen_title_counts(title: str, expected: str | None) -> None:
    """Programs write titles of their own, which are none."""
    assert read(pdf(lines("words"), title=title)).title == expected


def test_an_encrypted_file_is_refused() -> None:
    """A file that asks for a password cannot be read; one that opens without can."""
    assert refusal(pdf(lines("secret"), encrypt=StandardEncryption("user", "owner"))) == "is encrypted"
    assert read(pdf(lines("open"), encrypt=StandardEncryption("", "owner"))).text == "open"


def test_pictures_have_no_text() -> None:
    """Scanned pages are named as what they probably are."""
    assert refusal(pdf([], [])) == "has no text (scanned?)"


def test_text_without_end_is_refused() -> None:
    """A small file can describe enormous pages."""
    assert refusal(pdf(lines("a" * 60, "b" * 60)), max_chars=100) == "holds more than 0.0001 million characters of text"


def test_text_that_would_not_be_kept_counts() -> None:
    """The limit holds while reading: lines that every page repeats cost memory before they are dropped."""
    assert refusal(pdf(*[lines("x" * 60)] * 5), max_chars=100).startswith("holds more than")


def test_a_file_of_another_kind_is_refused() -> None:
    """The mark of a PDF must stand near its beginning."""
    assert refusal(b"PK\x03\x04" + bytes(2000) + b"%PDF-") == "is not a PDF"


def test_one_thread_at_a_time_uses_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """PDFium keeps global state: whoever opens a file holds the lock."""
    held: list[bool] = []

    def recording(data: bytes) -> pypdfium2.PdfDocument:
        held.append(PDFIUM.locked())
        return opened(data)

    opened = pypdfium2.PdfDocument
    monkeypatch.setattr(pypdfium2, "PdfDocument", recording)

    read(pdf(lines("words")))

    assert held == [True]
    assert not PDFIUM.locked()


def test_threads_take_turns() -> None:
    """The library below crashes when two threads use it; ours do not."""
    files = [pdf(lines(f"file {number}"), lines("more")) for number in range(40)]
    read_text: Callable[[bytes], str] = lambda data: read(data).text  # noqa: E731

    with ThreadPoolExecutor(8) as pool:
        texts = list(pool.map(read_text, files))

    assert texts == [f"file {number}\nmore" for number in range(40)]
