"""Pages of documents: the exact words, the quote marked, and nothing of the text read as HTML."""

from html.parser import HTMLParser

from hypothesis import example, given
from hypothesis import strategies as st

from bot.http.cited_span import CitedSpan, Place
from bot.http.document_page import document_page, page_number
from bot.http.templates import Templates
from bot.http.text_rows import SIGN, text_rows
from bot.http.viewer import text_values
from index.document import Document, Markup, Page

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
    """Reads a page as a browser does: which elements it has, and the text of the document and of its marks."""

    VOID = frozenset({"meta", "link", "img"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.text = self.quote = ""
        self.ids: list[str | None] = []  # of the marks
        self._open: list[tuple[str, str | None]] = []
        self.feed(html.replace("\r\n", "\n").replace("\r", "\n"))  # as the standard has browsers do
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        if tag == "mark":
            self.ids.append(dict(attrs).get("id"))
        if tag not in self.VOID:
            self._open.append((tag, dict(attrs).get("class")))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if any(tag == "div" and style in ("text", "text rows") for tag, style in self._open):
            self.text += data
        if any(tag == "mark" for tag, _ in self._open):
            self.quote += data


def rendered(document: Document, start: int, end: int) -> ReadBack:
    values = text_values(document, CitedSpan(start, end), Place(start, end))
    return ReadBack(bytes(TEMPLATES.page("document_text.html", values).body).decode("utf-8"))


def showable(text: str) -> str:
    """What HTML in UTF-8 cannot carry at all is shown as U+FFFD."""
    return "".join("\ufffd" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in text)


OWN = ["html", "head", "meta", "meta", "title", "link", "link", "link", "script", "link", "body"]
OWN += ["header", "a", "sup", "main", "div", "h1", "bdi", "p", "bdi"]


@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE, st.sampled_from(Markup))
@example("line\r\n", "quo\rte", "\0\ud800", "<b>", Markup.MARKDOWN)
@example("# a `b` **c", "** [d](e) |\n> f", "\n> g\n|h|\n\n```\n", "", Markup.MARKDOWN)
@example("a\n\n", "\n", "\nb", "", Markup.PLAIN)
def test_any_text_is_shown_exactly_and_never_read_as_html(
    before: str, quote: str, after: str, title: str, markup: Markup
) -> None:
    """The page has its own elements only; the text in it is the document's, the marks' together is the quote."""
    document = Document(title or "x", before + quote + after, title or None, markup)
    page = rendered(document, len(before), len(before + quote))
    assert page.elements[: len(OWN)] == OWN
    assert set(page.elements[len(OWN) :]) <= {"p", "a", "bdi", "span", "div", "mark"}
    assert page.text == showable(document.text)
    assert page.quote == showable(quote)
    assert page.ids[:1] == ["quote"] * bool(quote)
    assert not any(page.ids[1:])


def styles(text: str, markup: Markup = Markup.MARKDOWN) -> list[tuple[str, str]]:
    """Each row with its style, and the signs in it between angles."""
    rows = text_rows(text, 0, len(text), (0, 0), markup)
    shown = ["".join(f"<{piece.text}>" if piece.style == SIGN else piece.text for piece in row.after) for row in rows]
    return [(row.style, words) for row, words in zip(rows, shown, strict=True)]


def test_markdown_is_told_apart_by_its_lines() -> None:
    """Headings, items, quotations, tables and code, and the signs that make them so."""
    text = "# One\n\nIn **bold** words of a paragraph and\nin `code`.\n\n- item\n  - deep\n\n> said\n\n"
    text += "| a |\n|---|\n\n```\n x\n```\n"
    assert styles(text) == [
        ("h1", "<# >One\n\n"),
        ("", "In <**>bold<**> words of a paragraph and\nin <`>code<`>.\n\n"),
        ("item", "<-> item\n"),
        ("item deep1", "  <-> deep\n\n"),
        ("quotation", "<>> said\n\n"),
        ("cells", "<|> a <|>\n"),
        ("fence", "<|---|>\n\n"),
        ("fence", "<```>\n"),
        ("code", " x\n"),
        ("fence", "<```>\n"),
    ]


def test_plain_text_has_no_signs_and_rows_name_their_columns() -> None:
    """A star in plain text is a star."""
    assert styles("Some *stars*.\n", Markup.PLAIN) == [("", "Some *stars*.\n")]
    assert styles("name|year\nAda|1815\n", Markup.ROWS) == [("cells first", "name|year\n"), ("cells", "Ada|1815\n")]


def test_the_nearest_heading_above_the_quote_is_named() -> None:
    """Without its markup; without a quote there is none."""
    text = "# Top\n\nOne.\n\n## The middle\n\nTwo.\n\n## Below\n"
    document = Document("a.md", text, markup=Markup.MARKDOWN)
    start = text.index("Two")
    assert text_values(document, CitedSpan(), Place(start, start + 3))["heading"] == "The middle"
    assert text_values(document, CitedSpan(), Place(start, start))["heading"] is None


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
