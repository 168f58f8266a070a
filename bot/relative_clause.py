"""What a ", who …" says of the name before it, as a sentence: "Ariel Henry, who was Prime Minister at that time"."""

from collections.abc import Iterator, Sequence

from bot.fact import Fact, Kind
from bot.shortening import takes_nothing_back
from bot.wording import CONNECTORS, RETRACTIONS

_BELONGS = frozenset(("of", "and", "or", "nor", "'s", "&"))  # before a name: the clause may be about more than it
_PARTICLES = frozenset(("al", "au", "bin", "da", "de", "del", "den", "der", "di", "du", "la", "le", "van", "von"))
_POSSESSIVE = Fact(Kind.WORD, "'s", 0, 0, form="'s")

Facts = tuple[Fact, ...]


def told_of_names(source: Sequence[Fact]) -> Iterator[Facts]:
    """A sentence for each such clause. None where somebody's word or a doubt stands before it or behind it."""
    for at, fact in enumerate(source):
        if at and fact.breaks and fact.form in ("who", "which", "whose"):
            end = next((end for end in range(at + 1, len(source)) if source[end].breaks), len(source))
            name = _name_before(source, at)
            if name and end > at + 2 and _stands(source, at, end):
                yield (*name, *((_POSSESSIVE,) if fact.form == "whose" else ()), *source[at + 1 : end])


def _name_before(source: Sequence[Fact], at: int) -> Facts:
    start = at
    while start and _is_of_name(source[start - 1], source[start].name):
        start -= 1
        if source[start].breaks:
            break
    if start == 1 and source[1].name and not source[1].breaks:
        start = 0  # the first word of a sentence has its capital anyway
    before = source[start - 1].form if start else ""
    return () if before in _BELONGS else tuple(source[start:at])


def _is_of_name(fact: Fact, is_followed_by_name: bool) -> bool:
    return fact.name or (is_followed_by_name and fact.form in _PARTICLES)


def _stands(source: Sequence[Fact], at: int, end: int) -> bool:
    doubted = any(fact.form in RETRACTIONS for fact in source[:at])
    rest = source[end:]
    return not doubted and (not rest or rest[0].form in CONNECTORS or takes_nothing_back(rest))
