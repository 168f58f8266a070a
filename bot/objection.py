"""Why a sentence is not proven, in words for its reader."""

from collections.abc import Collection, Sequence

from bot.derivation import LONGEST, said
from bot.fact import Fact, Kind
from bot.facts import Reading, matches, quotations, verbatim
from bot.shortening import same
from bot.statement import Statement
from bot.verbs import is_base_of, is_past_of, is_third_person_of
from bot.wording import AUXILIARIES, NEGATIONS


def objection(sentence: str, sources: Sequence[Statement]) -> str:
    """Why the sentence does not follow from the statements, in words for its reader."""
    if len(sentence) > LONGEST:
        return "it is too long for a sentence"
    reading = said(sentence)
    sources = [source for source in sources if len(source.text) <= LONGEST]
    if not reading.facts:
        return "it says nothing that can be checked"
    if not sources:
        return "no source says it"
    for words in quotations(sentence):
        if not any(verbatim(words).rstrip(".,;:!?… ") in verbatim(one.text) for one in sources):
            return f"“{words}” is not what its sources say word for word"
    known = [fact for source in sources for own in source.readings for fact in own.facts]
    forms = {fact.form for fact in known}
    missing = [
        not any(matches(fact, other) for other in known) and not _is_excused(fact, forms) for fact in reading.facts
    ]
    if any(missing):
        return f"{_missing_words(reading, missing)} does not stand in its sources"
    if denied := _denial(reading, sources):
        return f"it leaves out the “{denied}” of its sources"
    return "its words stand in its sources, but together they say something else there"


def _is_excused(fact: Fact, forms: Collection[str]) -> bool:
    """Whether nobody could say that the word is missing: it stands there in another form, or carries no meaning."""
    if fact.form in AUXILIARIES or fact.form == "by":
        return True
    pairs = (pair for form in forms for pair in ((fact.form, form), (form, fact.form)))
    return any(is_base_of(*pair) or is_third_person_of(*pair) or is_past_of(*pair) for pair in pairs)


def _missing_words(reading: Reading, missing: Sequence[bool]) -> str:
    """The weightiest of the facts that are missing; all of a name."""
    facts = reading.facts
    first = last = min((at for at, is_missing in enumerate(missing) if is_missing), key=lambda at: _weight(facts[at]))
    if not facts[first].name:
        return _shown(reading, facts[first])
    while first > 0 and missing[first - 1] and reading.text[facts[first - 1].start].isupper():
        first -= 1
    while last + 1 < len(facts) and missing[last + 1] and facts[last + 1].name and not facts[last + 1].breaks:
        last += 1
    return reading.text[facts[first].start : facts[last].end]


def _denial(reading: Reading, sources: Sequence[Statement]) -> str:
    """What a statement denies with that otherwise says the very sentence; empty if none does."""
    length = len(reading.facts)
    for source in sources:
        own = source.readings[0].facts
        denials = [fact.form for fact in own if fact.form in NEGATIONS]
        rest = [fact for fact in own if fact.form not in NEGATIONS] if denials else []
        if any(same(reading.facts, rest[at : at + length]) for at in range(len(rest) - length + 1)):
            return denials[0]
    return ""


def _weight(fact: Fact) -> int:
    """Numbers and dates first, then names, then what denies."""
    if fact.kind is not Kind.WORD:
        return 0
    return 1 if fact.name else 2 if fact.form in NEGATIONS else 3


def _shown(reading: Reading, fact: Fact) -> str:
    words = reading.words(fact)
    return f"“{words}”" if fact.kind is Kind.WORD and not fact.name else words
