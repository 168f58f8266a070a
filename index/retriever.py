"""The retriever: from a question to ranked passages, by meaning and by keywords."""

import heapq
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.catalog import Catalog
from index.document import Passage
from index.embedding import Embedding
from index.fusion import fuse
from index.vectors import VectorIndex

CANDIDATES = 100  # of each ranking


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found. `score` ranks, from 0 to 1; `dense` is its cosine and `keyword` its BM25.

    `keyword` is 0 where keywords did not find it among the best; `dense` where there are no vectors.
    """

    passage: Passage
    score: float
    dense: float
    keyword: float


class Retriever:
    """Ranks passages for a question; without `vectors` by keywords only. Usable from any thread.

    Everything found is joined with the catalog, so what has been superseded cannot appear. An error of
    `vectors` is the caller's: a Retriever without them still answers.
    """

    def __init__(
        self, catalog: Catalog, vectors: VectorIndex | None, embedding: Embedding, dense_weight: float = 0.6
    ) -> None:
        self._catalog = catalog
        self._vectors = vectors
        self._embedding = embedding
        self._dense_weight = dense_weight if vectors is not None else 0.0

    def retrieve(self, question: str, limit: int = 10) -> list[Hit]:
        """The best passages, best first; equal ones by document and place. Any text is a question."""
        depth = max(limit, CANDIDATES)
        # Model, Chroma and SQLite all leave Python while they work: beside each other they take 0.6 of the time.
        with ThreadPoolExecutor(1, "neighbours") as beside, self._catalog.snapshot():
            neighbours = beside.submit(self._nearest, question, depth)
            keyword = dict(self._catalog.keyword_search(question, depth))
            asked, nearest = neighbours.result()
            dense = self._located(nearest, keyword, limit)
            dense |= self._cosines(asked, keyword.keys() - dense.keys())
            scores = fuse(dense, keyword, self._dense_weight)
            best = heapq.nlargest(limit, scores, key=lambda number: (scores[number], -number))
            passages = self._catalog.passages(best)
        hits = [
            Hit(passage, scores[number], dense.get(number, 0.0), keyword.get(number, 0.0))
            for number, passage in passages.items()
        ]
        return sorted(hits, key=_rank)

    def _nearest(self, question: str, limit: int) -> tuple[NDArray[np.float32] | None, list[tuple[str, float]]]:
        """The question's vector and the texts nearest to it; None and none without `vectors`."""
        if self._vectors is None:
            return None, []
        asked = self._embedding.embed_query(question)
        return asked, self._vectors.search(asked, limit)

    def _cosines(self, asked: NDArray[np.float32] | None, numbers: Collection[int]) -> dict[int, float]:
        """Of passages that keywords alone have found: far from the nearest, but how far is known exactly."""
        if asked is None:
            return {}
        stored = self._catalog.passage_vectors(self._embedding.identity, numbers)
        return {number: float(vector @ asked) for number, vector in stored.items()}

    def _located(self, nearest: Sequence[tuple[str, float]], keyword: Collection[int], copies: int) -> dict[int, float]:
        """Cosines by passage number. A text may stand in thousands of documents: only `copies` of it count.

        And all that were found by keywords, too: there the cosine must not be missing.
        """
        places = self._catalog.passages_of(text for text, _ in nearest)
        return {
            number: cosine
            for text, cosine in nearest
            for order, number in enumerate(places.get(text, ()))
            if order < copies or number in keyword
        }


def _rank(hit: Hit) -> tuple[float, str, int]:
    return -hit.score, hit.passage.document, hit.passage.start
