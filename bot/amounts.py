"""Numbers of a text: in digits and words, with scales, percent and currencies, each written in one way only."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from bot.fact import Fact, Kind, joined
from bot.lexemes import plain_digits
from bot.wording import NUMBERS, ORDINALS, SCALES

_LONGEST_NUMBER = 15  # digits; a longer one is compared as it is written
_LONGEST_PHRASE = 12  # words of a number
_SHORT_SCALES = {"k": "thousand", "m": "million", "mn": "million", "bn": "billion", "tn": "trillion"}
_CURRENCIES = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen", "₹": "rupee", "₽": "rouble"}
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


def counted(pieces: Sequence[Fact]) -> Iterator[Fact]:
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
        return joined(first, pieces[begin + ordinal[1] - 1], Kind.ORDINAL, ordinal[0]), begin + ordinal[1]
    amount = _amount(pieces, begin, bool(unit))
    if amount is None:
        return first, at + 1
    after, end = _unit_after(pieces, amount.end)
    unit = unit or after
    key = _canonical(pieces[begin], amount, bool(unit))
    if _is_glued(pieces, end) and _key(pieces, end) == "s" and pieces[end].form == "s":
        key, end = f"{key}s", end + 1  # the 1990s
    return joined(first, pieces[end - 1], Kind.NUMBER, f"{'-' * negative}{key}", unit), end


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
        suffix = "th" if key[-2:] in ("11", "12", "13") else _SUFFIXES.get(plain_digits(key)[-1], "th")
        return (plain_digits(key), 2) if _key(pieces, at + 1) == suffix else None
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
