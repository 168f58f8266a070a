"""What follows from sentences of the sources: their own words, cut or moved at clauses only, nothing else.

Every word, number and name of a sentence must be one of a source sentence, and stand beside the same ones. So a
fact cannot be given to somebody else, a number to another thing, a "not" be slipped in or out.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.fact import Fact, Kind
from bot.facts import Reading, matches, quotations, read, verbatim
from bot.statement import Statement
from bot.wording import CONDITIONS, CONNECTORS, HEDGES, OPENERS, PAST, PRONOUNS, RELATIVES, RETRACTIONS

LONGEST = 5000  # characters of a sentence; longer ones prove nothing, so that hostile text costs no time
MOST_JOINED = 3  # sentences of the sources in one of an answer
SHORTEST_REST = 3  # words that must be left of a sentence that is cut
MARKER = re.compile(r"\s?\[\d{1,3}(?:\s?[,–-]\s?\d{1,3})*\]")  # what readers would take for a footnote
_LEAD = re.compile(
    r"(?:according to|based on|as (?:stated|described|mentioned) in) the (?:\w+ )?"
    r"(?:passages?|documents?|sources?|texts?|contexts?|excerpts?)(?: provided| given)?,\s+",
    re.IGNORECASE,
)

Facts = Sequence[Fact]


@dataclass(frozen=True, slots=True)
class Proof:
    """The statements that a sentence follows from, in its order; `names` those that only name its subject."""

    statements: tuple[Statement, ...]
    names: tuple[Statement, ...] = ()


def without_markers(text: str) -> str:
    """The text without numbers in brackets."""
    while MARKER.search(text):  # taking one out may leave another: [[1]2]
        text = MARKER.sub("", text)
    return text.strip()


@lru_cache(maxsize=256)
def said(sentence: str) -> Reading:
    """A sentence of an answer, without words like "According to the passages,"."""
    return read(_LEAD.sub("", sentence, count=1))


def proof_of(sentence: str, sources: Sequence[Statement]) -> Proof | None:
    """The fewest of the statements that the sentence follows from; None if it does not follow."""
    reading = said(sentence[: LONGEST + 1])
    sources = [source for source in sources if len(source.text) <= LONGEST]
    if not reading.facts or len(sentence) > LONGEST:
        return None
    words = [verbatim(one) for one in quotations(sentence)]
    found = _alone(reading, sources) or _joined(reading, sources)
    return found if found and all(_is_quoted(one, found) for one in words) else None


def _alone(reading: Reading, sources: Sequence[Statement]) -> Proof | None:
    for source in sources:
        for own in source.readings:
            if (reading.asks or not own.asks) and follows(reading.facts, own.facts):
                return Proof((source,))
    for source in sources:
        for named in source.named if _may_be_named(reading, source) else ():
            if follows(reading.facts, named.facts):
                return Proof((source,), _naming(source))
    return None


def _may_be_named(reading: Reading, source: Statement) -> bool:
    """Whether most of the statement's words are there: cheap, and spares the search for its subject."""
    own = source.readings[0]
    return not own.asks and len(own.keys - reading.keys) <= len(own.keys) / 2


def _naming(source: Statement) -> tuple[Statement, ...]:
    """The statements back to the one that says the name, if it is not the heading that does."""
    chain: list[Statement] = []
    one = source.before
    while one:
        chain.insert(0, one)
        if not one.pronoun:
            return tuple(chain)
        one = one.before
    return ()


def _is_quoted(words: str, proof: Proof) -> bool:
    """Whether the words stand so in one of the statements; a comma may be drawn into the quotation marks."""
    bare = words.rstrip(".,;:!?… ")
    return any(bare in verbatim(one.text) for one in (*proof.statements, *proof.names))


# --- one sentence from one sentence -------------------------------------------------------------------------


def follows(facts: Facts, source: Facts) -> bool:
    """Whether what is said is the source's sentence, or a part of it that stands for itself, or it reordered.

    The sentence of an answer may begin with an "and" of its own.
    """
    beginnings = [facts, facts[1:]] if facts and facts[0].form in CONNECTORS else [facts]
    return any(_is_said_by(one, source) for one in beginnings if 0 < len(one) <= len(source))


def _is_said_by(facts: Facts, source: Facts) -> bool:
    if _is_part(facts, source) or _is_turned(facts, source):
        return True
    return any(_is_part(facts, rest) or _is_turned(facts, rest) for rest in _without_asides(source))


