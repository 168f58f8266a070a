"""Clauses of a sentence that are said as firmly as the sentence itself, each as a sentence of its own.

What a ", who …" says of the name before it ("Ariel Henry, who was Prime Minister at that time"), and what happened
"when" something else did.
"""

from collections.abc import Iterator, Sequence

from bot.fact import Fact, Kind
from bot.shortening import takes_nothing_back
from bot.wording import CONNECTORS, EXTENTS, HEDGES, PAST, RETRACTIONS

_BELONGS = frozenset(("of", "and", "or", "nor", "'s", "&"))  # before a name: the clause may be about more than it
_PARTICLES = frozenset(("al", "au", "bin", "da", "de", "del", "den", "der", "di", "du", "la", "le", "van", "von"))
_POSSESSIVE = Fact(Kind.WORD, "'s", 0, 0, form="'s")

_FACTIVE = frozenset(("although", "because", "though", "when", "while"))

Facts = tuple[Fact, ...]


def subordinate_sentences(source: Sequence[Fact]) -> Iterator[Facts]:
    """All of them. None where somebody's word or a doubt stands before it."""
    yield from _told_of_names(source)
    yield from _told_of_times(source)


def _told_of_times(source: Sequence[Fact]) -> Iterator[Facts]:
    """ "… when armed groups attacked the port": they did, if it is past and the rest is certain."""
    if any(fact.form in HEDGES | EXTENTS for fact in source):
        return
    for at, fact in enumerate(source):
        end = next((end for end in range(at + 1, len(source)) if source[end].breaks), len(source))
        if fact.form in _FACTIVE and any(PAST.fullmatch(one.form) for one in source[at + 1 : end]):
            yield tuple(source[at + 1 : end])


def _told_of_names(source: Sequence[Fact]) -> Iterator[Facts]:
    """None where somebody's word or a doubt stands before it or behind it."""
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
