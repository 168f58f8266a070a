"""EPUB books."""

import posixpath
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

from index.document import Document, Markup
from index.errors import UnreadableDocument
from index.formats.characters import decode
from index.formats.html import web_page
from index.formats.manuscript import Manuscript
from index.formats.source import Source
from index.formats.titles import sensible_title
from index.formats.xml import parse_xml

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_CHAPTERS = ("application/xhtml+xml", "text/html")
# Readers scramble fonts in this way; it hides no words.
_FONT_SCRAMBLING = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")


def read_epub(source: Source) -> list[Document]:
    """An .epub file: the chapters in reading order. Names in a book lead to parts of it, never to files."""
    manuscript = Manuscript(source.max_chars)
    with ZipFile(BytesIO(source.data)) as archive:
        _refuse_locked(archive)
        package_path = _package_path(archive)
        package = _parse(archive, package_path)
        for chapter in _chapters(package, posixpath.dirname(package_path)):
            if chapter in archive.namelist():
                manuscript.add(web_page(decode(archive.read(chapter))).text)
    title = sensible_title(package.findtext(".//{*}metadata/{*}title"))
    return [Document(source.id, manuscript.text, title, Markup.MARKDOWN)]


def _refuse_locked(archive: ZipFile) -> None:
    if _ENCRYPTION in archive.namelist():
        methods = _parse(archive, _ENCRYPTION).iter("{http://www.w3.org/2001/04/xmlenc#}EncryptionMethod")
        if any(method.get("Algorithm") not in _FONT_SCRAMBLING for method in methods):
            raise UnreadableDocument("is encrypted (copy protection)")


def _package_path(archive: ZipFile) -> str:
    if _CONTAINER not in archive.namelist():
        raise UnreadableDocument("is not an EPUB book")
    rootfile = _parse(archive, _CONTAINER).find(".//{*}rootfile")
    return unquote(rootfile.get("full-path", "")) if rootfile is not None else ""


def _chapters(package: Any, folder: str) -> Iterator[str]:
    """Names of the chapters in the archive, each once however often the book repeats it."""
    manifest = {item.get("id"): item for item in package.iterfind(".//{*}manifest/{*}item")}
    order = dict.fromkeys(itemref.get("idref") for itemref in package.iterfind(".//{*}spine/{*}itemref"))
    for item in (manifest[id] for id in order if id in manifest):
        if item.get("media-type") in _CHAPTERS and "nav" not in item.get("properties", "").split():
            yield posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))


def _parse(archive: ZipFile, name: str) -> Any:
    return parse_xml(archive.read(name))
