"""A fact: what of a text can be checked, written in one way only."""

from enum import StrEnum
from typing import NamedTuple


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


def joined(first: Fact, last: Fact, kind: Kind, key: str, unit: str = "") -> Fact:
    """One fact of several that stand side by side."""
    return first._replace(kind=kind, key=key, form=key, unit=unit, end=last.end, name=False)
