"""What may be left out of a sentence of a source so that the rest still says nothing else than it does.

Each kind of phrase has its own conditions, all of them cautious: where one might take something back, it stays.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from bot.fact import Fact, Kind
from bot.facts import matches
from bot.verbs import is_participle
from bot.wording import (
    AUXILIARIES,
    CONDITIONS,
    CONNECTORS,
    CONTRASTS,
    COPULAS,
    EXTENTS,
    HEDGES,
    NEGATIONS,
    NOUNS_IN_LY,
    OPENERS,
    PAST,
    RELATIVES,
    RETRACTIONS,
    TIMES,
    TITLES,
    WEAKENING,
)

SHORTEST_REST = 3  # words that must be left of a sentence that is cut
LONGEST_CUT = 150  # words of a sentence that may be cut; a longer one is proven only whole

Facts = Sequence[Fact]
Span = tuple[int, int]


def shortens(facts: Facts, source: Facts) -> bool:
    """Whether the facts are those of the source, each in its place, but for phrases that may be left out."""
    if not facts or len(facts) > len(source):
        return False
    if len(facts) == len(source) or len(facts) < SHORTEST_REST:
        return same(facts, source)
    skips = _skips(tuple(source))
    places = _with_skips({0}, skips)
    for fact in facts:
        behind = {at + 1 for at in places if at < len(source) and matches(fact, source[at])}
        if not behind:
            return False
        places = _with_skips(behind, skips)
    return len(source) in places


def same(facts: Facts, source: Facts) -> bool:
    """Whether the source's facts support the others, each in its place."""
    return len(facts) == len(source) and all(map(matches, facts, source))


@lru_cache(maxsize=1024)
def droppable(source: tuple[Fact, ...]) -> tuple[Span, ...]:
    """The spans of facts that may be left out, each by itself or together with others."""
    if len(source) > LONGEST_CUT:
        return ()
    kinds = (
        _beginnings,
        _endings,
        _asides,
        _relative_clauses,
        _apposition,
        _titles,
        _times,
        _manners,
        _contrasts,
        _halves,
    )
    return tuple(dict.fromkeys(span for kind in kinds for span in kind(source)))


def droppable_within(source: tuple[Fact, ...]) -> list[Span]:
    """Those of the spans without which it is still a whole sentence."""
    edges = {*_beginnings(source), *_endings(source)}
    return [
        span for span in droppable(source) if span not in edges and len(source) - span[1] + span[0] >= SHORTEST_REST
    ]


def takes_nothing_back(dropped: Facts) -> bool:
    """Whether a clause may go: the rest does not depend on it, and it does not say that the rest is not so."""
    forms = {fact.form for fact in dropped if not (fact.name and fact.form == "may")}
    if forms & (RETRACTIONS if dropped and dropped[0].form in RELATIVES else HEDGES):
        return False
    return not forms & CONDITIONS or any(PAST.fullmatch(form) for form in forms)


@lru_cache(maxsize=1024)
def _skips(source: tuple[Fact, ...]) -> dict[int, list[int]]:
    ends: dict[int, list[int]] = {}
    for start, end in droppable(source):
        ends.setdefault(start, []).append(end)
    return ends


def _with_skips(places: set[int], skips: dict[int, list[int]]) -> set[int]:
    waiting = list(places)
    while waiting:
        for end in skips.get(waiting.pop(), ()):
            if end not in places:
                places.add(end)
                waiting.append(end)
    return places


# --- clauses ------------------------------------------------------------------------------------------------


def _beginnings(source: Facts) -> Iterator[Span]:
    """The clauses before one: "In June, …"; with the "and" between them."""
    for at, fact in enumerate(source):
        if at and fact.breaks:
            for start in (at, at + 1) if fact.form in CONNECTORS else (at,):
                if takes_nothing_back(source[:start]):
                    yield 0, start


def _endings(source: Facts) -> Iterator[Span]:
    """The clauses behind one."""
    for at, fact in enumerate(source):
        if at and fact.breaks and takes_nothing_back(source[at:]):
            yield at, len(source)


def _asides(source: Facts) -> Iterator[Span]:
    """What stands in brackets; nothing of it where a single one takes something back."""
    if takes_nothing_back([fact for fact in source if fact.aside]):
        starts = [at for at, fact in enumerate(source) if fact.aside and not (at and source[at - 1].aside)]
        for start in starts:
            yield start, next((at for at in range(start, len(source)) if not source[at].aside), len(source))


def _relative_clauses(source: Facts) -> Iterator[Span]:
    """Each ", who …," within the sentence."""
    for start, fact in enumerate(source):
        if start and fact.breaks and fact.form in RELATIVES:
            end = next((at for at in range(start + 1, len(source)) if source[at].breaks), 0)
            if end and takes_nothing_back(source[start:end]):
                yield start, end


