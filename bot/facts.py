"""What of a text can be checked: its words, numbers, amounts, dates and names, each written in one way only."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from bot.wording import ARTICLES, FREE, NUMBERS, ORDINALS, PHRASES, SCALES, key_of_word, words_of


class Kind(StrEnum):
    """What a fact is to a reader."""

    WORD = "word"
    NUMBER = "number"
    ORDINAL = "ordinal"
    DATE = "date"


class Fact(NamedTuple):
    """A word, number, amount or date of a text: `text[start:end]` of the reading that it stands in.

    `key` is the same for all ways of writing it, `form` only for the very same word, `unit` is that of an amount.
    `breaks` says that a clause may begin here, `aside` that it stands in brackets, `name` that it has a capital.
    """

    kind: Kind
    key: str
    start: int
    end: int
    breaks: bool = False
    form: str = ""
    unit: str = ""
    aside: bool = False
    name: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as facts, in order. `text` is the one that was read, letters written in one way only (NFKC)."""

    text: str
    facts: tuple[Fact, ...]
    keys: frozenset[str]

    @property
    def asks(self) -> bool:
        """Whether it is a question, which says nothing."""
        return self.text.rstrip("\"'”’»)* ").endswith(("?", "？", "؟"))

    def words(self, fact: Fact) -> str:
        """The fact as it is written."""
        return self.text[fact.start : fact.end]


@lru_cache(maxsize=1024)  # a draft and its proof read the same sentences
def read(text: str) -> Reading:
    """All facts of any text. What only ties a text together (articles, punctuation, emphasis) is none."""
    unified = text if text.isascii() else _unified(text)
    facts = tuple(_without_ties(_dated(_counted(list(_pieces(unified))))))
    return Reading(unified, facts, frozenset(fact.key for fact in facts))


def matches(said: Fact, source: Fact) -> bool:
    """Whether the source's fact supports the one that is said: the same, or a date that is less exact."""
    if said.kind is Kind.DATE and source.kind is Kind.DATE:
        parts = zip(said.key.split("-"), source.key.split("-"), strict=True)
        return all(part in ("", other) for part, other in parts)
    if said.key != source.key or said.kind is not source.kind:
        return False
    if said.unit != source.unit:
        return said.unit == "dollar" and source.unit == "us$"
    return said.form == source.form or not (said.name and source.name)


_QUOTED = re.compile(r'"([^"]+)"|“([^“”]+)”|«([^«»]+)»|„([^„“”]+)[“”]|「([^「」]+)」')
_QUOTE_MARKS = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'"})


def quotations(text: str) -> list[str]:
    """The words between quotation marks, which claim to be somebody's own."""
    found = (next(filter(None, match.groups())) for match in _QUOTED.finditer(text))
    return [words for words in found if any(map(str.isalnum, words))]


def verbatim(text: str) -> str:
    """For comparing word for word: spaces, quotation marks and Markdown's marks do not count."""
    return " ".join(re.sub(r"[*_`\"]", "", text.translate(_QUOTE_MARKS)).split())


