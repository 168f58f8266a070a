"""What follows from sentences of the sources: their own words, shortened, moved or turned by rules, nothing else.

Every word, number and name of a sentence must be one of a source sentence, and stand beside the same ones, but for
what `shortening`, `inversion`, `voice` and `subordinate` allow. So a fact cannot be given to somebody else, a
number to another thing, a "not" be slipped in or out.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.fact import Fact, Kind
from bot.facts import Reading, quotations, read, verbatim
from bot.inversion import is_turned
from bot.shortening import SHORTEST_REST, droppable_within, same, shortens
from bot.statement import Statement
from bot.subordinate import subordinate_sentences
from bot.voice import says_in_other_voice
from bot.wording import CONNECTORS, DEMONSTRATIVES, PRONOUNS

LONGEST = 5000  # characters of a sentence; longer ones prove nothing, so that hostile text costs no time
MOST_JOINED = 3  # sentences of the sources in one of an answer
MOST_VERB_WORDS = 3  # of a sentence, that its source lacks: "is led by" for "leads"
MARKER = re.compile(r"\s?\[\d{1,3}(?:\s?[,–-]\s?\d{1,3})*\]")  # what readers would take for a footnote
_LEAD = re.compile(
    r"(?:according to|based on|as (?:stated|described|mentioned) in) the (?:\w+ )?"
    r"(?:passages?|documents?|sources?|texts?|contexts?|excerpts?)(?: provided| given)?,\s+",
    re.IGNORECASE,
)

_POINTER = re.compile(rf"\b(?:{'|'.join((*PRONOUNS, *DEMONSTRATIVES))})\b", re.IGNORECASE)

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


def points_back(sentence: str) -> bool:
    """Whether a sentence of an answer begins with a pronoun, or the like, for something named before it."""
    return bool(_POINTER.search(sentence)) and Statement(sentence[:LONGEST], 0, len(sentence)).points_back


def readings_with_names(sentence: str, before: str) -> list[Reading]:
    """The sentence with whom the one before it speaks of in place of the pronoun; none where it might mean two."""
    above = Statement(before[:LONGEST], 0, len(before))
    own = Statement(sentence[:LONGEST], 0, len(sentence), before=above)
    text = own.readings[0].text
    return [Reading(text, named.facts, frozenset(fact.key for fact in named.facts)) for named in own.named]


def proof_of(sentence: str, sources: Sequence[Statement]) -> Proof | None:
    """The fewest of the statements that the sentence follows from; None if it does not follow."""
    return proof_of_reading(said(sentence[: LONGEST + 1]), sources) if len(sentence) <= LONGEST else None


def proof_of_reading(reading: Reading, sources: Sequence[Statement]) -> Proof | None:
    """The same for a sentence that was read."""
    sources = [source for source in sources if len(source.text) <= LONGEST]
    if not reading.facts:
        return None
    words = [verbatim(one) for one in quotations(reading.text)]
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
    return any(_is_said_by(one, source) for one in beginnings)


def _is_said_by(facts: Facts, source: Facts) -> bool:
    known = {fact.key for fact in source}
    unknown = sum(fact.key not in known and fact.kind is not Kind.DATE for fact in facts)
    if unknown > MOST_VERB_WORDS:
        return False
    if not unknown and (shortens(facts, source) or is_turned(facts, source)):
        return True
    if says_in_other_voice(facts, source):
        return True
    return any(shortens(facts, told) or says_in_other_voice(facts, told) for told in subordinate_sentences(source))


# --- one sentence from several ------------------------------------------------------------------------------


def _joined(reading: Reading, sources: Sequence[Statement]) -> Proof | None:
    """Sentences of the sources one after another, with a comma, "and" or the like between them.

    Each is whole, but for one phrase within it, or in the other voice. A part that is no sentence would become part
    of the others: "before the operation" of one sentence with what happened in another.
    """
    if not any(fact.breaks or fact.form in CONNECTORS for fact in reading.facts[1:]):
        return None
    wholes = [
        (source, facts, names)
        for source in sources
        for facts, names in _wholes(source)
        if len(facts) <= len(reading.facts) + MOST_VERB_WORDS and not source.readings[0].asks
    ]
    found = _cover(reading.facts, wholes, None, MOST_JOINED)
    return Proof(*map(tuple, map(_distinct, found))) if found else None


_Whole = tuple[Statement, Facts, tuple[Statement, ...]]


def _wholes(source: Statement) -> Iterator[tuple[Facts, tuple[Statement, ...]]]:
    own = source.readings[0].facts
    yield own, ()
    for start, end in droppable_within(own):
        yield (*own[:start], *own[end:]), ()
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
        for end in _ends(facts, begin, own) if begin >= 0 else ():
            rest = _cover(facts[end:], wholes, source, left - 1)
            if rest is not None:
                return [source, *rest[0]], [*names, *rest[1]]
    return None


def _ends(facts: Facts, begin: int, own: Facts) -> Iterator[int]:
    """Up to where the sentence is said from `begin` on."""
    end = begin + len(own)
    if same(facts[begin:end], own):
        yield end
    for end in range(begin + SHORTEST_REST, min(len(facts), begin + len(own) + MOST_VERB_WORDS) + 1):
        is_end = end == len(facts) or facts[end].breaks or facts[end].form in CONNECTORS
        if is_end and says_in_other_voice(facts[begin:end], own):
            yield end


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
