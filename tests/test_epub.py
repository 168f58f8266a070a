"""EPUB books."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from index.document import Document, Markup
from index.errors import UnreadableDocument
from index.formats.epub import read_epub
from index.formats.source import Source

CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
    '<rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>'
)
CHAPTER = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>{}</body></html>'
ENCRYPTION = (
    '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" xmlns:e="http://www.w3.org/2001/04/xmlenc#">'
    '<e:EncryptedData><e:EncryptionMethod Algorithm="{}"/></e:EncryptedData></encryption>'
)


def package(spine: str, title: str = "The Book") -> str:
    return (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<metadata><dc:title>{title}</dc:title></metadata><manifest>"
        '<item id="one" href="ch%201.xhtml" media-type="application/xhtml+xml"/>'
        '<item id="two" href="../text/two.xhtml" media-type="application/xhtml+xml"/>'
        '<item id="toc" href="toc.xhtml" properties="nav" media-type="application/xhtml+xml"/>'
        '<item id="out" href="../../../../etc/passwd" media-type="text/html"/>'
        '<item id="css" href="a.css" media-type="text/css"/></manifest>'
        f"<spine>{''.join(f'<itemref idref={id!r}/>' for id in spine.split())}</spine></package>"
    )


def book(spine: str = "one two", **parts: str) -> bytes:
    data = BytesIO()
    contents = {
        "META-INF/container.xml": CONTAINER,
        "OPS/book.opf": package(spine),
        "OPS/ch 1.xhtml": CHAPTER.format("<h1>One</h1><p>It was&nbsp;dark.</p>"),
        "text/two.xhtml": CHAPTER.format("<h1>Two</h1><p>It was <i>light</i>.</p>"),
        "OPS/toc.xhtml": CHAPTER.format("<h1>Contents</h1>"),
    }
    with ZipFile(data, "w") as archive:
        for name, content in (contents | parts).items():
            archive.writestr(name, content)
    return data.getvalue()


def read(data: bytes) -> Document:
    (document,) = read_epub(Source("a.epub", data, 10**6))
    return document


def test_chapters_follow_the_spine() -> None:
    """The book's own order, its names decoded and resolved; its title is its own."""
    document = read(book("two one"))

    assert document.text == "# Two\n\nIt was light.\n\n# One\n\nIt was dark."
    assert (document.title, document.markup) == ("The Book", Markup.MARKDOWN)


def test_only_chapters_are_read_and_each_once() -> None:
    """Contents, styles, missing parts and paths out of the book add nothing; nor does repeating a chapter."""
    assert read(book("toc one css one out nothing " + "one " * 1000)).text == "# One\n\nIt was dark."


def test_copy_protection_is_named() -> None:
    """Encrypted chapters cannot be read; scrambled fonts hide no words."""
    locked = book(**{"META-INF/encryption.xml": ENCRYPTION.format("http://www.w3.org/2001/04/xmlenc#aes128-cbc")})
    scrambled = book(**{"META-INF/encryption.xml": ENCRYPTION.format("http://www.idpf.org/2008/embedding")})

    with pytest.raises(UnreadableDocument, match=r"^is encrypted \(copy protection\)$"):
        read(locked)
    assert read(scrambled).title == "The Book"


def test_an_archive_without_a_book_is_none() -> None:
    """Any zip may be named .epub."""
    data = BytesIO()
    with ZipFile(data, "w") as archive:
        archive.writestr("a.txt", "words")

    with pytest.raises(UnreadableDocument, match=r"^is not an EPUB book$"):
        read(data.getvalue())
