"""The parts of a sentence in another order: "In June, they came." says the same as "They came in June."."""

from collections.abc import Iterator, Sequence

from bot.fact import Fact, Kind
from bot.facts import matches
from bot.shortening import droppable, same
from bot.wording import CONNECTORS, OPENERS

Facts = Sequence[Fact]


def is_turned(facts: Facts, source: Facts) -> bool:
    """Whether they are the two parts of the source in the other order, one phrase of it left out or none."""
    return any(_is_moved(facts, rest) or _is_swapped(facts, rest) for rest in _of_length(len(facts), source))


def _of_length(length: int, source: Facts) -> Iterator[Facts]:
    if length == len(source):
        yield source
    elif 1 < length < len(source):
        for start, end in droppable(tuple(source)):
            if len(source) - (end - start) == length:
                yield (*source[:start], *source[end:])


def _is_moved(facts: Facts, source: Facts) -> bool:
    for at in range(1, len(source)):
        behind = len(source) - at
        if not (source[at].breaks or facts[behind].breaks) or not matches(facts[0], source[at]):
            continue
        if not (_opens(source[0]) or _opens(source[at])):
            continue
        if same(facts, (*source[at:], *source[:at])):
            return True
    return False


def _is_swapped(facts: Facts, source: Facts) -> bool:
    """Two main clauses: "A came, and B went." and "B went, and A came."."""
    for at in range(1, len(source) - 1):
        if source[at].breaks and source[at].form in CONNECTORS:
            turned = (*source[at + 1 :], source[at], *source[:at])
            if facts[len(source) - at - 1].breaks and same(facts, turned):
                return True
    return False


def _opens(fact: Fact) -> bool:
    return fact.form in OPENERS or fact.kind is Kind.DATE
