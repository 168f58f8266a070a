"""What a question is searched for in: the whole index, or the passages of some documents alone."""

from collections.abc import Iterable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.catalog import Catalog
from index.selected_vectors import SelectedVectors
from index.selection import Selection
from index.vectors import VectorIndex

Vector = NDArray[np.float32]


class Area(Protocol):
    """What a Retriever asks about the passages that it may find, inside one snapshot of the catalog."""

    def keyword_search(self, question: str, limit: int) -> list[tuple[int, float]]:
        """Passage numbers with their BM25 score, best first."""
        ...

    def nearest(self, vector: Vector, limit: int) -> list[tuple[str, float]]:
        """Embedding ids with their cosine, best first; asked by another thread, beside the snapshot."""
        ...

    def passages_of(self, embedding_ids: Iterable[str]) -> dict[str, list[int]]:
        """The numbers of the passages with these texts, by document and place."""
        ...


class WholeIndex:
    """Every passage there is; without `vectors` nothing is near."""

    def __init__(self, catalog: Catalog, vectors: VectorIndex | None) -> None:
        self._catalog = catalog
        self._vectors = vectors

    def keyword_search(self, question: str, limit: int) -> list[tuple[int, float]]:
        return self._catalog.keyword_search(question, limit)

    def nearest(self, vector: Vector, limit: int) -> list[tuple[str, float]]:
        return self._vectors.search(vector, limit) if self._vectors else []

    def passages_of(self, embedding_ids: Iterable[str]) -> dict[str, list[int]]:
        return self._catalog.passages_of(embedding_ids)


class SelectedPassages:
    """Those of a selection. Nothing that is found, and no score, tells of the others.

    Where the selection's vectors are too many to be kept beside (`own` is None), as many neighbours are asked of
    `vectors` as it takes.
    """

    def __init__(
        self, catalog: Catalog, selection: Selection, own: SelectedVectors | None, vectors: VectorIndex | None
    ) -> None:
        self._catalog = catalog
        self._selection = selection
        self.own = own
        self._vectors = vectors

    def keyword_search(self, question: str, limit: int) -> list[tuple[int, float]]:
        return self._catalog.keyword_search_within(question, limit, self._selection)

    def nearest(self, vector: Vector, limit: int) -> list[tuple[str, float]]:
        if self.own is not None:
            return self.own.search(vector, limit)
        return self._nearest_of_all(self._vectors, vector, limit) if self._vectors else []

    def passages_of(self, embedding_ids: Iterable[str]) -> dict[str, list[int]]:
        places = self._catalog.passages_of(embedding_ids)
        kept = self._selection.kept(number for numbers in places.values() for number in numbers)
        selected = {text: [number for number in numbers if number in kept] for text, numbers in places.items()}
        return {text: numbers for text, numbers in selected.items() if numbers}

    def _nearest_of_all(self, vectors: VectorIndex, vector: Vector, limit: int) -> list[tuple[str, float]]:
        """At first as many as it takes if those selected lie evenly among the others, and some to spare."""
        wanted = limit + limit * self._selection.total // max(1, len(self._selection))
        while True:
            found = vectors.search(vector, wanted)
            kept = self._selected(found)
            if len(kept) >= limit or len(found) < wanted:
                return kept[:limit]
            wanted *= 4

    def _selected(self, found: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
        places = self.passages_of(text for text, _ in found)
        return [(text, cosine) for text, cosine in found if text in places]
