"""Pages of PDFs over HTTP: the real picture with the quoted words marked, and the page that shows it."""

import asyncio
import re
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from bot.document_url import document_url, page_picture_url
from bot.errors import DocumentNotFound
from bot.http.documents import documents_router
from bot.http.page_pictures import AT_ONCE
from bot.http.problems import install_problems
from bot.http.templates import Templates
from bot.scope import EVERYTHING, Scope
from index.document import Document
from index.errors import IndexProblem
from index.formats.pdf import read_pdf
from index.formats.source import Source
from tests.http_product import LetIn, NoDocuments

HOST = "http://127.0.0.1:8080"
ID = "reports/the year.pdf"
MARK = (255, 224, 102)


def pdf(*pages: list[str]) -> bytes:
    data = BytesIO()
    canvas = Canvas(data, pagesize=(600, 800))
    for page in pages:
        for number, words in enumerate(page):
            canvas.drawString(70, 700 - 24 * number, words)
        canvas.showPage()
    canvas.save()
    return data.getvalue()


FILE = pdf(["It begins here.", "The fees rose", "by two"], [], ["per cent in March.", "It ends here."])
(REPORT,) = read_pdf(Source(ID, FILE, 10**6))


class OneFile(NoDocuments):
    """The report, as it lies in the folder now."""

    def __init__(self) -> None:
        self.data: bytes | None = FILE
        self.failure: Exception | None = None
        self.opened = 0

    async def original(self, id: str, scope: Scope) -> Any:
        self.opened += 1
        if self.failure:
            raise self.failure
        if id != ID or self.data is None or not scope.allows(id):
            raise DocumentNotFound("its file is not in the documents folder any more")
        return Opened(self.data)


class Opened(BytesIO):
    @property
    def size(self) -> int:
        return len(self.getvalue())


class Ready:
    class state:  # noqa: N801
        ready = True


class Library:
    """Documents by their ids."""

    def __init__(self, *documents: Document) -> None:
        self.documents = {document.id: document for document in documents}

    async def document(self, id: str, *, scope: Scope = EVERYTHING) -> Document:
        if id not in self.documents:
            raise DocumentNotFound(f"no document {id!r} is in the index")
        return self.documents[id]


@pytest.fixture
def files() -> OneFile:
    return OneFile()


@pytest.fixture
async def client(files: OneFile) -> AsyncIterator[httpx.AsyncClient]:
    library = Library(REPORT, Document("notes.txt", "Some notes."))
    app, templates = FastAPI(), Templates()
    app.include_router(documents_router(library, files, Ready(), templates))
    install_problems(app, templates)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(LetIn(app)), base_url=HOST) as client:
        yield client


def span(quote: str) -> tuple[int, int, str]:
    start = REPORT.text.index(quote)
    return start, start + len(quote), REPORT.sha256


def is_marked(response: httpx.Response) -> bool:
    assert response.status_code == 200
    assert response.headers["content-type"] == "image/png"
    image = Image.open(BytesIO(response.content)).convert("RGB")
    return MARK in {colour for _, colour in image.getcolors(1 << 24) or []}


async def test_the_picture_has_the_quote_marked(client: httpx.AsyncClient) -> None:
    """By its place in the text, or by its words."""
    assert is_marked(await client.get(page_picture_url(ID, 1, *span("The fees rose"))))
    assert is_marked(await client.get(f"/documents/{ID}/pages/1.png", params={"quote": "It begins here"}))
    assert not is_marked(await client.get(f"/documents/{ID}/pages/1.png"))
    assert not is_marked(await client.get(page_picture_url(ID, 3, *span("The fees rose"))))


async def test_a_quote_over_pages_is_marked_on_each(client: httpx.AsyncClient) -> None:
    """What stands on a page is marked there."""
    quote = REPORT.text[REPORT.text.index("The fees") : REPORT.text.index("It ends")].strip()
    for number, marked in [(1, True), (2, False), (3, True)]:
        assert is_marked(await client.get(page_picture_url(ID, number, *span(quote)))) is marked


async def test_a_browser_that_has_the_picture_is_told_so(client: httpx.AsyncClient, files: OneFile) -> None:
    """Until the file, the page or the quote is another."""
    url = page_picture_url(ID, 1, *span("The fees rose"))
    first = await client.get(url)
    had = {"If-None-Match": first.headers["etag"]}
    assert first.headers["cache-control"] == "private, no-cache"
    assert (await client.get(url, headers=had)).status_code == 304
    assert (await client.get(page_picture_url(ID, 1, *span("by two")), headers=had)).status_code == 200
    files.data = pdf(["Another file."])
    changed = await client.get(url, headers=had)
    assert not is_marked(changed)


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("other.pdf/pages/1.png", "no document 'other.pdf' is in the index"),
        ("notes.txt/pages/1.png", "no document 'notes.txt/pages/1.png' is in the index"),
        (f"{ID}/pages/4.png", "there is no page 4: the document has 3"),
    ],
)
async def test_what_is_not_there_is_not_found(client: httpx.AsyncClient, path: str, detail: str) -> None:
    """Nor are pages of what has none."""
    response = await client.get(f"/documents/{path}")
    assert (response.status_code, response.json()["detail"]) == (404, detail)


