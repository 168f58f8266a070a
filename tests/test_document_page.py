"""Pages of documents: the exact words, the quote marked, and nothing of the text read as HTML."""

from html.parser import HTMLParser

from hypothesis import example, given
from hypothesis import strategies as st

from bot.http.document_page import document_page, page_number
from bot.http.templates import Templates
from index.document import Document, Page

TEMPLATES = Templates()
HOSTILE = (
    st.text()
    | st.text("\ud800\udc00<>&\"'/-!{}%# \r\n\t\0ax")
    | st.lists(
        st.sampled_from(
            [
                "</div>",
                "<mark id=quote>",
                "<script>",
                "<!--",
                "-->",
                "{{7*7}}",
                "{% raw %}",
                "&amp;",
                "&#13;",
                "\r\n",
            ]
        )
    ).map("".join)
)


class ReadBack(HTMLParser):
    """Reads a page as a browser does: which elements it has, and the text of the document and of the mark."""

    VOID = frozenset({"meta"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.text = self.quote = ""
        self._open: list[tuple[str, str | None]] = []
        self.feed(html.replace("\r\n", "\n").replace("\r", "\n"))  # as the standard has browsers do
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        if tag not in self.VOID:
            self._open.append((tag, dict(attrs).get("class")))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if ("div", "text") in self._open:
            self.text += data
        if self._open and self._open[-1][0] == "mark":
            self.quote += data


def rendered(document: Document, start: int, end: int) -> ReadBack:
    page = document_page(document.text, start, end)
    values = {
        "document": document,
        "sha256": None,
        "changed": False,
        "page": page,
        "page_number": 1,
        "percent": 0,
    }
    return ReadBack(bytes(TEMPLATES.page("document.html", values).body).decode("utf-8"))


def showable(text: str) -> str:
    """What HTML in UTF-8 cannot carry at all is shown as U+FFFD."""
    return "".join("\ufffd" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in text)


@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
@example("line\r\n", "quo\rte", "\0\ud800", "<b>")
def test_any_text_is_shown_exactly_and_never_read_as_html(before: str, quote: str, after: str, title: str) -> None:
    """The page has its own elements only; the text in it is the document's, the mark's is the quote."""
    document = Document(title or "x", before + quote + after, title or None)
    page = rendered(document, len(before), len(before + quote))
    expected = ["html", "head", *["meta"] * 3, "title", "style", "body"]
    expected += ["header", "p", "bdi", "span", "span", "main", "h1", "bdi", "div", *["mark"] * bool(quote)]
    assert page.elements == expected
    assert page.text == showable(document.text)
    assert page.quote == showable(quote)


@st.composite
def texts_with_spans(draw: st.DrawFn) -> tuple[str, int, int]:
    text = draw(st.text("ab\n", max_size=200))
    start = draw(st.integers(0, len(text)))
    return text, start, draw(st.integers(start, len(text)))


@given(texts_with_spans(), st.integers(1, 20))
def test_a_page_is_a_slice_that_starts_the_quote_where_it_is(place: tuple[str, int, int], reach: int) -> None:
    """However large the document, the page is the document's text from `start` to `end`."""
    text, start, end = place
    page = document_page(text, start, end, reach)
    assert page.before + page.quote + page.after == text[page.start : page.end]
    assert page.start + len(page.before) == start
    assert text[start:end].startswith(page.quote)
    assert page.quote == text[start:end] or len(page.quote) >= reach


@given(texts_with_spans(), st.integers(1, 20))
def test_neighbouring_pages_lead_through_the_whole_document(place: tuple[str, int, int], reach: int) -> None:
    """Following `earlier` and `later` reaches both ends without a gap."""
    text, start, end = place
    page = first = document_page(text, start, end, reach)
    while first.earlier is not None:
        previous = document_page(text, first.earlier, first.earlier, reach)
        assert previous.start < first.start <= previous.end
        first = previous
    while page.later is not None:
        following = document_page(text, page.later, page.later, reach)
        assert following.start <= page.end < following.end
        page = following
    assert (first.start, page.end) == (0, len(text))


def test_the_edges_of_a_page_do_not_cut_a_line() -> None:
    """A reader sees whole lines at the top and at the bottom."""
    text = "first line\nsecond line\nthird line\nfourth line\n"
    start = text.index("third")
    page = document_page(text, start, start + 5, reach=8)
    assert text[page.start : page.end] == "second line\nthird line\nfourth line\n"


def test_a_page_that_ends_with_a_line_is_not_extended() -> None:
    """Where the edge does not cut a line there is nothing to mend."""
    assert document_page("a\nb\nc\n", 0, 1, reach=1).after == "\n"


def test_a_small_document_has_no_neighbouring_pages() -> None:
    """Links to nowhere are not shown."""
    page = document_page("A short text.", 2, 7)
    assert (page.earlier, page.later) == (None, None)


def test_the_page_number_is_that_of_the_page_the_quote_starts_on() -> None:
    """Between pages, and in formats without pages, there is no number."""
    document = Document("a.pdf", "one\ntwo\n", pages=(Page(1, 0, 3), Page(2, 4, 8)))
    assert [page_number(document, offset) for offset in (0, 2, 3, 4, 8)] == [1, 1, None, 2, None]
