"""The smallest facts of a text: its words, bare numbers, and the signs that mean something."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from bot.fact import Fact, Kind
from bot.wording import NUMBERS, key_of_word, words_of

_UNSTORABLE = re.compile("[\0\u00ad\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff\ud800-\udfff]")
_THIN_SPACE = re.compile(r"(?<=\d)[\u00a0\u2009\u202f'’](?=\d{3}(?!\d))")
_PIECE = re.compile(
    r"(?P<iso>(?<![\d-])\d{4}-\d\d-\d\d(?![\d-]))"
    r"|(?P<number>\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:[.:]\d+)*)"
    r"|(?P<initials>(?<!\w)(?:[^\W\d_]\.){2,})"
    r"|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*)"
    r"|(?P<mark>\S)"
)
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_BREAKS = frozenset(",;:!?…()[]{}—|、。，；：！？।؟۔،؛")
_BETWEEN = frozenset("-–−‐‑‒")
_SHORT_MONTHS = frozenset(("jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "ept", "oct", "nov", "dec"))
_MEANINGLESS = frozenset("*_`#~\\")


def unified(text: str) -> str:
    """The text with letters and digits written in one way only (NFKC), and without what nobody sees."""
    return unicodedata.normalize("NFKC", _UNSTORABLE.sub("", _THIN_SPACE.sub(",", text)))


def lexemes(text: str) -> Iterator[Fact]:
    """Of a unified text: words, bare numbers and signs; an amount and a date are still several of them."""
    breaks, depth = True, 0
    for match in _PIECE.finditer(text):
        kind, piece, start, end = match.lastgroup, match[0], match.start(), match.end()
        if kind == "mark":
            depth = max(0, depth + (piece in "([") - (piece in ")]"))
            if sign := _sign(text, start, piece):
                yield Fact(Kind.WORD, sign, start, end, breaks, sign, "", depth > 0)
                breaks = False
            else:
                breaks = breaks or _is_break(text, start, piece)
            continue
        name = start > 0 and piece[0].isupper()
        for what, key, form in _keys_of(str(kind), piece):
            yield Fact(what, key, start, end, breaks, form, "", depth > 0, name)
            breaks = False


def _keys_of(kind: str, piece: str) -> tuple[tuple[Kind, str, str], ...]:
    """Kind, key and form of what is written there; more than one for a contraction."""
    if kind == "word":
        if not piece.isascii() and _UNSPACED.search(piece):
            return tuple((Kind.WORD, char, char) for char in piece)
        return _keys_of_word(piece)
    if kind == "iso":
        return ((Kind.DATE, piece, piece),)
    if kind == "number":
        return ((Kind.NUMBER, plain_digits(piece), piece),)
    word = piece.replace(".", "").casefold()
    return ((Kind.WORD, word, word),)


@lru_cache(maxsize=20_000)
def _keys_of_word(written: str) -> tuple[tuple[Kind, str, str], ...]:
    words = words_of(written.casefold().replace("’", "'"))
    return tuple((Kind.WORD, key_of_word(word), word) for word in words)


def _is_break(text: str, at: int, mark: str) -> bool:
    if mark in _BREAKS:
        return not _is_inside_number(text, at)
    return _ends_sentence(text, at) if mark == "." else mark in _BETWEEN and _stands_alone(text, at)


def plain_digits(number: str) -> str:
    """0 to 9 in whatever script they are written, without thousands separators."""
    plain = number.replace(",", "")
    return plain if plain.isascii() else "".join(str(unicodedata.decimal(char, char)) for char in plain)


def _is_inside_number(text: str, at: int) -> bool:
    return text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit()


def _ends_sentence(text: str, at: int) -> bool:
    """A full stop after a whole word, not after an abbreviation or within a name like `a.b`."""
    before = text[max(0, at - 3) : at]
    return (
        text[at + 1 : at + 2].isspace()
        and before.isalnum()
        and before[-1].islower()
        and before.lower() not in _SHORT_MONTHS
    )


def _stands_alone(text: str, at: int) -> bool:
    return text[at - 1 : at].isspace() and text[at + 1 : at + 2].isspace()


def _sign(text: str, at: int, sign: str) -> str:
    """What a mark means, if it means something: `24–10` is 24 to 10, `-5` is below zero, `<` is not `>`."""
    before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    if sign in _BETWEEN:
        if (before.isdigit() and after.isdigit()) or (sign == "–" and _is_range_of_words(text, at)):
            return "to"
        return "minus" if after.isdigit() and (not before or before.isspace() or before in "($€£") else ""
    if sign == "&":
        return "and"
    category = unicodedata.category(sign)
    return sign if category[0] in "SMLN" and sign not in _MEANINGLESS else sign if sign == "%" else ""


_LAST_WORD, _FIRST_WORD = re.compile(r"\w+$"), re.compile(r"\w+")


def _is_range_of_words(text: str, at: int) -> bool:
    """Ten–twenty, 2–seven."""
    before, after = _LAST_WORD.search(text, max(0, at - 12), at), _FIRST_WORD.match(text, at + 1)
    return bool(before and after) and all(
        match[0].isdigit() or match[0].lower() in NUMBERS for match in (before, after) if match
    )
