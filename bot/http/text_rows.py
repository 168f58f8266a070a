"""The text of a document as rows that a stylesheet can set as headings, items, tables and code.

Not a character is added, changed or left out: what is decoration in the text is only told apart from its words.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from index.blocks import Block, Kind, blocks
from index.document import Markup

GAP = "gap"  # the style of empty lines below what is set line by line
SIGN = "sign"  # the style of what marks words and is none: `##`, `**`, the address of a link
_DEEPEST = 4
_TAG_OR_FENCE = ("`", "~", "<", "|", ":")
_INLINE = re.compile(  # every repetition has its bound: the text is anybody's
    r"`(?P<code>[^`]{1,300})`"
    r"|\*\*(?P<strong>[^*\s](?:[^*]{0,300}[^*\s])?)\*\*"
    r"|(?<![\w*])\*(?P<em>[^*\s](?:[^*]{0,300}[^*\s])?)\*(?![\w*])"
    r"|(?<![\w_])_(?P<slanted>[^_\s](?:[^_]{0,300}[^_\s])?)_(?![\w_])"
    r"|!?\[(?P<link>[^\[\]]{1,300})\]\([^()\n]{0,1000}\)"
    r"|(?P<mark>^[ \t]*>[> ]*)",
    re.MULTILINE,
)
_STYLES = {"strong": "strong", "code": "literal", "em": "em", "slanted": "em", "link": "link", "mark": SIGN}
_HASHES = re.compile(r"#{1,6}[ \t]*")
_UNDERLINE = re.compile(r"\n[ \t]*[=-]+[ \t]*\Z")
_BAR = re.compile(r"[|\t]+")


class Piece(NamedTuple):
    """A stretch of text in one style; the empty style is that of its row."""

    text: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One or more lines that are read as one: `before + quoted + after` is their text, line ends included.

    `level` is that of a heading, from 1; 0 for everything else.
    """

    style: str
    level: int
    before: Sequence[Piece]
    quoted: Sequence[Piece]
    after: Sequence[Piece]


class _Styled(NamedTuple):
    start: int
    end: int
    style: str


def text_rows(text: str, start: int, end: int, quote: tuple[int, int], markup: Markup) -> list[Row]:
    """`text[start:end]` as rows; what lies within the span `quote` of the text is `quoted`."""
    found = blocks(text, start, end, markup)
    lines = _line_starts(text, start, end)
    firsts = [lines[bisect_right(lines, block.start) - 1] for block in found]
    starts = sorted({start, *firsts})
    by_start: dict[int, list[Block]] = {place: [] for place in starts}
    for block, first in zip(found, firsts, strict=True):
        by_start[first].append(block)
    ends = [*starts[1:], end]
    return [_row(text, *span, by_start[span[0]], quote, markup) for span in zip(starts, ends, strict=True)]


def _line_starts(text: str, start: int, end: int) -> list[int]:
    places = [start]
    for line in text[start:end].splitlines(keepends=True):
        places.append(places[-1] + len(line))
    return places[:-1] or places


def _row(text: str, start: int, end: int, found: Sequence[Block], quote: tuple[int, int], markup: Markup) -> Row:
    level = next((block.level for block in found if block.kind is Kind.HEADING), 0)
    style = _style(text, start, found, markup, level)
    styled = list(_pieces(text, start, end, found, markup))
    if found and style.startswith(("cells", "fence")):
        styled = [part._replace(style=GAP) if part.start >= found[-1].end else part for part in styled]
    first, last = (min(max(place, start), end) for place in quote)
    return Row(
        style,
        level,
        _cut(text, styled, start, first),
        _cut(text, styled, first, last),
        _cut(text, styled, last, end),
    )


def _style(text: str, start: int, found: Sequence[Block], markup: Markup, level: int) -> str:
    if level:
        return f"h{level}"
    if markup is Markup.ROWS:
        return "cells first" if start == 0 else "cells"
    kinds = {block.kind for block in found}
    if Kind.CODE in kinds:
        return "code"
    if kinds == {Kind.MARKUP}:
        return "fence" if text[found[0].start] in _TAG_OR_FENCE else "rule"
    if Kind.ROW in kinds and text[found[0].start] == "|":
        return "cells"
    if found and found[0].kind is Kind.MARKUP:
        return _item(text, start, found[0])
    return "" if kinds else "blank"


def _item(text: str, start: int, marker: Block) -> str:
    if text[marker.start] == ">":
        return "quotation"
    indent = len(text[start : marker.start].expandtabs(4))
    return f"item deep{min(_DEEPEST, indent // 2)}" if indent > 1 else "item"


def _pieces(text: str, start: int, end: int, found: Iterable[Block], markup: Markup) -> Iterator[_Styled]:
    """The row without gaps, in order."""
    place = start
    for block in found:
        for styled in _styled(text, block, markup):
            if place < styled.start:
                yield _Styled(place, styled.start, "")
            yield styled
            place = styled.end
    if place < end:
        yield _Styled(place, end, "")


def _styled(text: str, block: Block, markup: Markup) -> Iterator[_Styled]:
    """What is not in the style of the row."""
    if block.kind is Kind.MARKUP:
        yield _Styled(block.start, block.end, SIGN)
    elif markup is Markup.ROWS or block.kind is Kind.CODE:
        return
    elif block.kind is Kind.ROW and text[block.start] == "|":
        yield from (_Styled(*bar.span(), SIGN) for bar in _BAR.finditer(text, block.start, block.end))
    elif markup is Markup.MARKDOWN:
        yield from _inline(text, block)


def _inline(text: str, block: Block) -> Iterator[_Styled]:
    start, end = block.start, block.end
    underline = None
    if block.kind is Kind.HEADING:
        if hashes := _HASHES.match(text, start, end):
            yield _Styled(*hashes.span(), SIGN)
            start = hashes.end()
        elif underline := _UNDERLINE.search(text, start, end):
            end = underline.start()
    for match in _INLINE.finditer(text, start, end):
        yield from _delimited(match)
    if underline:
        yield _Styled(*underline.span(), SIGN)


def _delimited(match: re.Match[str]) -> Iterator[_Styled]:
    name = match.lastgroup or ""
    inner = match.span(name)
    if match.start() < inner[0]:
        yield _Styled(match.start(), inner[0], SIGN)
    yield _Styled(*inner, _STYLES[name])
    if inner[1] < match.end():
        yield _Styled(inner[1], match.end(), SIGN)


def _cut(text: str, styled: Iterable[_Styled], start: int, end: int) -> list[Piece]:
    parts = ((max(part.start, start), min(part.end, end), part.style) for part in styled)
    return [Piece(text[first:last], style) for first, last, style in parts if first < last]
