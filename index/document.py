"""The values that flow through the index: a Document, and the Passages cut from it."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath


class Markup(StrEnum):
    """How the lines of a text are to be read when it is cut into passages."""

    PLAIN = "plain"  # paragraphs; a single line break may be a hard wrap
    MARKDOWN = "markdown"  # `#` headings, lists, fences, tables
    ROWS = "rows"  # one record a line, the first line names the columns


@dataclass(frozen=True, slots=True)
class Page:
    """The part `[start, end)` of a document's text that stands on page `number` (counted from 1)."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """One file, or one row of a `.jsonl` file, as text.

    `id` is the path below the documents folder with forward slashes; a row's is `path#id`. `text` of a text
    format is the decoded file, unchanged, so that offsets (in characters) point into the file. `title` is the
    one the document gives itself, None when it has only its file name.
    """

    id: str
    text: str
    title: str | None = None
    markup: Markup = Markup.PLAIN
    pages: tuple[Page, ...] = ()

    @property
    def label(self) -> str:
        """What readers see as the document's title; never empty."""
        return self.title or PurePosixPath(self.id).stem or self.id

    @property
    def sha256(self) -> str:
        """Names this version of the text: the sha256 of its UTF-8 bytes, in hexadecimal."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    def page_at(self, offset: int) -> int | None:
        """The number of the page on which the character at `offset` stands; None without pages."""
        begun = [page.number for page in self.pages if page.start <= offset]
        return begun[-1] if begun else None


@dataclass(frozen=True, slots=True)
class Passage:
    """The span `[start, end)` of a document's text, the unit that is indexed, retrieved and cited.

    `text == document.text[start:end]` always. `sha256` names the version of the document. `headings` lead
    from the document's own title, if it has one, down to the section; they are context for searching, never
    part of a quote.
    """

    document: str
    title: str
    sha256: str
    start: int
    end: int
    text: str
    headings: tuple[str, ...] = ()
    page: int | None = None
    markup: Markup = Markup.PLAIN

    @property
    def contextual_text(self) -> str:
        """What is embedded: the headings, then the text."""
        return "\n".join((" > ".join(self.headings), self.text)) if self.headings else self.text