# --- pieces -------------------------------------------------------------------------------------------------

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
_CURRENCIES = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen", "₹": "rupee", "₽": "rouble"}
_SHORT_MONTHS = frozenset(("jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "ept", "oct", "nov", "dec"))
_MEANINGLESS = frozenset("*_`#~\\")


def _unified(text: str) -> str:
    return unicodedata.normalize("NFKC", _UNSTORABLE.sub("", _THIN_SPACE.sub(",", text)))


def _pieces(text: str) -> Iterator[Fact]:
    """Words, bare numbers and signs; an amount and a date are still several of them."""
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
        return ((Kind.NUMBER, _digits(piece), piece),)
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


def _digits(number: str) -> str:
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


# --- numbers and amounts ------------------------------------------------------------------------------------

_LONGEST_NUMBER = 15  # digits; a longer one is compared as it is written
_LONGEST_PHRASE = 12  # words of a number
_SHORT_SCALES = {"k": "thousand", "m": "million", "mn": "million", "bn": "billion", "tn": "trillion"}
_CURRENCY_WORDS = {
    **dict.fromkeys(("dollar", "euro", "pound", "yen", "rupee", "rouble"), ""),
    "usd": "us$", "eur": "euro", "gbp": "pound", "jpy": "yen", "inr": "rupee",
}  # fmt: skip
_COUNTING = frozenset((*NUMBERS, *ORDINALS, *SCALES, *_CURRENCIES, *_CURRENCY_WORDS, "minus"))
_SUFFIXES = {"1": "st", "2": "nd", "3": "rd"}


class _Amount(NamedTuple):
    value: Decimal | None
    end: int  # the piece after it
    plain: bool  # written in digits without a scale: compared as it is written


def _counted(pieces: Sequence[Fact]) -> Iterator[Fact]:
    """Numbers in words, scales, percent, currencies and ordinals become one fact each."""
    at = 0
    while at < len(pieces):
        fact, at = _number_at(pieces, at)
        yield fact


def _number_at(pieces: Sequence[Fact], at: int) -> tuple[Fact, int]:
    first = pieces[at]
    if first.kind is Kind.WORD and first.form not in _COUNTING and _key(pieces, at + 1) != "$":
        return first, at + 1
    unit, begin = _currency_before(pieces, at)
    negative = _key(pieces, begin) == "minus"
    begin += negative
    if not unit:
        unit, begin = _currency_before(pieces, begin)
    if ordinal := _ordinal(pieces, begin):
        return _joined(first, pieces[begin + ordinal[1] - 1], Kind.ORDINAL, ordinal[0]), begin + ordinal[1]
    amount = _amount(pieces, begin, bool(unit))
    if amount is None:
        return first, at + 1
    after, end = _unit_after(pieces, amount.end)
    unit = unit or after
    key = _canonical(pieces[begin], amount, bool(unit))
    if _is_glued(pieces, end) and _key(pieces, end) == "s" and pieces[end].form == "s":
        key, end = f"{key}s", end + 1  # the 1990s
    return _joined(first, pieces[end - 1], Kind.NUMBER, f"{'-' * negative}{key}", unit), end


def _canonical(piece: Fact, amount: _Amount, has_unit: bool) -> str:
    if amount.value is None or (amount.plain and not has_unit):
        return piece.key
    whole = int(amount.value)
    return str(whole) if whole == amount.value else f"{amount.value.normalize():f}"


def _currency_before(pieces: Sequence[Fact], at: int) -> tuple[str, int]:
    """`$`, `US$`, `EUR` before a number, and the place of the number."""
    key = _key(pieces, at)
    if key in _CURRENCIES and _is_number(pieces, at + 1):
        return _CURRENCIES[key], at + 1
    if _key(pieces, at + 1) == "$" and _is_glued(pieces, at + 1) and key.isalpha() and len(key) < 4:
        return (f"{pieces[at].form}$", at + 2) if _is_number(pieces, at + 2) else ("", at)
    if key in _CURRENCY_WORDS and len(pieces[at].form) == 3 and key != "yen" and _is_number(pieces, at + 1):
        return _CURRENCY_WORDS[key], at + 1
    return "", at


def _unit_after(pieces: Sequence[Fact], at: int) -> tuple[str, int]:
    key = _key(pieces, at)
    if key in ("%", "percent"):
        return "%", at + 1
    if key == "per" and _key(pieces, at + 1) == "cent":
        return "%", at + 2
    if key == "us" and _key(pieces, at + 1) == "dollar":
        return "us$", at + 2
    if key in _CURRENCIES:
        return _CURRENCIES[key], at + 1
    return (_CURRENCY_WORDS[key] or key, at + 1) if key in _CURRENCY_WORDS else ("", at)


def _ordinal(pieces: Sequence[Fact], at: int) -> tuple[str, int] | None:
    """Its number and how many pieces it takes: 3rd, third, twenty-third."""
    if at >= len(pieces):
        return None
    key = pieces[at].form
    if pieces[at].kind is Kind.NUMBER and _is_glued(pieces, at + 1) and key.isdigit() and len(key) <= _LONGEST_NUMBER:
        suffix = "th" if key[-2:] in ("11", "12", "13") else _SUFFIXES.get(_digits(key)[-1], "th")
        return (_digits(key), 2) if _key(pieces, at + 1) == suffix else None
    if key in ORDINALS:
        return str(ORDINALS[key]), 1
    follows = pieces[at + 1].form if at + 1 < len(pieces) else ""
    if NUMBERS.get(key, 0) >= 20 and ORDINALS.get(follows, 10) < 10:
        return str(NUMBERS[key] + ORDINALS[follows]), 2
    return None


def _amount(pieces: Sequence[Fact], at: int, is_money: bool) -> _Amount | None:
    """A number in digits or words, with its scale: 2.5 million, two hundred and fifty, a dozen."""
    if at >= len(pieces):
        return None
    if pieces[at].kind is Kind.NUMBER:
        return _scaled_digits(pieces, at, is_money)
    end, total, group, spoken = at, 0, 0, False
    while end < min(len(pieces), at + _LONGEST_PHRASE):
        word = pieces[end].form if pieces[end].kind is Kind.WORD and not (spoken and pieces[end].breaks) else ""
        if word in NUMBERS and _may_follow(group, NUMBERS[word], spoken):
            group += NUMBERS[word]
        elif word in SCALES and (spoken or _is_article(pieces, end)):
            total, group = _scaled(total, group or 1, SCALES[word])
        elif not (word == "and" and spoken and (group or total) % 100 == 0 and _is_small(pieces, end + 1)):
            break
        end, spoken = end + 1, True
    return _Amount(Decimal(total + group), end, False) if spoken else None


def _scaled_digits(pieces: Sequence[Fact], at: int, is_money: bool) -> _Amount:
    digits = pieces[at].key
    if len(digits) > _LONGEST_NUMBER or digits.count(".") > 1 or ":" in digits:
        return _Amount(None, at + 1, True)
    value, end = Decimal(digits), at + 1
    if is_money and _is_glued(pieces, end) and pieces[end].form in _SHORT_SCALES:
        return _Amount(value * SCALES[_SHORT_SCALES[pieces[end].form]], end + 1, False)
    if is_money and end < len(pieces) and pieces[end].form in ("bn", "mn", "tn"):
        return _Amount(value * SCALES[_SHORT_SCALES[pieces[end].form]], end + 1, False)
    while end < len(pieces) and end < at + 3 and pieces[end].form in SCALES and not pieces[end].breaks:
        value, end = value * SCALES[pieces[end].form], end + 1
    return _Amount(value, end, end == at + 1)


def _scaled(total: int, group: int, scale: int) -> tuple[int, int]:
    return (total, group * scale) if scale < 1000 else (total + group * scale, 0)


def _may_follow(group: int, number: int, spoken: bool) -> bool:
    """Twenty may be followed by one to nine, a hundred by any, nothing else by anything."""
    if not spoken or group == 0:
        return number > 0 or not spoken
    return (group % 100 == 0 and number > 0) or (group % 100 >= 20 and group % 10 == 0 and 0 < number < 10)


def _is_small(pieces: Sequence[Fact], at: int) -> bool:
    return at < len(pieces) and 0 < NUMBERS.get(pieces[at].form, 0) < 100


def _is_article(pieces: Sequence[Fact], at: int) -> bool:
    return at > 0 and pieces[at - 1].form in ("a", "an")


def _is_number(pieces: Sequence[Fact], at: int) -> bool:
    return at < len(pieces) and pieces[at].kind is Kind.NUMBER


def _is_glued(pieces: Sequence[Fact], at: int) -> bool:
    return 0 < at < len(pieces) and pieces[at].start == pieces[at - 1].end


def _key(pieces: Sequence[Fact], at: int) -> str:
    return pieces[at].key if at < len(pieces) else ""


def _joined(first: Fact, last: Fact, kind: Kind, key: str, unit: str = "") -> Fact:
    return first._replace(kind=kind, key=key, form=key, unit=unit, end=last.end, name=False)


# --- dates --------------------------------------------------------------------------------------------------

_MONTH_NAMES = (
    "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
    "september sep sept", "october oct", "november nov", "december dec",
)  # fmt: skip
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, start=1) for name in names.split()}
_DATING = frozenset((*_MONTHS, "on", "in", "the"))


