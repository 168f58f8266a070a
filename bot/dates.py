"""Dates of a text: month, day and year as one fact."""

from collections.abc import Iterator, Sequence

from bot.fact import Fact, Kind, joined

_MONTH_NAMES = (
    "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
    "september sep sept", "october oct", "november nov", "december dec",
)  # fmt: skip
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, start=1) for name in names.split()}
_DATING = frozenset((*_MONTHS, "on", "in", "the"))


def dated(counted: Iterator[Fact]) -> Iterator[Fact]:
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
            yield joined(pieces[at], pieces[end - 1], Kind.DATE, key)
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