def _is_part(facts: Facts, source: Facts) -> bool:
    """What is left out before and behind ends at a clause and takes nothing back."""
    length = len(facts)
    for start in _clause_starts(source):
        end = start + length
        if end > len(source):
            break
        if (end < len(source) and not source[end].breaks) or not same(facts, source[start:end]):
            continue
        if length == len(source):
            return True
        if length >= SHORTEST_REST and _is_droppable(source[:start]) and _is_droppable(source[end:]):
            return True
    return False


def _clause_starts(source: Facts) -> Iterator[int]:
    for at, fact in enumerate(source):
        if at == 0 or fact.breaks:
            yield at
            if fact.form in CONNECTORS and at:
                yield at + 1


def _is_turned(facts: Facts, source: Facts) -> bool:
    """The two parts of the sentence in the other order: "In June, they came." and "They came in June."."""
    if len(facts) != len(source):
        return False
    for at in range(1, len(source)):
        behind = len(source) - at
        if not (source[at].breaks or facts[behind].breaks) or not matches(facts[0], source[at]):
            continue
        if not (_opens(source[0]) or _opens(source[at])):
            continue
        if same(facts, (*source[at:], *source[:at])):
            return True
    return _is_swapped(facts, source)


def _is_swapped(facts: Facts, source: Facts) -> bool:
    """Two main clauses in the other order: "A came, and B went." and "B went, and A came."."""
    for at in range(1, len(source) - 1):
        if source[at].breaks and source[at].form in CONNECTORS:
            turned = (*source[at + 1 :], source[at], *source[:at])
            if facts[len(source) - at - 1].breaks and same(facts, turned):
                return True
    return False


def _opens(fact: Fact) -> bool:
    return fact.form in OPENERS or fact.kind is Kind.DATE


def _without_asides(source: Facts) -> Iterator[Facts]:
    """The sentence without what stands in brackets, and without each ", who …," in it."""
    if any(fact.aside for fact in source):
        outside = [fact for fact in source if not fact.aside]
        if outside and _is_droppable([fact for fact in source if fact.aside]):
            yield outside
    for start, fact in enumerate(source):
        if start and fact.breaks and fact.form in RELATIVES:
            end = next((at for at in range(start + 1, len(source)) if source[at].breaks), 0)
            if end and _is_droppable(source[start:end]):
                yield [*source[:start], *source[end:]]


def _is_droppable(dropped: Facts) -> bool:
    forms = {fact.form for fact in dropped}
    if forms & (RETRACTIONS if dropped and dropped[0].form in RELATIVES else HEDGES):
        return False
    return not forms & CONDITIONS or any(PAST.fullmatch(form) for form in forms)


def same(facts: Facts, source: Facts) -> bool:
    """Whether the source's facts support the others, each in its place."""
    return len(facts) == len(source) and all(map(matches, facts, source))


# --- one sentence from several ------------------------------------------------------------------------------


def _joined(reading: Reading, sources: Sequence[Statement]) -> Proof | None:
    """Whole sentences of the sources one after another, with a comma, "and" or the like between them."""
    wholes = [
        (source, facts, names)
        for source in sources
        for facts, names in _wholes(source)
        if len(facts) < len(reading.facts) and not source.readings[0].asks
    ]
    found = _cover(reading.facts, wholes, None, MOST_JOINED)
    return Proof(*map(tuple, map(_distinct, found))) if found else None


_Whole = tuple[Statement, Facts, tuple[Statement, ...]]


def _wholes(source: Statement) -> Iterator[tuple[Facts, tuple[Statement, ...]]]:
    for own in source.readings[:1]:
        yield own.facts, ()
    for named in source.named:
        yield named.facts, _naming(source)


def _cover(
    facts: Facts, wholes: Sequence[_Whole], previous: Statement | None, left: int
) -> tuple[list[Statement], list[Statement]] | None:
    if not facts:
        return [], []
    if not left:
        return None
    for source, own, names in wholes:
        begin = _joint(facts, previous, source, own)
        end = begin + len(own)
        if begin >= 0 and same(facts[begin:end], own):
            rest = _cover(facts[end:], wholes, source, left - 1)
            if rest is not None:
                return [source, *rest[0]], [*names, *rest[1]]
    return None


def _joint(facts: Facts, previous: Statement | None, source: Statement, own: Facts) -> int:
    """Where the next sentence begins, behind what joins it to the one before; -1 if nothing does.

    A pronoun means what it meant in the source only right behind the sentence that stands before it there.
    """
    if previous is None:
        return 0
    neighbours = previous.is_followed_by(source)
    if own and own[0].form in PRONOUNS and not neighbours:
        return -1
    if facts[0].form in CONNECTORS:
        return 0 if own and own[0].form == facts[0].form else 1
    return 0 if facts[0].breaks or neighbours else -1


def _distinct(found: Sequence[Statement]) -> list[Statement]:
    return list({id(one): one for one in found}.values())