def _dated(counted: Iterator[Fact]) -> Iterator[Fact]:
    """Month, day and year become one fact, together with the "on" or "in" before them."""
    pieces = list(counted)
    at = 0
    while at < len(pieces):
        if pieces[at].kind is Kind.WORD and pieces[at].form not in _DATING:
            yield pieces[at]
            at += 1
            continue
        begin = at + (pieces[at].form in ("on", "in"))
        found = _date(pieces, begin) or (_year_alone(pieces, begin) if pieces[at].form == "in" else None)
        if found and found[1] > begin:
            key, end = found
            yield _joined(pieces[at], pieces[end - 1], Kind.DATE, key)
            at = end
        else:
            yield pieces[at]
            at += 1


def _date(pieces: Sequence[Fact], at: int) -> tuple[str, int] | None:
    at += at < len(pieces) and pieces[at].form == "the" and _day(pieces, at + 1) > 0
    if at >= len(pieces):
        return None
    if pieces[at].kind is Kind.DATE:
        return pieces[at].key, at + 1
    if month := _month(pieces, at):
        day = 0 if _breaks(pieces, at + 1) else _day(pieces, at + 1)
        year = _year(pieces, at + 1 + bool(day))
        return (_date_key(year, month, day), at + 1 + bool(day) + bool(year)) if day or year else None
    day = _day(pieces, at)
    of = at + 1 < len(pieces) and pieces[at + 1].form == "of"
    month = _month(pieces, at + 1 + of) if day else 0
    if not month or pieces[at + 1 + of].breaks:
        return None
    year = _year(pieces, at + 2 + of)
    return _date_key(year, month, day), at + 2 + of + bool(year)


