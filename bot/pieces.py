"""A line of a model's answer, cut into sentences, each with the passages that it names."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.marker_shapes import TERMINATORS, Mark, marks, opening_words, without
from bot.readable import CODE, EMPHASIS, LINK
from index.blocks import Kind
from index.sentences import sentences

_BLANK = "\N{NO-BREAK SPACE}"  # stands where a mark was: neither a word nor the gap of a table
_STOP = re.compile(rf"[{TERMINATORS}][\"'”’»)*_]*$")
_OPENED = re.compile(r"\s[\"'“‘«(\[*_]+$")
_MAY_GO_ON = re.compile(r"(?:\b[^\W\d_]|[ap]\.m)\.$")  # "J. Smith", "5 p.m. EST"


class Piece(NamedTuple):
    """A sentence, plain and without marks; `start` is where it and its marks begin in the line.

    `led`: it began with a mark. `certain`: no more of the line could move its beginning.
    """

    start: int
    text: str
    cited: tuple[int, ...]
    led: bool
    certain: bool


def pieces(line: str, closed: bool) -> list[Piece]:
    """The sentences of a line without its list marks. `closed`: the line is complete, so the last one is, too.

    A mark between two sentences is the first one's, unless that one began with a mark: then the next one does, too.
    """
    found = marks(line, closed)
    masked = _masked(line, found)
    beginnings = _beginnings(masked, found)
    cuts: list[tuple[int, bool, bool]] = []
    for at, start in enumerate(beginnings):
        gap = len(masked[:start].rstrip()) if at else 0
        marked = any(gap <= mark.start < start for mark in found)
        led = marked and (not at or cuts[-1][1])
        cuts.append((gap if led or not at else start, led, marked or _is_certain(masked, gap, start)))
    ends = [*(start for start, _, _ in cuts[1:]), len(line)]
    return [
        Piece(start, *_read(line[start:end], closed and end == len(line)), led, certain)
        for (start, led, certain), end in zip(cuts, ends, strict=True)
    ]


def masked(line: str) -> str:
    """The line with blanks that are no spaces in place of its marks."""
    return _masked(line, marks(line, closed=False))


def numbers_alone(line: str) -> tuple[int, ...]:
    """The passages that a complete line names if it holds nothing else; empty if it holds words."""
    found = marks(line, closed=True)
    only = not any(map(str.isalnum, _masked(line, found)))
    return tuple(dict.fromkeys(number for mark in found for number in mark.numbers)) if only else ()


def _masked(line: str, found: Sequence[Mark]) -> str:
    for mark in found:
        line = line[: mark.start] + _BLANK * (mark.end - mark.start) + line[mark.end :]
    return line


def _read(said: str, closed: bool) -> tuple[str, tuple[int, ...]]:
    """The plain text of a sentence, and the passages that it names."""
    opening = opening_words(said.lstrip())
    rest = said.lstrip()[opening.end :] if opening else said
    if opening:
        rest = rest[0].upper() + rest[1:]
    found = marks(rest, closed)
    numbers = (*(opening.numbers if opening else ()), *(number for mark in found for number in mark.numbers))
    return plain(without(rest, found)), tuple(dict.fromkeys(numbers))


# --- where sentences begin ----------------------------------------------------------------------------------


def _beginnings(masked: str, found: Sequence[Mark]) -> list[int]:
    starts: set[int] = set()
    carried = None
    for sentence in sentences(masked):
        if sentence.kind is Kind.MARKUP:  # "1." in the midst of a line belongs to what follows
            carried = sentence.start if carried is None else carried
        elif any(map(str.isalnum, masked[sentence.start : sentence.end])):
            starts.add(_with_opening(masked, sentence.start if carried is None else carried))
            carried = None
    first = min(starts, default=0)
    forced = (_after_stop(masked, mark) for mark in found)
    return sorted(starts | {start for start in forced if start is not None and start > first}) or [0]


def _with_opening(masked: str, start: int) -> int:
    """A quotation mark that opens the sentence is the sentence's."""
    opened = _OPENED.search(masked, max(0, start - 8), start)
    return opened.start() + 1 if opened else start


def _after_stop(masked: str, mark: Mark) -> int | None:
    """Where the next sentence begins if the mark stands between a full stop and something that can begin one.

    It tells what the splitter cannot know: "in the U.S. [1] The port" are two sentences.
    """
    following = masked[mark.end :].lstrip()
    first = next(filter(str.isalnum, following), "")
    if not first or first.islower() or not _STOP.search(masked[: mark.start].rstrip()):
        return None
    return len(masked) - len(following)


def _is_certain(masked: str, end: int, start: int) -> bool:
    """Whether what comes next could still make one sentence of both: only before its first word is complete."""
    glued = end == start and masked[start].isascii()
    if not glued and not _MAY_GO_ON.search(masked, max(0, end - 8), end):
        return True
    return any(map(str.isspace, masked[start:].lstrip()))


# --- plain words --------------------------------------------------------------------------------------------

_BREAK = re.compile(r"<(?:br|p|/p|/?think|/?thinking)\s?/?>", re.IGNORECASE)
_RAISING = re.compile(r"<sup>", re.IGNORECASE)
_TAG = re.compile(r"</?(?:b|i|em|strong|u|sup|sub)>", re.IGNORECASE)
_HALF_BOLD = re.compile(r"^\*\*(?=\S)|(?<=\S)\*\*$")  # of emphasis that spans sentences
_LONE_MARK = re.compile(r"(?<!\S)(?:\*{2,3}|_{2,3}|`+)(?=\S)|(?<=\S)(?:\*{2,3}|_{2,3}|`+)(?!\S)")
_ESCAPED = re.compile(r"\\([*_#$\[\]])")


def plain(text: str) -> str:
    """One line without the marks of Markdown, its words unchanged."""
    text = _TAG.sub("", _RAISING.sub("^", _BREAK.sub(" ", text)))
    if text.count("**") % 2:
        text = _HALF_BOLD.sub("", text, count=1)
    text = CODE.sub(r"\2", LINK.sub(r"\1", text))
    text = EMPHASIS.sub(lambda match: match[2] or match[4], text)
    text = _ESCAPED.sub(r"\1", _LONE_MARK.sub("", text))
    return " ".join(text.split())
