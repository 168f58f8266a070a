"""The lines of a text as blocks: headings, paragraphs, list items, rows, code; no sentence crosses one."""

import re
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from index.document import Markup


class Kind(StrEnum):
    """What a span of text is to a reader."""

    PROSE = "prose"  # a paragraph, a list item, a sentence
    LABEL = "label"  # words that announce or name something: a title in plain text, "See also:", a caption
    HEADING = "heading"  # a heading by its markup
    ROW = "row"  # one record: a row of a table, a "key: value" line
    CODE = "code"
    MARKUP = "markup"  # no words for readers: list markers, table rules, fences, tags


class Block(NamedTuple):
    """The span `[start, end)` of one block, no whitespace around it; `level` is a heading's, from 1."""

    kind: Kind
    start: int
    end: int
    level: int = 0


class _Line(NamedTuple):
    start: int
    text: str  # without surrounding whitespace
    indent: int
    breaks: bool  # Markdown's hard break: two spaces, or a backslash, at the end

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    def block(self, kind: Kind, level: int = 0) -> Block:
        return Block(kind, self.start, self.end, level)

    def after(self, length: int) -> "_Line":
        rest = self.text[length:].lstrip()
        return self._replace(start=self.end - len(rest), text=rest)


def blocks(text: str, start: int = 0, end: int | None = None, markup: Markup = Markup.PLAIN) -> list[Block]:
    """Cut `text[start:end]` into blocks, in order; every character that is not whitespace is in exactly one.

    Offsets are those of the whole text. A fence that was opened before `start` is unknown.
    """
    lines = _lines(text, start, len(text) if end is None else end)
    if markup is Markup.ROWS:
        return [line.block(Kind.ROW) for line in lines if line.text]
    return list(_recognised(lines, _MARKDOWN if markup is Markup.MARKDOWN else _PLAIN))


def _lines(text: str, start: int, end: int) -> list[_Line]:
    lines = []
    for raw in text[start:end].splitlines(keepends=True):
        content = raw.strip()
        indent = len(raw) - len(raw.lstrip()) if content else 0
        hard = raw.rstrip("\r\n").endswith(("  ", "\\"))
        lines.append(_Line(start + indent, content, indent + 3 * raw.count("\t", 0, indent), hard))
        start += len(raw)
    return lines


class _Taken(NamedTuple):
    """How many lines a recogniser took, and the blocks it made of them; no lines: not its kind."""

    lines: int
    blocks: Sequence[Block]


_NOTHING = _Taken(0, ())


def _recognised(lines: Sequence[_Line], recognisers: Sequence["_Recogniser"]) -> Iterator[Block]:
    at = 0
    while at < len(lines):
        if not lines[at].text:
            at += 1
            continue
        taken = next(taken for recognise in recognisers if (taken := recognise(lines, at)).lines)
        yield from taken.blocks
        at += taken.lines


# --- what a line can be -------------------------------------------------------------------------------------

_HEADING = re.compile(r"\ufeff?(#{1,6})(?:\s|$)")
_UNDERLINE = re.compile(r"(=+|-{2,})$")
_FENCE = re.compile(r"(?:`{3,}(?=[^`]*$)|~{3,})")
_RULE = re.compile(r"[-=_*~#+|:.·•\s\u2500-\u257f]{3,}$")
_TAG = re.compile(r"(?:</?[a-zA-Z!][^>]*>\s*)+$|\[?!\[[^\]]*\]\([^)]*\).{0,200}$|\[[^\]]+\]:\s+\S+$")
_MARKER = re.compile(
    r"(?:[-*+•‣◦▪●–]|\(?(?:\d{1,3}|[a-z]|[ivx]{2,4})[.)]|\(?[A-Z]\))"
    r"(?=\s|$)(?!\s+[a-zA-Z]\.)(?:\s+\[[ xX]\](?=\s))?"
)
_QUOTE_MARK = re.compile(r"(?:>\s?)+")
_DELIMITERS = re.compile(r"[\s:|-]*-[\s:|-]*$")
_WIDE_GAP = re.compile(r"\S {3,}(?=\S)")
_PAIR = re.compile(r"[^\W_][^\s:]*(?:\s[^\s:]+){0,3}:\s+\S")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")
_ATOM = re.compile(r"(?:\s|\(|\d|^)[A-Z][a-z]?$")
_LONG_LINE = 2000  # structure is recognised in shorter lines only: expressions stay linear on any input


def _heading(lines: Sequence[_Line], at: int) -> _Taken:
    line = lines[at]
    match = _HEADING.match(line.text)
    return _Taken(1, [line.block(Kind.HEADING, len(match[1]))]) if match else _NOTHING