def _apposition(source: Facts) -> Iterator[Span]:
    """What is said of the subject between two commas: "the officers, part of the mission, took the port".

    Not a clause: what follows might be said of its subject, and what stands before it might be its time.
    """
    breaks = [at for at, fact in enumerate(source) if fact.breaks][:3]
    if len(breaks) < 3 or breaks[0] or _is_limited(source):
        return
    _, start, end = breaks
    opens = source[0].form in OPENERS or source[0].kind is Kind.DATE or source[end].form in CONNECTORS | {"or", "nor"}
    has_verb = any(fact.form in AUXILIARIES or PAST.fullmatch(fact.form) for fact in source[:end])
    if not opens and not has_verb and takes_nothing_back(source[start:end]):
        yield start, end


def _contrasts(source: Facts) -> Iterator[Span]:
    """The rest from "but does not manage it" on: what is said before a "but" is said, whatever follows it.

    Not where the rest is an exception from it ("but not in June") or speaks of it ("but that is not certain").
    """
    for at in range(SHORTEST_REST, len(source)):
        is_contrast = source[at].form in CONTRASTS and source[at - 1].form not in AUXILIARIES  # "has yet to come"
        if is_contrast and not _is_hedged(source[:at]) and _is_of_its_own(source[at:]):
            yield at, len(source)


def _halves(source: Facts) -> Iterator[Span]:
    """Either half of "endorsed but not managed by the United Nations", which are two statements."""
    for at in range(1, len(source) - 2):
        but, denial, second = source[at : at + 3]
        verbs = (source[at - 1].form, second.form)
        if (but.form, denial.form) == ("but", "not") and all(map(is_participle, verbs)):
            yield at, at + 3
            yield at - 1, at + 1


def _is_hedged(facts: Facts) -> bool:
    return any(fact.form in HEDGES for fact in facts) or facts[-1].form in EXTENTS


def _is_of_its_own(contrast: Facts) -> bool:
    """Whether it has a verb of its own, and denies nothing but by that verb."""
    but, *clause = contrast
    forms = [fact.form for fact in clause]
    verbs = [at for at, form in enumerate(forms) if form in AUXILIARIES and form != "to"]
    if not verbs or len(forms) < 2 or forms[0] in ("it", "this", "which", "so", "there"):
        return False
    if forms[0] in HEDGES | EXTENTS:  # "but only a few are"
        return False
    if not verbs[0] and clause[0].start > but.end + 1:
        return False  # a "that" between them is no fact: "but that is not certain"
    denied = [at for at, form in enumerate(forms) if form in NEGATIONS]
    others = {form for form in forms if form in RETRACTIONS and form not in NEGATIONS}
    return not others and all(at and at - 1 in verbs and forms[at] == "not" for at in denied)


# --- phrases ------------------------------------------------------------------------------------------------


def _titles(source: Facts) -> Iterator[Span]:
    """Prime Minister before Garry Conille: all of the words or none, so that no deputy is made the minister."""
    for at in range(1, len(source)):
        if source[at].name and source[at].form not in TITLES and source[at - 1].form in TITLES:
            start = at
            while start and source[start - 1].form in TITLES:
                start -= 1
            whole = not start or source[start].breaks or not source[start - 1].name
            if whole or source[start - 1].form == "'s":
                yield start, at


def _times(source: Facts) -> Iterator[Span]:
    """When something happened, said behind it: it did happen, at whatever time.

    Not where the time belongs to what is said: to a "first", to all of something, to a number that was so then.
    """
    if not _is_event(source):
        return
    for at in range(SHORTEST_REST - 1, len(source)):
        fact = source[at]
        if fact.kind is Kind.DATE and source[at - 1].form not in OPENERS and _is_phrase_end(source, at + 1):
            yield at, at + 1
        elif fact.form in TIMES and not fact.breaks:
            end = next((end for end in range(at + 1, len(source)) if source[end].breaks), len(source))
            if not any(one.form in HEDGES for one in source[at:end]):
                yield at, end


def _manners(source: Facts) -> Iterator[Span]:
    """How something was done, right before the verb: successfully recaptured was recaptured."""
    if any(fact.form in NEGATIONS for fact in source):
        return
    for at in range(1, len(source) - 1):
        form, is_name = source[at].form, source[at].name
        is_adverb = form.endswith("ly") and not is_name and form not in HEDGES | WEAKENING | NOUNS_IN_LY
        if is_adverb and PAST.fullmatch(source[at + 1].form):
            yield at, at + 1


def _is_event(source: Facts) -> bool:
    forms = {fact.form for fact in source}
    if forms & HEDGES or not any(PAST.fullmatch(form) for form in forms):
        return False
    if _is_limited(source) or forms & AUXILIARIES - {"was", "were", "had", "did", "to"}:
        return False
    return not (forms & COPULAS and any(fact.kind is Kind.NUMBER for fact in source))


def _is_limited(source: Facts) -> bool:
    """Whether it speaks of a rank or an extent, which any phrase of the sentence may limit."""
    return any(fact.kind is Kind.ORDINAL or fact.form in EXTENTS or fact.form.endswith("est") for fact in source)


def _is_phrase_end(source: Facts, at: int) -> bool:
    return at == len(source) or source[at].breaks or source[at].form in OPENERS
