"""The sentences of retrieved passages that may become part of an answer, each with its place."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.blocks import Kind
from index.retriever import Hit
from index.sentences import sentences

ANSWERING_KINDS = frozenset({Kind.PROSE, Kind.ROW})  # headings, labels and code read as fragments


@dataclass(frozen=True, slots=True)
class Candidate:
    """The sentence `[start, end)` of the hit's document; `before` is what precedes it in its passage."""

    hit: Hit
    kind: Kind
    start: int
    end: int
    text: str
    before: str

    @property
    def identity(self) -> str:
        """The same for sentences that differ in case, spacing and punctuation only."""
        return " ".join(re.findall(r"\w+", self.text.lower()))


def candidates(hits: Sequence[Hit]) -> list[Candidate]:
    """In the order of the hits, then of the text."""
    return [candidate for hit in hits for candidate in _of_passage(hit)]


def _of_passage(hit: Hit) -> Iterator[Candidate]:
    passage = hit.passage
    before = ""
    for one in sentences(passage.text, markup=passage.markup):
        text = passage.text[one.start : one.end]
        if one.kind in ANSWERING_KINDS:
            yield Candidate(hit, one.kind, passage.start + one.start, passage.start + one.end, text, before)
        before = text