def _underlined(lines: Sequence[_Line], at: int) -> _Taken:
    """A paragraph of one line over `===` or `---`."""
    if at + 1 == len(lines) or not _UNDERLINE.match(lines[at + 1].text) or _is_structure(lines[at]):
        return _NOTHING
    level = 1 if lines[at + 1].text[0] == "=" else 2
    return _Taken(2, [Block(Kind.HEADING, lines[at].start, lines[at + 1].end, level)])


def _fence(lines: Sequence[_Line], at: int) -> _Taken:
    """From one fence to the next one of the same kind, or to the end of the text."""
    opening = _FENCE.match(lines[at].text)
    if not opening:
        return _NOTHING
    closing = re.compile(re.escape(opening[0]) + f"{opening[0][0]}*$")
    stop = next((i for i in range(at + 1, len(lines)) if closing.match(lines[i].text)), len(lines))
    inside = [line.block(Kind.CODE) for line in lines[at + 1 : stop] if line.text]
    fences = [line.block(Kind.MARKUP) for line in (lines[at], *lines[stop : stop + 1])]
    return _Taken(min(stop + 1, len(lines)) - at, [fences[0], *inside, *fences[1:]])


def _front_matter(lines: Sequence[_Line], at: int) -> _Taken:
    """The metadata between `---` and `---` at the very beginning."""
    if at or lines[0].text != "---":
        return _NOTHING
    stop = next((i for i in range(1, min(len(lines), 100)) if lines[i].text in ("---", "...")), 0)
    if not stop:
        return _NOTHING
    kinds = (Kind.MARKUP, *(Kind.ROW for _ in range(stop - 1)), Kind.MARKUP)
    return _Taken(stop + 1, [line.block(kind) for line, kind in zip(lines, kinds, strict=False) if line.text])


def _indented_code(lines: Sequence[_Line], at: int) -> _Taken:
    """Four spaces after a blank line; not the continuation of a list."""
    if lines[at].indent < 4 or (at and lines[at - 1].text) or not _follows_left_margin(lines, at):
        return _NOTHING
    stop = next((i for i in range(at, len(lines)) if lines[i].text and lines[i].indent < 4), len(lines))
    return _Taken(stop - at, [line.block(Kind.CODE) for line in lines[at:stop] if line.text])


def _follows_left_margin(lines: Sequence[_Line], at: int) -> bool:
    before = next((line for line in reversed(lines[max(0, at - 5) : at]) if line.text), None)
    return before is None or (before.indent == 0 and not _MARKER.match(before.text))


def _table(lines: Sequence[_Line], at: int) -> _Taken:
    """A header over a row of dashes, with or without outer bars."""
    if at + 1 == len(lines) or "|" not in lines[at].text:
        return _NOTHING
    if "|" not in lines[at + 1].text or not _DELIMITERS.match(lines[at + 1].text):
        return _NOTHING
    stop = next((i for i in range(at + 2, len(lines)) if "|" not in lines[i].text), len(lines))
    rows = [line.block(Kind.ROW) for line in lines[at:stop]]
    rows[1] = lines[at + 1].block(Kind.MARKUP)
    return _Taken(len(rows), rows)


def _row(lines: Sequence[_Line], at: int) -> _Taken:
    line = lines[at]
    return _Taken(1, [line.block(Kind.ROW)]) if _is_row(line) else _NOTHING


def _rule(lines: Sequence[_Line], at: int) -> _Taken:
    return _Taken(1, [lines[at].block(Kind.MARKUP)]) if _RULE.match(lines[at].text) else _NOTHING


def _tag(lines: Sequence[_Line], at: int) -> _Taken:
    line = lines[at]
    is_tag = line.text[0] in "<![" and len(line.text) < _LONG_LINE and _TAG.match(line.text)
    return _Taken(1, [line.block(Kind.MARKUP)]) if is_tag else _NOTHING


def _item(lines: Sequence[_Line], at: int) -> _Taken:
    """A list item; its marker is a block of its own, so that quotes go without it."""
    marker = _MARKER.match(lines[at].text)
    if not marker:
        return _NOTHING
    mark = _mark(lines[at], marker)
    content = lines[at].after(marker.end())
    if not content.text:
        return _Taken(1, [mark])
    rest = _continuation(lines, at)
    return _Taken(1 + len(rest), [mark, *map(_run, _runs([content, *rest]))])


def _quotation(lines: Sequence[_Line], at: int) -> _Taken:
    """Lines after `>`. Only the mark before each paragraph is a block; those within one are inside of it."""
    opening = _QUOTE_MARK.match(lines[at].text)
    if not opening or opening.end() == len(lines[at].text):
        return _Taken(1, [lines[at].block(Kind.MARKUP)]) if opening else _NOTHING
    taken = [lines[at], *_continuation(lines, at)]
    contents, marks = [], {}
    for line in taken:
        mark = _QUOTE_MARK.match(line.text)
        contents.append(line.after(mark.end()) if mark else line)
        if mark:
            marks[contents[-1].start] = _mark(line, mark)
    found = []
    for run in _runs(contents):
        found += [marks[run[0].start]] if run[0].start in marks else []
        found.append(_run(run))
    return _Taken(len(taken), found)


