"""Writes an HTML tree as Markdown that reads as the visible words: structure kept, decoration dropped."""

import re
from typing import Any

from lxml import etree

from index.formats.characters import one_line, tidy
from index.formats.tables import pipe_table

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = {"ul", "ol", "menu"}
_BLOCKS = (
    {"address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "div", "dl"}
    | {"dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "hr", "html", "legend"}
    | {"li", "main", "p", "pre", "search", "section", "summary"}
    | {"caption", "table", "tbody", "td", "tfoot", "th", "thead", "tr"}
    | _LISTS
    | _HEADINGS.keys()
)
_UNSEEN = (
    {"head", "title", "script", "style", "noscript", "template", "nav", "annotation", "rt", "rp"}
    | {"audio", "canvas", "embed", "iframe", "map", "object", "svg", "video"}
    | {"button", "datalist", "input", "select", "textarea"}
)
_UNSEEN_CLASSES = {"headerlink", "mw-editsection", "mw-cite-backlink", "sr-only", "visually-hidden"}
_UNSEEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_NEVER_IN_DATA_CELLS = ("table", "pre", *_LISTS, *_HEADINGS)
_DEEPEST_INDENT = 12


class MarkdownWriter:
    """Walks a tree once, without recursion; `text` is the Markdown, `first_heading` the first top heading."""

    def __init__(self) -> None:
        self.first_heading: str | None = None
        self._written: list[str] = []
        self._line: list[str] = []  # the words of the block being read
        self._prefix = ""  # `## ` or `- `, waiting for the block that it opens
        self._on_one_line = 0  # depth of headings and cells, where blocks do not break the line
        self._verbatim = 0  # depth of <pre>
        self._lists: list[_List] = []
        self._lists_seen = 0
        self._last_list = 0
        self._table: Any = None
        self._rows: list[list[str]] = []

    @property
    def text(self) -> str:
        """What was written so far."""
        return tidy("".join(self._written))

    def write(self, root: Any) -> None:
        """Write everything below `root`, an lxml element of a tree without comments."""
        walk = etree.iterwalk(root, events=("start", "end"))
        skipped = None
        for event, element in walk:
            if event == "start" and _is_unseen(element):
                walk.skip_subtree()
                skipped = element
            elif event == "start":
                self._open(element)
                self._add(element.text)
            else:
                if element is not skipped:
                    self._close(element)
                self._add(element.tail)
        self._flush()

    def _open(self, element: Any) -> None:
        tag = element.tag
        if tag in _BLOCKS:
            self._break()
        if tag == "br":
            self._line.append("\n")
        elif tag == "q":
            self._line.append('"')
        elif tag == "pre":
            self._verbatim += 1
        elif tag in _HEADINGS:
            self._open_heading(_HEADINGS[tag])
        elif tag in _LISTS:
            self._open_list(element)
        elif tag == "li" and self._lists:
            self._prefix = self._lists[-1].next_marker()
        elif tag in ("table", "tr", "td", "th"):
            self._open_table_part(element)

    def _close(self, element: Any) -> None:
        tag = element.tag
        if tag == "q":
            self._line.append('"')
        elif tag == "pre":
            self._close_verbatim()
        elif tag in _HEADINGS:
            self._close_heading(_HEADINGS[tag])
        elif tag in ("td", "th", "table"):
            self._close_table_part(element)
        if tag in _BLOCKS:
            self._break()
        if tag == "li":
            self._prefix = ""
        elif tag in _LISTS:
            self._lists.pop()

    def _add(self, text: str | None) -> None:
        if text:
            self._line.append(text if self._verbatim else re.sub(r"[ \t\r\n\f]+", " ", text))

    def _break(self) -> None:
        """A block begins or ends here."""
        if self._on_one_line:
            self._line.append(" ")
        elif not self._verbatim:
            self._flush()

    def _flush(self) -> None:
        lines = (" ".join(line.split()) for line in "".join(self._line).split("\n"))
        self._line.clear()
        self._emit("\n".join(line for line in lines if line))

    def _emit(self, block: str) -> None:
        """Write one block: items of a list on successive lines, everything else apart."""
        if not block:
            return
        current = self._lists_seen if self._lists else 0
        tight = self._prefix.endswith((". ", "- ")) and current and current == self._last_list
        indent = "".join(" " * each.width for each in self._lists[:_DEEPEST_INDENT])
        outer = indent[: -self._lists[-1].width] if self._prefix and self._lists else indent
        first = self._prefix if self._prefix.startswith("#") else outer + self._prefix
        self._written.append("\n" if tight else "\n\n")
        self._written.append(first + block.replace("\n", "\n" + indent))
        self._prefix, self._last_list = "", current

    def _open_heading(self, level: int) -> None:
        if not self._on_one_line:
            self._prefix = "#" * level + " "
        self._on_one_line += 1

    def _close_heading(self, level: int) -> None:
        self._on_one_line -= 1
        if self._on_one_line:
            return
        words = one_line("".join(self._line))
        self._line = [words]
        self._flush()
        self._prefix = ""
        if level == 1 and self.first_heading is None:
            self.first_heading = words or None

    def _open_list(self, element: Any) -> None:
        if not self._lists:
            self._lists_seen += 1
        self._lists.append(_List(ordered=element.tag == "ol", start=element.get("start", "")))

    def _close_verbatim(self) -> None:
        self._verbatim -= 1
        if self._verbatim or self._on_one_line:
            return
        code = "".join(self._line).strip("\r\n").rstrip()
        self._line.clear()
        self._emit(f"```\n{code}\n```" if code else "")

    def _open_table_part(self, element: Any) -> None:
        if element.tag == "table":
            if self._table is None and not self._on_one_line and _holds_data(element):
                self._table, self._rows = element, []
        elif self._table is not None:
            if element.tag == "tr" or not self._rows:
                self._rows.append([])
            if element.tag != "tr":
                self._line.clear()
                self._on_one_line += 1

    def _close_table_part(self, element: Any) -> None:
        if element is self._table:
            self._table = None
            self._line.clear()
            self._emit(pipe_table(self._rows))
        elif self._table is not None:
            self._on_one_line -= 1
            self._rows[-1].append(one_line("".join(self._line)))
            self._line.clear()


class _List:
    """One open list: what its next item begins with."""

    def __init__(self, *, ordered: bool, start: str) -> None:
        self.width = 3 if ordered else 2
        self._next = (int(start) if re.fullmatch(r"\d{1,9}", start) else 1) if ordered else None

    def next_marker(self) -> str:
        if self._next is None:
            return "- "
        self._next += 1
        return f"{self._next - 1}. "


def _is_unseen(element: Any) -> bool:
    """Whether a reader of the page would not see this element, or not as part of what it says."""
    return (
        element.tag in _UNSEEN
        or element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or element.get("role") == "navigation"
        or not _UNSEEN_CLASSES.isdisjoint(element.get("class", "").split())
        or _UNSEEN_STYLE.search(element.get("style", "")) is not None
        or _is_footnote_mark(element)
    )


def _is_footnote_mark(element: Any) -> bool:
    """`[3]` behind a word, and the way back from the note: in a quote it would look like our own citation."""
    if element.tag == "a":
        return "note-ref" in element.get("href", "")
    children = list(element) if element.tag == "sup" else []
    return bool(children) and all(link.tag == "a" and link.get("href", "").startswith("#") for link in children)


def _holds_data(table: Any) -> bool:
    """Whether a table is one: mails and old pages use tables to place boxes on the page."""
    if table.get("role") in ("presentation", "none"):
        return False
    if any(element is not table for element in table.iter("table", *_NEVER_IN_DATA_CELLS)):
        return False
    return any(len(row.findall("td")) + len(row.findall("th")) > 1 for row in table.iter("tr"))
