"""The sentences of retrieved passages that may become part of an answer, each with its place."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from bot.readable import readable
from index.blocks import Kind
from index.document import Markup, Passage
from index.retriever import Hit
from index.sentences import SourceSentence, sentences

ANSWERING_KINDS = frozenset({Kind.PROSE, Kind.ROW})  # headings, labels and code read as fragments

# The line below the names of a Markdown table's columns.
TABLE_RULE = re.compile(r"\|?[\s:|-]*-[\s:|-]*")


@dataclass(frozen=True, slots=True)
class Candidate:
    """The sentence `[start, end)` of the hit's document.

    `text` is its exact words, `shown` what readers see of them, `before` the text in front of it in its passage.
    """

    hit: Hit
    start: int
    end: int
    text: str
    shown: str
    before: str

    @property
    def identity(self) -> str:
        """The same for sentences that differ in case, spacing and punctuation only."""
        return " ".join(re.findall(r"\w+", self.shown.lower()))


def candidates(hits: Sequence[Hit]) -> list[Candidate]:
    """In the order of the hits, then of the text."""
    return [candidate for hit in hits for candidate in _of_passage(hit)]


def _of_passage(hit: Hit) -> Iterator[Candidate]:
    passage = hit.passage
    found = sentences(passage.text, markup=passage.markup)
    columns = passage.headings[-1] if passage.markup is Markup.ROWS and passage.headings else ""
    before = ""
    for one, following in zip_longest(found, found[1:]):
        text = passage.text[one.start : one.end]
        if one.kind is Kind.ROW and (text == columns or _is_rule(passage, following)):
            columns = text
        elif one.kind in ANSWERING_KINDS:
            shown = readable(text, passage.markup, columns if one.kind is Kind.ROW else "")
            yield Candidate(hit, passage.start + one.start, passage.start + one.end, text, shown, before)
        before = text


def _is_rule(passage: Passage, sentence: SourceSentence | None) -> bool:
    return sentence is not None and bool(TABLE_RULE.fullmatch(passage.text[sentence.start : sentence.end]))
