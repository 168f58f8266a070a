"""Active and passive: "Kenya leads the mission" and "the mission is led by Kenya" say the same."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from bot.fact import Fact, Kind
from bot.shortening import LONGEST_CUT, shortens
from bot.verbs import is_base_of, is_participle, is_past_of, is_third_person_of
from bot.wording import AUXILIARIES, CONNECTORS, HEDGES, MODALS, OPENERS, PAST, PRONOUNS, RELATIVES

LONGEST_SUBJECT = 8  # words
MOST_READINGS = 30  # of a sentence in the active, so that hostile text costs no time
_PRESENT, _PAST, _PERFECT = frozenset(("is", "are")), frozenset(("was", "were")), frozenset(("has", "have", "had"))

_BE = _PRESENT | _PAST | {"be", "been"}

Facts = tuple[Fact, ...]


class _Passive(NamedTuple):
    """`before`, then what something is done to, the verb, and what follows it; `helpers` is "is" or "has been"."""

    before: Facts
    patient: Facts
    helpers: tuple[str, ...]
    participle: str
    rest: Facts


def says_in_other_voice(facts: Sequence[Fact], source: Sequence[Fact]) -> bool:
    """Whether one is the passive of the other or of a part of it; who does it may be left out of a passive."""
    if max(len(facts), len(source)) > LONGEST_CUT or not (_may_be_passive(facts) or _may_be_passive(source)):
        return False
    said, known = tuple(facts), tuple(source)
    of_claim = islice(_actives_of_claim(said, known), MOST_READINGS)
    of_source = islice(_actives_of_source(known, said), MOST_READINGS)
    return any(shortens(active, known) for active in of_claim) or any(shortens(said, active) for active in of_source)


def _may_be_passive(facts: Sequence[Fact]) -> bool:
    """Cheap, and never wrong when it says no."""
    return any(fact.form in _BE for fact in facts)


def _actives_of_claim(claim: Facts, source: Facts) -> Iterator[Facts]:
    """The claim with the source's verb, and with its subject if the claim names none."""
    for passive in _passives(claim):
        for subject, others in _agents(passive.rest):
            for verb, _ in _verbs(source, passive):
                yield _active(passive, subject, verb, others)
        if not any(fact.form == "by" for fact in passive.rest):
            for verb, at in _verbs(source, passive):
                subject = _clause(source[:at])
                if _is_subject(subject) and _is_plain(subject):
                    yield _active(passive, subject, verb, passive.rest)


def _actives_of_source(source: Facts, claim: Facts) -> Iterator[Facts]:
    """The source with the claim's verb."""
    for passive in _passives(source):
        for subject, others in _agents(passive.rest):
            for verb, _ in _verbs(claim, passive):
                yield _active(passive, subject, verb, others)


def _active(passive: _Passive, subject: Facts, verb: Facts, others: Facts) -> Facts:
    inner = (*verb, *passive.patient)
    return (
        *passive.before,
        subject[0]._replace(breaks=True),
        *(fact._replace(breaks=False) for fact in (*subject[1:], *inner)),
        *others,
    )


def _passives(facts: Facts) -> Iterator[_Passive]:
    for at in range(1, len(facts) - 1):
        participle = facts[at + 1]
        if participle.breaks or participle.kind is not Kind.WORD or not is_participle(participle.form):
            continue
        helpers = _helpers(facts, at)
        patient = _clause(facts[: at + 1 - len(helpers)]) if helpers else ()
        if patient and _is_thing(patient):
            before = facts[: at + 1 - len(helpers) - len(patient)]
            yield _Passive(before, patient, helpers, participle.form, facts[at + 2 :])


def _helpers(facts: Facts, at: int) -> tuple[str, ...]:
    own, before = facts[at].form, facts[at - 1].form
    if own in _PRESENT | _PAST:
        return (own,)
    if (own == "been" and before in _PERFECT) or (own == "be" and before in MODALS):
        return (before, own)
    return ()


def _verbs(facts: Facts, passive: _Passive) -> Iterator[tuple[Facts, int]]:
    """The same verb in the active, in the same time, and its place."""
    first = passive.helpers[0]
    for at, fact in enumerate(facts):
        following = facts[at + 1] if at + 1 < len(facts) else None
        if not at or (fact.breaks and fact.form != first):
            continue
        if len(passive.helpers) == 2:
            if fact.form == first and following and _is_behind(first, following.form, passive.participle):
                yield (fact, following), at
        elif _is_finite(fact, facts[at - 1], first, passive.participle):
            yield (fact,), at


def _is_behind(helper: str, form: str, participle: str) -> bool:
    return is_base_of(form, participle) if helper in MODALS else form == participle


def _is_finite(fact: Fact, before: Fact, helper: str, participle: str) -> bool:
    if before.form in AUXILIARIES:
        return False
    if helper in _PAST:
        return is_past_of(fact.form, participle)
    plural = before.form.endswith("s") and is_base_of(fact.form, participle)
    return plural or is_third_person_of(fact.form, participle)


def _agents(rest: Facts) -> Iterator[tuple[Facts, Facts]]:
    """Who does it, behind the first "by", and the rest without them."""
    by = next((at for at, fact in enumerate(rest) if fact.form == "by"), len(rest))
    if not _may_begin(rest[:by]):
        return
    for end in range(by + 2, min(len(rest), by + 1 + LONGEST_SUBJECT) + 1):
        subject, behind = rest[by + 1 : end], rest[end:]
        if _may_begin(behind) and _is_subject(subject):
            yield subject, (*rest[:by], *behind)


def _may_begin(phrase: Facts) -> bool:
    """Whether something new begins there, which does not belong to the words before it."""
    return not phrase or phrase[0].breaks or phrase[0].form in OPENERS or phrase[0].kind is Kind.DATE


def _clause(facts: Facts) -> Facts:
    """From the last clause's beginning on."""
    return facts[max((at for at, fact in enumerate(facts) if fact.breaks), default=0) :]


def _is_subject(facts: Facts) -> bool:
    return 0 < len(facts) <= LONGEST_SUBJECT and _is_thing(facts) and not any(fact.breaks for fact in facts[1:])


def _is_thing(facts: Facts) -> bool:
    """No clause in it, no doubt, and no preposition in front."""
    forbidden = AUXILIARIES | HEDGES | RELATIVES
    opens = facts[0].form in OPENERS | CONNECTORS or facts[0].kind is Kind.DATE
    return not opens and not any(fact.form in forbidden for fact in facts)


def _is_plain(subject: Facts) -> bool:
    """Whether no other verb can hide in it: in "he hopes that officers took the port" nobody need have taken it."""
    *before, _ = subject
    verbs = any(PAST.fullmatch(fact.form) or (fact.form.endswith("s") and not fact.name) for fact in before)
    return not verbs and not (before and subject[0].form in PRONOUNS)
