"""Text files, whose text is the decoded file, unchanged: offsets point into the file."""

import re

from index.document import Document, Markup
from index.formats.characters import decode
from index.formats.source import Source
from index.formats.titles import sensible_title

_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_FRONT_TITLE = re.compile(r"^title:(.*)$", re.MULTILINE | re.IGNORECASE)
_FENCE = re.compile(r" {0,3}(```|~~~)")
_HEADING = re.compile(r" {0,3}#[ \t]")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")


def read_text(source: Source) -> list[Document]:
    """A .txt file."""
    return [Document(source.id, decode(source.data))]


def read_rows(source: Source) -> list[Document]:
    """A .csv or .tsv file: one record a line."""
    return [Document(source.id, decode(source.data), markup=Markup.ROWS)]


def read_markdown(source: Source) -> list[Document]:
    """A .md file, with the title of its front matter or its first top heading."""
    text = decode(source.data)
    return [Document(source.id, text, _title(text), Markup.MARKDOWN)]


def _title(text: str) -> str | None:
    front = _FRONT_MATTER.match(text)
    named = _FRONT_TITLE.search(front[1]) if front else None
    if named and (title := sensible_title(named[1].strip().strip("\"'"))):
        return title
    return sensible_title(_first_heading(text[front.end() :] if front else text))


def _first_heading(text: str) -> str | None:
    """The first `# heading` outside code, or the first line that is underlined with `=`."""
    fence, above = None, ""
    for line in text.splitlines():
        if mark := _FENCE.match(line):
            fence = mark[1] if fence is None else None if fence == mark[1] else fence
        elif fence is None:
            if heading := _HEADING.match(line):
                return _plain_words(line[heading.end() :].strip())
            if above and re.fullmatch(r"={3,}\s*", line):
                return _plain_words(above)
        above = line.strip()
    return None


def _plain_words(heading: str) -> str:
    words, _, last = heading.rpartition(" ")
    unclosed = words if last.strip("#") == "" else heading
    return re.sub(r"\*\*?|__|`", "", _LINK.sub(r"\1", unclosed))