def _year_alone(pieces: Sequence[Fact], at: int) -> tuple[str, int] | None:
    year = _year(pieces, at)
    return (f"{year}--", at + 1) if year and not pieces[at].breaks else None


def _breaks(pieces: Sequence[Fact], at: int) -> bool:
    return at < len(pieces) and pieces[at].breaks


def _date_key(year: int, month: int, day: int) -> str:
    return f"{year or ''}-{month:02}-{f'{day:02}' if day else ''}"


def _month(pieces: Sequence[Fact], at: int) -> int:
    is_name = at < len(pieces) and (pieces[at].name or pieces[at].start == 0 or pieces[at].breaks)
    return _MONTHS.get(pieces[at].form, 0) if is_name else 0


def _day(pieces: Sequence[Fact], at: int) -> int:
    """The day of a month, 0 if it is none."""
    if at >= len(pieces) or pieces[at].kind not in (Kind.NUMBER, Kind.ORDINAL) or pieces[at].unit:
        return 0
    key = pieces[at].key
    return int(key) if key.isdigit() and len(key) <= 2 and int(key) <= 31 else 0


def _year(pieces: Sequence[Fact], at: int) -> int:
    """A number of four digits, 0 if it is none."""
    if at >= len(pieces) or pieces[at].kind is not Kind.NUMBER or pieces[at].unit:
        return 0
    key, length = pieces[at].key, pieces[at].end - pieces[at].start
    return int(key) if length == 4 and key.isdigit() and len(key) == 4 and 1000 <= int(key) <= 2199 else 0


# --- ties ---------------------------------------------------------------------------------------------------


def _without_ties(dated: Iterator[Fact]) -> Iterator[Fact]:
    """Words that say the same as others become those; articles and the like are left out."""
    facts, breaks, at = list(dated), False, 0
    while at < len(facts):
        fact = facts[at]
        length, keys = _phrase(facts, at) if fact.kind is Kind.WORD and fact.form in PHRASES else (1, (fact.key,))
        is_free = fact.kind is Kind.WORD and fact.form in FREE and length == 1
        if is_free and not (at == len(facts) - 1 and fact.form in ARTICLES):
            keys = ()
        elif keys == (fact.key,) and (fact.breaks or not breaks):
            yield fact
        else:
            end = facts[at + length - 1].end
            for order, key in enumerate(keys):
                yield fact._replace(key=key, breaks=order == 0 and (fact.breaks or breaks), end=end)
        breaks = not keys and (breaks or fact.breaks)
        at += length


def _phrase(facts: Sequence[Fact], at: int) -> tuple[int, tuple[str, ...]]:
    """How many facts are one phrase, and the keys that stand for it."""
    for words, keys, before_number in PHRASES[facts[at].form]:
        end = at + len(words)
        if tuple(one.form for one in facts[at:end]) == words and (
            not before_number or (end < len(facts) and facts[end].kind is not Kind.WORD)
        ):
            return len(words), keys
    return 1, (facts[at].key,)
