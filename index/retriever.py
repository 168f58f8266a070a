"""The retriever: from a question to ranked passages, by meaning and by keywords."""

import heapq
import os
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from index.area import Area
from index.areas import Areas
from index.catalog import Catalog
from index.document import Passage
from index.embedding import Embedding
from index.fusion import fuse, weighted_mean
from index.selection import Restriction
from index.vectors import VectorIndex

Vector = NDArray[np.float32]
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
        self._areas = Areas(catalog, vectors, embedding.identity)
        self._aside = ThreadPoolExecutor(os.cpu_count(), "neighbours")  # its threads end with this object

    def retrieve(
        self,
        question: str,
        limit: int = 10,
        beside: Sequence[tuple[str, float]] = (),
        restriction: Restriction | None = None,
    ) -> list[Hit]:
        """The best passages, best first; equal ones by document and place. Any text is a question.

        `beside` are further texts to search for, such as the question with words of its conversation, each with what
        its ranking weighs: the question's weighs 1. A hit's score is the weighted mean; the rest is the question's.

        With a `restriction` everything is as if the documents that it does not allow were not in the index.
        """
        texts, weights = [question, *(text for text, _ in beside)], [1.0, *(weight for _, weight in beside)]
        depth = max(limit, CANDIDATES)
        # Model, Chroma and SQLite all leave Python while they work: beside each other they take 0.6 of the time.
        with self._catalog.snapshot():
            area = self._areas.of(restriction)
            neighbours = self._aside.map(self._nearest, texts, repeat(depth), repeat(area))
            keyword = [dict(area.keyword_search(text, depth)) for text in texts]
            asked, nearest = zip(*neighbours, strict=True)
            located = [_located(*found, limit, area) for found in zip(nearest, keyword, strict=True)]
            dense = self._compared(asked, located, keyword)
            scores = weighted_mean(map(fuse, dense, keyword, repeat(self._dense_weight)), weights)
            best = heapq.nlargest(limit, scores, key=lambda number: (scores[number], -number))
            passages = self._catalog.passages(best)
        hits = [
            Hit(passage, scores[number], dense[0].get(number, 0.0), keyword[0].get(number, 0.0))
            for number, passage in passages.items()
        ]
        return sorted(hits, key=_rank)

    def _nearest(self, text: str, limit: int, area: Area) -> tuple[Vector, list[tuple[str, float]]]:
        """The text's vector and the texts nearest to it; an empty one and none without `vectors`."""
        if self._vectors is None:
            return np.empty(0, np.float32), []
        asked = self._embedding.embed_query(text)
        return asked, area.nearest(asked, limit)

    def _compared(
        self, asked: Iterable[Vector], dense: Sequence[dict[int, float]], keyword: Iterable[Collection[int]]
    ) -> Sequence[dict[int, float]]:
        """`dense` with the cosines of what other rankings alone have found: far away, but how far is known exactly."""
        if self._vectors is None:
            return dense
        found = set[int]().union(*dense, *keyword)
        missing = [number for number in found if not all(number in known for known in dense)]
        stored = self._catalog.passage_vectors(self._embedding.identity, missing)
        return [
            {number: float(vector @ text) for number, vector in stored.items()} | known
            for text, known in zip(asked, dense, strict=True)
        ]


def _located(
    nearest: Sequence[tuple[str, float]], keyword: Collection[int], copies: int, area: Area
) -> dict[int, float]:
    """Cosines by passage number. A text may stand in thousands of documents: only `copies` of it count.

    And all that were found by keywords, too: there the cosine must not be missing.
    """
    places = area.passages_of(text for text, _ in nearest)
    return {
        number: cosine
        for text, cosine in nearest
        for order, number in enumerate(places.get(text, ()))
        if order < copies or number in keyword
    }


def _rank(hit: Hit) -> tuple[float, str, int]:
    return -hit.score, hit.passage.document, hit.passage.start
