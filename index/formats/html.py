"""Web pages, and whatever other formats are turned into Markdown by way of HTML."""

import re
from dataclasses import dataclass

from index.document import Document, Markup
from index.errors import UnreadableDocument
from index.formats.characters import decode
from index.formats.source import Source
from index.formats.titles import sensible_title

_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class WebPage:
    """A page's own title, if it has one, and its visible words as Markdown."""

    title: str | None
    text: str


def read_html(source: Source) -> list[Document]:
    """A .html file."""
    declared = _CHARSET.search(source.data[:4096])
    page = web_page(decode(source.data, declared[1].decode("ascii") if declared else None))
    return [Document(source.id, page.text, page.title, Markup.MARKDOWN)]


def web_page(html: str) -> WebPage:
    """The page that `html` (a whole document or a fragment) describes; no words give an empty text.

    Raises UnreadableDocument where elements are nested so deeply that the parser drops the rest of the page.
    """
    from lxml import html as lxml_html

    from index.formats.markdown import MarkdownWriter

    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root = lxml_html.document_fromstring(html.replace("\0", "").encode("utf-8", "replace"), parser=parser)
    except lxml_html.etree.ParserError:  # "Document is empty"
        return WebPage(None, "")
    if any(entry.level_name == "FATAL" for entry in parser.error_log):
        raise UnreadableDocument("is nested too deeply")
    writer = MarkdownWriter()
    writer.write(root)
    title = sensible_title(root.findtext(".//head/title")) or sensible_title(writer.first_heading)
    return WebPage(title, writer.text)
