"""From a path to Documents: the one door through which files come in, where every library's errors end."""

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from index.document import Document
from index.errors import UnreadableDocument
from index.formats.archive import check_archive
from index.formats.epub import read_epub
from index.formats.html import read_html
from index.formats.jsonl import read_jsonl
from index.formats.mail import read_mail
from index.formats.pdf import read_pdf
from index.formats.plain import read_markdown, read_rows, read_text
from index.formats.slides import read_slides
from index.formats.source import Source
from index.formats.spreadsheet import read_spreadsheet
from index.formats.word import read_word

MEGABYTE = 1_000_000
_UNPACKED = 10  # how many times its allowed size a file may grow when unpacked
# A pipe must not make us wait, a terminal must not become ours; Windows knows neither.
_OPENING = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOCTTY", "O_BINARY"))


@dataclass(frozen=True, slots=True)
class _Format:
    name: str
    read: Callable[[Source], list[Document]]
    is_archive: bool = False


_MARKDOWN = _Format("a Markdown file", read_markdown)
_HTML = _Format("a web page", read_html)
_ROWS = _Format("a table", read_rows)
_FORMATS = {
    ".txt": _Format("a text file", read_text),
    ".md": _MARKDOWN,
    ".markdown": _MARKDOWN,
    ".html": _HTML,
    ".htm": _HTML,
    ".pdf": _Format("a PDF", read_pdf),
    ".docx": _Format("a Word document", read_word, is_archive=True),
    ".pptx": _Format("a PowerPoint presentation", read_slides, is_archive=True),
    ".xlsx": _Format("an Excel workbook", read_spreadsheet, is_archive=True),
    ".csv": _ROWS,
    ".tsv": _ROWS,
    ".jsonl": _Format("a corpus", read_jsonl),
    ".eml": _Format("an e-mail message", read_mail),
    ".epub": _Format("an EPUB book", read_epub, is_archive=True),
}


class Reader:
    """Reads files of at most `max_bytes`; safe to use from several threads.

    `suffixes` are the kinds it knows, lower case with their dot.
    """

    suffixes = frozenset(_FORMATS)

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes

    def read(self, path: Path, id: str) -> list[Document]:
        """The Documents in the file at `path`: one named `id`, or one `id#row` for each row of a .jsonl file.

        Raises UnreadableDocument, and nothing else, whatever the file holds; the message is its reason.
        """
        format = _FORMATS.get(path.suffix.lower())
        if format is None:
            raise UnreadableDocument(f"is of a kind that is not read ({path.suffix or 'no suffix'})")
        documents = self._convert(format, Source(id, self._bytes(path), self._max_bytes * _UNPACKED))
        if not any(document.text.strip() for document in documents):
            raise UnreadableDocument("is empty")
        return documents

    def _convert(self, format: _Format, source: Source) -> list[Document]:
        if not source.data or source.data.isspace():
            raise UnreadableDocument("is empty")
        try:
            if format.is_archive:
                check_archive(source.data, format.name, source.max_chars)
            return format.read(source)
        except UnreadableDocument:
            raise
        except RecursionError as error:
            raise UnreadableDocument("is nested too deeply") from error
        except MemoryError as error:
            raise UnreadableDocument("needs more memory than there is") from error
        except Exception as error:  # parsers of hostile files raise anything, and the other files must go on
            raise UnreadableDocument(f"is damaged, or not {format.name}") from error

    def _bytes(self, path: Path) -> bytes:
        try:
            descriptor = os.open(path, _OPENING)
            try:
                return self._checked(descriptor)
            finally:
                os.close(descriptor)
        except FileNotFoundError as error:
            raise UnreadableDocument("has vanished") from error
        except PermissionError as error:
            raise UnreadableDocument("may not be read (permission denied)") from error
        except OSError as error:
            reason = (error.strerror or "unknown reason").lower()
            raise UnreadableDocument(f"cannot be opened ({reason})") from error

    def _checked(self, descriptor: int) -> bytes:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableDocument("is not a regular file")
        data = b""
        if status.st_size <= self._max_bytes:
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                data = file.read(self._max_bytes + 1)
        size = max(status.st_size, len(data))  # it may be growing
        if size > self._max_bytes:
            allowed = f"FOOTNOTE_MAX_FILE_MB allows {self._max_bytes / MEGABYTE:g}"
            raise UnreadableDocument(f"is too large: {size / MEGABYTE:,.1f} MB, {allowed}")
        return data
