"""Finding proof: the exact words of the retrieved passages that support what a model says."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.claim import Claim
from bot.derivation import Proof, points_back, proof_of, proof_of_reading, readings_with_names, without_markers
from bot.draft import DraftSentence, Support
from bot.statement import Statement, statements
from index.document import Markup
from index.retriever import Hit

MOST_COMPARED = 4  # statements that are compared closely with a sentence, of the cited and of all passages
# Of a sentence's words in a statement that may prove it, or of a statement's words in a sentence that it may be a
# part of: numbers and dates may be written in other words.
LEAST_SHARE = 0.5
_WORD = re.compile(r"\w+")
_REPLY = re.compile(r"(?:yes|no|indeed|certainly|correct)\s?[,;:–—]\s+(?=\S)", re.IGNORECASE)


class Supporter:
    """Finds the exact words of the sources that support what a model says.

    `hits` are as they were numbered for the model: hits[0] is passage 1. Nothing raises, whatever they say.
    """

    def __init__(self, hits: Sequence[Hit]) -> None:
        self._passages = [_ReadPassage(hit) for hit in hits]

    def draft(self, claim: Claim, before: str = "") -> DraftSentence:
        """The claim with what supports it, from the passages that it cites or else from any of them.

        A pronoun that it begins with may stand for what the sentence `before` it in the answer speaks of.

        Where nothing does, what comes nearest, so that the proof can say what is wrong; or no supports at all.
        """
        text = _without_reply(without_markers(claim.text))
        words = frozenset(_WORD.findall(text.lower()))
        cited = [self._passages[number - 1] for number in claim.cited if 0 < number <= len(self._passages)]
        near: list[_Read] = []
        for passages in (cited, self._passages):
            near = _nearest(words, passages)
            found = _proof(text, before, [one.statement for one in near]) if near else None
            if found:
                return DraftSentence(text, _supports(found, near))
        return DraftSentence(text, _closest(words, near))


def _without_reply(text: str) -> str:
    """Without the "Yes," in front, which is about the question and stands in no source."""
    reply = _REPLY.match(text)
    return text[reply.end() :][:1].upper() + text[reply.end() + 1 :] if reply else text


def _proof(text: str, before: str, sources: Sequence[Statement]) -> Proof | None:
    if before and points_back(text):
        found = (proof_of_reading(named, sources) for named in readings_with_names(text, before))
        return next(filter(None, found), None) or proof_of(text, sources)
    return proof_of(text, sources)


@dataclass(frozen=True, slots=True)
class _Read:
    """A statement of a passage, with the words that it shares with others."""

    hit: Hit
    statement: Statement
    words: frozenset[str]


class _ReadPassage:
    """A passage, read when it is first asked for."""

    def __init__(self, hit: Hit) -> None:
        self._hit = hit

    @cached_property
    def statements(self) -> list[_Read]:
        passage = self._hit.passage
        heading = passage.headings[-1] if passage.headings else passage.title
        columns = heading if passage.markup is Markup.ROWS and passage.headings else ""
        found = statements(passage.text, markup=passage.markup, title=passage.title, heading=heading, columns=columns)
        return [_Read(self._hit, one, frozenset(_WORD.findall(one.text.lower()))) for one in found]


def _nearest(words: frozenset[str], passages: Sequence[_ReadPassage]) -> list[_Read]:
    """Those that share enough words, best first; it counts both ways how many of the words those are."""
    found: list[tuple[float, _Read]] = []
    for passage in passages:
        for one in passage.statements:
            shared = len(words & one.words)
            if shared and shared >= LEAST_SHARE * min(len(words), len(one.words)):
                found.append((shared / len(words) + shared / len(one.words), one))
    return [one for _, one in sorted(found, key=lambda pair: -pair[0])[:MOST_COMPARED]]


def _closest(words: frozenset[str], near: Sequence[_Read]) -> tuple[Support, ...]:
    best = max(near, key=lambda one: len(words & one.words), default=None)
    return (_support(best.hit, best.statement, best.statement),) if best else ()


def _supports(proof: Proof, near: Sequence[_Read]) -> tuple[Support, ...]:
    """One for each statement, but one for neighbours that belong together."""
    hits = {id(one.statement): one.hit for one in near}
    spans: list[tuple[Hit, Statement, Statement]] = []
    for one in proof.statements:
        hit = hits[id(one)]
        first = _first(one, proof)
        if spans and spans[-1][0] is hit and spans[-1][2].is_followed_by(first):
            spans[-1] = (hit, spans[-1][1], one)
        elif not any(other is hit and begin.start <= first.start and one.end <= end.end for other, begin, end in spans):
            spans.append((hit, first, one))
    return tuple(_support(*span) for span in spans)


def _first(one: Statement, proof: Proof) -> Statement:
    """The statement, or the one before it that names its subject."""
    while one.before and any(one.before is name for name in proof.names):
        one = one.before
    return one


def _support(hit: Hit, first: Statement, last: Statement) -> Support:
    passage = hit.passage
    quote = passage.text[first.start : last.end]
    return Support(hit, passage.start + first.start, passage.start + last.end, quote)
