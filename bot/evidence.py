"""How well a sentence answers a question, as a few numbers that a person can check."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.acronyms import definitions, expanded, expanded_question
from bot.answer_type import AnswerType
from bot.candidates import Candidate
from bot.terms import QuestionTerms, Rarity, Stems
from index.document import Passage
from index.embedding import Embedding

NEARBY_WORDS, TOUCHING_WORDS = 8, 2
PRONOUN = re.compile(r"(?:he|she|it|they|this|these|that|those|his|her|their|its|such)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Nearly all are from 0 to 1. What each is worth, for or against, is fitted: see Weights."""

    meaning: float  # cosine of question and sentence
    coverage: float  # of the question's words by the sentence
    context_coverage: float  # by the sentence, the one before it and the headings
    complete: float  # 1 if nothing of the question is missing in that context
    passage_coverage: float  # by the passage and its headings
    adjacency: float  # question's neighbouring words that are neighbours here
    fused: float  # the passage's retrieval score
    dense: float  # the passage's cosine
    right_kind: float  # 1 if it holds a person, time, amount... where one is asked for
    nearness: float  # coverage of the question's words within a few words of the best such thing
    touching: float  # and right beside it
    pronoun: float  # 1 if it begins with a pronoun
    opening: float  # 1 for the first sentence of its passage
    length: float  # logarithm of its words
    missing: float  # weight of the question's words that its passage lacks
    missing_names: float  # names and numbers of the question that its passage lacks: how many

    def dot(self, weights: dict[str, float]) -> float:
        return math.fsum(weight * getattr(self, name) for name, weight in weights.items())


class Assessor:
    """Weighs candidates against a question. `finalists` bounds what is embedded, the only slow part."""

    def __init__(self, embedding: Embedding, stems: Stems, rarity: Rarity, finalists: int = 16) -> None:
        self._embedding = embedding
        self._rarity = rarity
        self._finalists = finalists
        self._stems_of_word = lru_cache(maxsize=50_000)(lambda word: tuple(stems(word)))

    def assess(self, question: str, candidates: Sequence[Candidate]) -> list[tuple[Candidate, Evidence]]:
        """The most promising candidates by their words, with everything that speaks for them."""
        reader = _Reader(question, candidates, self._stems, self._rarity)
        read = [(candidate, reader.read(candidate)) for candidate in candidates]
        read.sort(key=lambda pair: -_promise(pair[1]))
        finalists = read[: self._finalists]
        if not finalists:
            return []
        asked = self._embedding.embed_query(reader.question)
        said = self._embedding.embed([reader.expanded(candidate.shown) for candidate, _ in finalists])
        return [
            (candidate, replace(evidence, meaning=float(cosine)))
            for (candidate, evidence), cosine in zip(finalists, said @ asked, strict=True)
        ]

    def _stems(self, text: str) -> list[str]:
        """Word by word, because words come back far more often than sentences."""
        return [stem for word in text.split() for stem in self._stems_of_word(word)]


class _Reader:
    """Reads candidates for one question, without a model."""

    def __init__(self, question: str, candidates: Sequence[Candidate], stems: Stems, rarity: Rarity) -> None:
        passages = {id(candidate.hit): candidate.hit.passage for candidate in candidates}
        self._acronyms = definitions(passage.text for passage in passages.values())
        self.question = expanded_question(question, self._acronyms)
        self._stems = stems
        self._terms = QuestionTerms.of(self.question, stems, rarity)
        self._kind = AnswerType.of(question)
        self._headings = {key: self._found(_headings(passage)) for key, passage in passages.items()}
        self._passages = {key: self._found(passage.text) | self._headings[key] for key, passage in passages.items()}

    def expanded(self, text: str) -> str:
        return expanded(text, self._acronyms)

    def read(self, candidate: Candidate) -> Evidence:
        terms, hit = self._terms, candidate.hit
        words = self._stems_written_out(candidate.shown)
        said, passage = terms.found(words), self._passages[id(hit)]
        context = said | self._headings[id(hit)] | self._found(candidate.before)
        spans = self._kind.spans(candidate.shown, self._stems_written_out, terms.weights)
        return Evidence(
            meaning=0.0,
            coverage=terms.coverage(said),
            context_coverage=terms.coverage(context),
            complete=float(context == terms.weights.keys()),
            passage_coverage=terms.coverage(passage),
            adjacency=terms.adjacency(words),
            fused=hit.score,
            dense=hit.dense,
            right_kind=float(bool(spans)),
            nearness=self._nearness(candidate.shown, spans, NEARBY_WORDS),
            touching=self._nearness(candidate.shown, spans, TOUCHING_WORDS),
            pronoun=float(bool(PRONOUN.match(candidate.shown))),
            opening=float(not candidate.before),
            length=math.log(len(words) + 1),
            missing=terms.missing(passage),
            missing_names=terms.missing_names(passage),
        )

    def _nearness(self, text: str, spans: Sequence[tuple[int, int]], reach: int) -> float:
        around = (_surroundings(text, start, end, reach) for start, end in spans)
        return max((self._terms.coverage(self._found(words)) for words in around), default=0.0)

    def _found(self, text: str) -> frozenset[str]:
        return self._terms.found(set(self._stems_written_out(text)))

    def _stems_written_out(self, text: str) -> list[str]:
        return self._stems(self.expanded(text))


def _surroundings(text: str, start: int, end: int, reach: int) -> str:
    """The span with up to `reach` words on either side of it."""
    return " ".join((*text[:start].split()[-reach:], text[start:end], *text[end:].split()[:reach]))


def _headings(passage: Passage) -> str:
    return " ".join((passage.title, *passage.headings))


def _promise(evidence: Evidence) -> float:
    """What is known without the model: the question's words nearby, the passage's rank, the right kind of answer."""
    return (
        evidence.context_coverage
        + 0.3 * evidence.coverage
        + 0.3 * evidence.adjacency
        + evidence.fused
        + 0.2 * evidence.right_kind
    )