@pytest.mark.parametrize("path", ["/pages/1.png", ""])
async def test_files_wait_on_the_disk_and_not_in_memory(client: httpx.AsyncClient, files: OneFile, path: str) -> None:
    """However many pages are asked for at once: each may be of a hundred megabytes."""
    asked = [asyncio.create_task(client.get(f"/documents/{ID}{path}")) for _ in range(8)]
    await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
    assert files.opened <= 2 * AT_ONCE  # the first to be done have made room for others
    assert [response.status_code for response in await asyncio.gather(*asked)] == [200] * 8


async def test_a_file_that_cannot_be_drawn_has_no_pictures(client: httpx.AsyncClient, files: OneFile) -> None:
    """Gone, damaged, or not to be opened; the reason is said."""
    for data, failure, reason in [
        (None, None, "not in the documents folder"),
        (b"%PDF-1.4", None, "cannot be drawn: is damaged"),
        (FILE, IndexProblem("its file cannot be opened (permission denied)"), "cannot be drawn: its file cannot"),
    ]:
        files.data, files.failure = data, failure
        response = await client.get(f"/documents/{ID}/pages/1.png")
        assert response.status_code == 404
        assert reason in response.json()["detail"]


@pytest.mark.parametrize(
    "place", ["pages/0.png", "pages/x.png", f"pages/{'9' * 5000}.png", "pages/1.png?start=9&end=5"]
)
async def test_bad_parameters_are_refused(client: httpx.AsyncClient, place: str) -> None:
    """Whatever is no number of a page, no span."""
    assert (await client.get(f"/documents/{ID}/{place}")).status_code == 422


async def test_the_page_shows_the_picture_and_the_words(client: httpx.AsyncClient) -> None:
    """With its size, so that nothing moves; what is marked is said to those who cannot see it."""
    text = (await client.get(document_url(ID, *span("The fees rose")))).text
    src = re.search(r'<img src="([^"]+)" width="1200" height="1600" alt="([^"]+)">', text)
    assert src
    assert src[2] == f"Page 1 of {ID}, the quoted words are marked"
    assert is_marked(await client.get(src[1].replace("&amp;", "&")))
    assert "<span>page 1 of 3</span>" in text
    assert '<blockquote lang="">The fees rose</blockquote>' in text
    assert text.count('id="quote"') == 1


async def test_all_pages_of_a_quote_are_shown(client: httpx.AsyncClient) -> None:
    """A page between them without words is a page too."""
    quote = REPORT.text[REPORT.text.index("The fees") : REPORT.text.index("It ends")].strip()
    text = (await client.get(document_url(ID, *span(quote)))).text
    assert re.findall(r'alt="Page (\d) of [^",]+(, the quoted words are marked)?"', text) == [
        ("1", ", the quoted words are marked"),
        ("2", ""),
        ("3", ", the quoted words are marked"),
    ]


async def test_pages_lead_to_their_neighbours_and_back(client: httpx.AsyncClient) -> None:
    """The quote travels along; the first page has none before it."""
    url = document_url(ID, *span("The fees rose")).split("#")[0]
    first = (await client.get(url)).text
    following = re.search(r'<a href="([^"]+)" rel="next">', first)
    assert following
    assert 'rel="prev"' not in first
    second = (await client.get(f"/documents/{ID}{following[1].replace('&amp;', '&')}")).text
    assert "page 2 of 3" in second
    back = re.search(r'<a href="([^"]+)">The quoted words</a>', second)
    assert back
    assert url.endswith(back[1].replace("&amp;", "&").split("#")[0])


async def test_the_text_of_a_pdf_is_one_link_away(client: httpx.AsyncClient) -> None:
    """With the same quote in it, and a way back to the pages."""
    first = (await client.get(document_url(ID, *span("The fees rose")))).text
    link = re.search(r'<a href="([^"]+)">Text</a>', first)
    assert link
    text = (await client.get(f"/documents/{ID}{link[1].replace('&amp;', '&')}")).text
    assert '<mark id="quote">The fees rose</mark>' in text
    assert ">Pages</a>" in text


async def test_without_its_file_a_pdf_is_shown_as_text(client: httpx.AsyncClient, files: OneFile) -> None:
    """What was indexed can still be read."""
    files.data = None
    text = (await client.get(document_url(ID, *span("The fees rose")))).text
    assert '<mark id="quote">The fees rose</mark>' in text
    assert "<img" not in text


async def test_a_changed_pdf_is_shown_without_marks(client: httpx.AsyncClient) -> None:
    """Offsets mean nothing in another version."""
    start, end, _ = span("The fees rose")
    text = (await client.get(document_url(ID, start, end, "0" * 64))).text
    assert "This document has changed" in text
    assert "are marked" not in text
    assert text.count('id="quote"') == 1