def _mark(line: _Line, match: re.Match[str]) -> Block:
    return Block(Kind.MARKUP, line.start, line.start + len(match[0].rstrip()))


def _paragraph(lines: Sequence[_Line], at: int) -> _Taken:
    """Lines up to a blank one or to other structure."""
    taken = [lines[at], *_continuation(lines, at)]
    return _Taken(len(taken), [_run(run) for run in _runs(taken)])


def _runs(lines: Sequence[_Line]) -> list[list[_Line]]:
    """Lines that belong together: one run, or several where a line ends on purpose and not at the margin."""
    width = _width(lines)
    runs = [[lines[0]]]
    for line in lines[1:]:
        if _continues(runs[-1][-1], line, width):
            runs[-1].append(line)
        else:
            runs.append([line])
    return runs


def _run(run: Sequence[_Line]) -> Block:
    kind = Kind.ROW if len(run) == 1 and _is_pair(run[0]) else Kind.PROSE
    return Block(kind, run[0].start, run[-1].end)


def _continuation(lines: Sequence[_Line], at: int) -> Sequence[_Line]:
    stop = at + 1
    while stop < len(lines) and lines[stop].text and not _interrupts(lines, stop):
        stop += 1
    return lines[at + 1 : stop]


def _interrupts(lines: Sequence[_Line], at: int) -> bool:
    line, before = lines[at], lines[at - 1]
    if line.text[0] == ">":  # another line of the same quotation, unless it is blank
        return before.text[0] != ">" or not line.text.strip("> ")
    marker = _MARKER.match(line.text)
    if marker and line.text[0].isalnum():
        # Not in "… on page / 19. Then they": a number begins an item only where a sentence may have ended.
        return before.text[-1] in ":;," or _ends_sentence(before) or bool(_MARKER.match(before.text))
    return bool(marker) or _is_structure(line)


def _is_structure(line: _Line) -> bool:
    """Lines that are never part of a paragraph."""
    if line.text[0].isalnum():
        return _is_row(line)
    return any(pattern.match(line.text) for pattern in (_HEADING, _FENCE, _RULE)) or _is_row(line)


def _is_row(line: _Line) -> bool:
    """Cells between bars or tabs, or columns aligned with spaces."""
    if len(line.text) > _LONG_LINE:
        return False
    return line.text[0] == "|" or "\t" in line.text or ("   " in line.text and len(_WIDE_GAP.findall(line.text)) > 1)


def _is_pair(line: _Line) -> bool:
    """`Port: 8080`, but not a sentence with a colon in it."""
    return len(line.text) <= 120 and not _ends_sentence(line) and bool(_PAIR.match(line.text))


def _ends_sentence(line: _Line) -> bool:
    return bool(_SENTENCE_END.search(line.text[-20:]))


# --- hard wraps ---------------------------------------------------------------------------------------------

_NARROWEST = 40  # nobody wraps prose narrower than this,
_WIDEST = 160  # or wider than this: such a line ends on purpose
_RAGGED = 0.8  # lines of proportional type fill this share of the column at least


def _width(lines: Sequence[_Line]) -> int:
    """The column that the lines were wrapped to; a single long word beyond the margin does not count."""
    lengths = sorted(len(line.text) for line in lines)
    return max(_NARROWEST, lengths[-1 - len(lengths) // 4])


def _continues(line: _Line, following: _Line, width: int) -> bool:
    """A line was wrapped if the next word would not have fitted into the column."""
    if line.breaks or (_is_pair(line) and _is_pair(following)):
        return False
    if following.text[0].islower() or line.text[-1] in "-–—−/(" or _is_torn(line, following):
        return True
    if len(line.text) > _WIDEST:
        return False
    first_word = following.text.split(None, 1)[0]
    return len(line.text) + 1 + len(first_word) > width * _RAGGED


def _is_torn(line: _Line, following: _Line) -> bool:
    """A formula that lost its subscripts to lines of their own: "O" over "2 is a gas"."""
    return following.text[0].isdigit() and bool(_ATOM.search(line.text[-4:]))


_Recogniser = Callable[[Sequence[_Line], int], _Taken]
_PLAIN: Sequence[_Recogniser] = (_rule, _quotation, _item, _row, _paragraph)
_MARKDOWN: Sequence[_Recogniser] = (
    _front_matter,
    _fence,
    _indented_code,
    _table,
    _heading,
    _rule,
    _tag,
    _quotation,
    _item,
    _row,
    _underlined,
    _paragraph,
)
