"""The shapes in which language models name passages: [1], [1, 2], 【1†source】, ¹, "(Source 1)" and their kin.

A number in round brackets alone, "(1)", is taken for one only after the full stop at the end of a line: anywhere else
it may be an item of a list, an equation or a paragraph of the law. Numbers of more than two digits are never one.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.readable import CODE


class Mark(NamedTuple):
    """The span `[start, end)` of a text that names passages, by their numbers from 1, each once."""

    start: int
    end: int
    numbers: tuple[int, ...]


TERMINATORS = ".!?…。！？।؟"

_WORD = r"(?:sources?|passages?|references?|refs?\.?|citations?|documents?|docs?\.?|excerpts?|footnotes?)"
_NAMED = rf"{_WORD}(?:\s?[:#]\s?|\s?)"  # no two ways to read one space: what fails must fail fast
_ITEM = rf"(?:{_NAMED})?[#^]?\d{{1,2}}(?!\d)(?:†[^\[\]【】［］]{{0,60}})?"
_JOINT = r"(?:\s?[,;&–—‑-]\s?|\s(?:and|to|und|et|y)\s)"
_LIST = rf"{_ITEM}(?:{_JOINT}{_ITEM}){{0,20}}"
_SQUARE = rf"\\?[\[【［]\s?{_LIST}\s?\\?[\]】］]"
_LINKED = rf"(?:\[{_SQUARE}\]|{_SQUARE})(?:\((?:https?:|[#/])[^()\s]{{0,200}}\))?"
_SEVERAL = rf"{_LINKED}(?:(?:\s?(?:[,;&]|and|und)\s?|\s?){_LINKED}){{0,20}}"
_ROUND = rf"\(\s?(?:(?:see|cf\.?|from)\s)?(?:(?:{_NAMED})?{_SEVERAL}|{_NAMED}{_LIST})\s?\)"
_RAISED = r"[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,20}+(?:(?:[,˒]\s?|\s)[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,20}+){0,20}"
_MARK = re.compile(
    rf"(?P<wrap>\*{{1,3}}|_{{1,3}}|`)?"
    rf"(?:(?P<square>(?:\b{_WORD}:\s?)?{_LINKED})|(?P<round>{_ROUND})"
    rf"|(?P<raised>{_RAISED}|<sup>\s?\[?{_LIST}\]?\s?</sup>))(?(wrap)(?P=wrap))",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s?(?:[,;&]|and|und)?\s?")
_STOP = rf"[{TERMINATORS}][\"'”’»)*_]*"
_AT_THE_END = re.compile(
    rf"(?:{_STOP}\s?(?P<bare>\(\d{{1,2}}(?:\s?[,;]\s?\d{{1,2}})*\))"
    rf"|(?:^|{_STOP})\s?(?P<named>{_NAMED}(?:{_SEVERAL}|{_LIST})\.?))\s*$",
    re.IGNORECASE,
)
_OPENING_WORDS = re.compile(
    rf"(?:(?:according to|as (?:stated|described|noted|mentioned|reported|shown) in|as per|per|based on|from|in)\s"
    rf"(?:the\s)?(?:(?:{_NAMED})?{_SEVERAL}|{_NAMED}{_LIST})\s?,\s"
    rf"|(?:(?:the\s)?{_NAMED}(?:{_SEVERAL}|{_LIST})|{_SEVERAL})\s"
    rf"(?:states?|says?|mentions?|notes?|reports?|explains?|indicates?|confirms?|shows?)\sthat\s)(?=\S)",
    re.IGNORECASE,
)
_BEGUN = re.compile(
    r"(?:[\[【［][^\[\]【】［］]{1,60}"
    r"|[\]】］]\([^()\s]{0,200}"
    r"|\((?:(?:see|cf\.?|from)\s)?[A-Za-z]{0,10}[.:]?\s?[\s\d,;&-]{0,20}"
    r"|[\]】］]\s(?:a|an|and|u|un|und)\s?[\[【［]?"
    r"|<[^<>]{0,20}(?:>[^<>]{0,20})?(?:<[/sup]{0,4})?)$"
)
_NAMES = ("sources", "passages", "references")
_NAME_BEGUN = re.compile(
    rf"(?:^|{_STOP}|\s)\s?(?:{'|'.join(name[:size] for name in _NAMES for size in range(len(name), 0, -1))})"
    r"(?:\s?[:#]?[\s\d,;&–\[\]-]{0,40})$",
    re.IGNORECASE,
)


def marks(text: str, closed: bool) -> list[Mark]:
    """Every mark of one line, in order; marks side by side are one. `closed`: nothing follows on this line."""
    last = _last(text) if closed else None
    found: list[Mark] = []
    for mark in _single(text):
        if last and mark.end > last.start:
            break
        if found and _BETWEEN.fullmatch(text, found[-1].end, mark.start):
            before = found.pop()
            mark = Mark(before.start, mark.end, _once((*before.numbers, *mark.numbers)))
        found.append(mark)
    return [*found, last] if last else found


def may_become_mark(text: str) -> bool:
    """Whether the end of the text may be the beginning of a mark that is still being written."""
    return bool(_BEGUN.search(text, max(0, len(text) - 240)) or _NAME_BEGUN.search(text, max(0, len(text) - 60)))


def opening_words(text: str) -> Mark | None:
    """Words that only name passages, at the start of a sentence: "According to source 1, ", "[2] says that "."""
    found = _OPENING_WORDS.match(text)
    numbers = _numbers(found[0]) if found else ()
    return Mark(0, found.end(), numbers) if found and numbers else None


def without(text: str, removed: Sequence[Mark]) -> str:
    """The text without its marks, spaced as if they had never been there."""
    kept, at = "", 0
    for mark in removed:
        kept = _joined(kept, text[at : mark.start])
        at = mark.end
    return _joined(kept, text[at:]) if removed else text


def _joined(left: str, right: str) -> str:
    following = right.lstrip()
    if not left.strip() or not following:
        return left.rstrip() + following
    if following[0] in ".,;:!?)]。，；：！？）":
        doubled = following[0] == "." and left.rstrip()[-1] in TERMINATORS
        return left.rstrip() + (following[1:] if doubled else following)
    if left[-1].isspace() or right[0].isspace():
        return f"{left.rstrip()} {following}"
    return f"{left} {following}" if left[-1].isascii() and left[-1].isalnum() and right[0].isalnum() else left + right


def _single(text: str) -> Iterator[Mark]:
    code = [match.span() for match in CODE.finditer(text)] if "`" in text else []
    for match in _MARK.finditer(text):
        numbers = _numbers(match[0])
        inside = any(start < match.start() < end for start, end in code)
        if numbers and not inside and _is_meant(text, match):
            yield Mark(match.start(), match.end(), numbers)


def _last(text: str) -> Mark | None:
    match = _AT_THE_END.search(text)
    if not match:
        return None
    group = "bare" if match["bare"] else "named"
    numbers = _numbers(match[group])
    return Mark(match.start(group), match.end(group), numbers) if numbers else None


# --- what only looks like a mark ----------------------------------------------------------------------------

_INDEX = re.compile(r"\s?(?:[=<>]|[+*/^%]\s?\w)|\.\w|\(|\[\D")
_VARIABLE = re.compile(r"(?:(?<![\w'’])[a-z]|_|\))$")
_SHORT_UNITS = 2  # letters: km², ft², mc²
_UNITS = re.compile(r"(?:mile|inch|foot|feet|yard|met[re]{2}|sec|min|rad)(?:e?s)?", re.IGNORECASE)
_LAST_WORD = re.compile(r"[^\W\d_]+$")


def _is_meant(text: str, match: re.Match[str]) -> bool:
    """Not the index of a list, `a[1] = 5`, nor the power of a unit, km²."""
    before, after = text[max(0, match.start() - 40) : match.start()], text[match.end() : match.end() + 4]
    if match["raised"]:
        return _is_footnote(before) and not after.startswith(("⁺", "⁻"))
    if match["square"] and before[-1:].isalnum() | (before[-1:] in ("_", ")")):
        return not _INDEX.match(after) and not _VARIABLE.search(before)
    return True


def _is_footnote(before: str) -> bool:
    if before[-1:].isdigit() or before.endswith(("⁺", "⁻")):
        return False
    word = _LAST_WORD.search(before)
    return not word or (len(word[0]) > _SHORT_UNITS and not _UNITS.fullmatch(word[0]))


# --- which numbers ------------------------------------------------------------------------------------------

_PLAIN_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_NOT_NUMBERS = re.compile(r"†[^\[\]【】［］]*|\((?:https?:|[#/])[^()\s]*\)")
_PART = re.compile(r"\d+|[–—‑-]|\bto\b", re.IGNORECASE)


def _numbers(shape: str) -> tuple[int, ...]:
    """In the order in which they are named, ranges written out; three raised digits are three numbers."""
    numbers: list[int] = []
    ranged = False
    for part in _PART.findall(_NOT_NUMBERS.sub("", shape).translate(_PLAIN_DIGITS)):
        if not part.isdecimal():
            ranged = True
            continue
        digits = [int(part)] if len(part) < 3 else [int(digit) for digit in part]
        numbers += range(numbers[-1] + 1, digits[0]) if ranged and numbers else ()
        numbers += digits
        ranged = False
    return _once(number for number in numbers if number)


def _once(numbers: "Iterator[int] | tuple[int, ...]") -> tuple[int, ...]:
    return tuple(dict.fromkeys(numbers))
