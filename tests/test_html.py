"""Web pages as Markdown: the visible words, their structure, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.document import Markup
from index.errors import UnreadableDocument
from index.formats.html import read_html, web_page
from index.formats.source import Source


def text(html: str) -> str:
    return web_page(html).text


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<h1>Ferry <em>times</em></h1><p>Daily.", "# Ferry times\n\nDaily."),
        ("<p>a\n  b<p>c", "a b\n\nc"),
        ("<p>one<br>two", "one\ntwo"),
        ("<p>snake_case *stars* [x] #1 &lt;b&gt;", "snake_case *stars* [x] #1 <b>"),
        ("<p><a href=x>link</a> <b>bold</b><img alt=pic src=y> <code>code</code>", "link bold code"),
        ("a<!-- no -->b<?php no ?>c", "abc"),
        ("<div>one<div>two</div>three</div>", "one\n\ntwo\n\nthree"),
        ("<h2>a<div>b</div></h2><h3></h3>c", "## a b\n\nc"),
        ("<ul><li>a<li><p>b</p></ul>c", "- a\n- b\n\nc"),
        ("<ul><li>a<ol start=3><li>b<li>c</ol></ul>", "- a\n  3. b\n  4. c"),
        ("<ul><li>a</ul><ul><li>b</ul>", "- a\n\n- b"),
        ("<ol><li>a<p>b</p></ol>", "1. a\n\n   b"),
        ("<ul><li></li><li>a</ul>", "- a"),
        ("<pre>\n if x:\n    y\n</pre>", "```\n if x:\n    y\n```"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "a\n\nb"),
        ("<dl><dt>a<dd>b</dl>", "a\n\nb"),
        ("<q>a</q>", '"a"'),
        ("<p>a</p>\n\n\n<p>&nbsp;</p>\n\n\n<p>b</p>", "a\n\nb"),
        ("plain words", "plain words"),
    ],
)
def test_structure_is_kept_and_decoration_dropped(html: str, expected: str) -> None:
    """Headings, lists, code and paragraphs become Markdown; the words themselves are never escaped."""
    assert text(html) == expected


def test_a_table_of_data_stays_a_table() -> None:
    """The first row is the header, cells are one line each."""
    html = "<table><caption>Fares</caption><tr><th>Line<th>Fare<tr><td>A<td><p>3</p><p>euro</p><tr><td></table>x"

    assert text(html) == "Fares\n\n| Line | Fare |\n| --- | --- |\n| A | 3 euro |\n\nx"


@pytest.mark.parametrize(
    "html",
    [
        "<table><tr><td><table><tr><td>a</td></tr></table></td><td>b</td></tr></table>",
        "<table role=presentation><tr><td>a<td>b</table>",
        "<table><tr><td>a<tr><td>b</table>",
    ],
)
def test_a_table_of_boxes_is_no_table(html: str) -> None:
    """Mails and old pages use tables to place things; their cells are paragraphs."""
    assert text(html) == "a\n\nb"


@pytest.mark.parametrize(
    "unseen",
    [
        "<script>no</script>",
        "<style>no</style>",
        "<nav>no</nav>",
        "<div role=navigation>no</div>",
        "<p hidden>no</p>",
        "<p style='color:red; DISPLAY : none'>no</p>",
        "<span aria-hidden=true>no</span>",
        "<button>no</button>",
        "<svg><title>no</title><text>no</text></svg>",
        "<a class='x headerlink'>¶</a>",
        "<sup><a href='#fn1'>[1]</a></sup>",
        "<template>no</template>",
    ],
)
def test_what_readers_do_not_see_is_left_out(unseen: str) -> None:
    """Scripts, navigation, hidden parts, controls and footnote marks are not words of the page."""
    assert text(f"<p>before{unseen}</p>after") == "before\n\nafter"


@pytest.mark.parametrize(
    ("html", "title"),
    [
        ("<title>Ferry\n times</title><h1>Other</h1>", "Ferry times"),
        ("<title></title><h1>Ferry <i>times</i></h1>", "Ferry times"),
        ("<title>Document</title><h1>Ferry times</h1><h1>Second</h1>", "Ferry times"),
        ("<svg><title>Icon</title></svg><h2>Section</h2>", None),
    ],
)
def test_the_title_is_the_pages_own(html: str, title: str | None) -> None:
    """A page is named by its title, or else its first top heading; editors' defaults name nothing."""
    assert web_page(html).title == title


def test_the_declared_encoding_is_used() -> None:
    """Two Cyrillic letters cannot be guessed, but the page says what they are."""
    data = '<meta charset="windows-1251"><p>Да'.encode("cp1251")

    (document,) = read_html(Source("a.html", data, 10**6))

    assert (document.text, document.markup) == ("Да", Markup.MARKDOWN)


def test_xhtml_is_read_like_html() -> None:
    """Elements closed in their opening tag hold nothing, least of all the rest of the page."""
    head = "<?xml version='1.0' encoding='utf-16'?><html><head><title/><script/></head>"

    assert text(f"{head}<body><a id='x'/>Words</body></html>") == "Words"


def test_no_entity_of_the_document_is_expanded() -> None:
    """A page may declare entities; they are not ours to expand."""
    html = '<!DOCTYPE html [<!ENTITY a "boom"><!ENTITY b SYSTEM "file:///etc/passwd">]><p>&a;&b;&copy;</p>'

    assert "boom" not in text(html)
    assert "root:" not in text(html)


@pytest.mark.parametrize("tag", ["div", "ul><li", "table><tr><td", "b"])
def test_deep_nesting_is_read(tag: str) -> None:
    """Hundreds of levels are read."""
    assert text(f"<{tag}>" * 600 + "deep").endswith("deep")


@pytest.mark.parametrize("tag", ["div", "ul><li", "table><tr><td", "b"])
def test_bottomless_nesting_is_refused(tag: str) -> None:
    """Where the parser would drop the rest of the page, the page is unreadable."""
    with pytest.raises(UnreadableDocument, match=r"^is nested too deeply$"):
        text(f"<{tag}>" * 100_000 + "deep")


def test_long_lists_take_no_time() -> None:
    """Numbering is counted, not searched for; the timeout is the proof."""
    assert text("<ol>" + "<li>x" * 50_000).endswith("50000. x")


WORDS = st.text(st.sampled_from("abc _*#[]|.-1"), min_size=1).map(lambda words: " ".join(words.split())).filter(bool)


@given(st.lists(st.tuples(st.sampled_from(["p", "div", "h2", "li", "td", "blockquote", "section", "b"]), WORDS)))
def test_every_visible_word_stands_in_the_text(parts: list[tuple[str, str]]) -> None:
    """Whatever the elements around them, words come out in order, exactly as they are."""
    page = text("".join(f"<{tag}>{words}</{tag}> " for tag, words in parts))

    position = 0
    for _, words in parts:
        position = page.index(words, position) + len(words)
