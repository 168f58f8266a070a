"""Searching by meaning among the texts of some documents: every vector of theirs compared, in memory."""

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

from index.catalog import Catalog

Matrix = NDArray[np.float32]


class SelectedVectors:
    """A VectorIndex over these vectors, of which `ids` names each row, in ascending order."""

    def __init__(self, ids: Sequence[str], matrix: Matrix) -> None:
        self._ids = ids
        self._matrix = matrix

    @classmethod
    def read(cls, catalog: Catalog, model: str, texts: Sequence[str], before: Self | None = None) -> Self:
        """Those of the `texts`, ascending; what `before` has of them, it need not be asked for again."""
        rows = before._rows(texts) if before else {}
        if before and len(rows) == len(texts):
            return cls(texts, before._matrix[list(rows.values())])
        ids, matrix = catalog.text_vectors(model, [text for text in texts if text not in rows])
        if before and rows:
            return cls._merged(list(rows), before._matrix[list(rows.values())], ids, matrix)
        return cls(ids, matrix)

    def __len__(self) -> int:
        return len(self._ids)

    def search(self, vector: Matrix, limit: int) -> list[tuple[str, float]]:
        """Embedding ids with their cosine similarity, best first; equal ones in the order of their ids."""
        if not self._ids:
            return []
        similarities = np.einsum("ij,j->i", self._matrix, vector)  # leaves the other cores alone: see ExactVectors
        best = np.argsort(-similarities, kind="stable")[:limit]
        return [(self._ids[place], float(similarities[place])) for place in best]

    def _rows(self, texts: Sequence[str]) -> dict[str, int]:
        known = {name: row for row, name in enumerate(self._ids)}
        return {text: known[text] for text in texts if text in known}

    @classmethod
    def _merged(cls, ids: Sequence[str], matrix: Matrix, more: Sequence[str], added: Matrix) -> Self:
        if not more:
            return cls(ids, matrix)
        names = [*ids, *more]
        order = sorted(range(len(names)), key=names.__getitem__)
        return cls([names[place] for place in order], np.concatenate((matrix, added))[order])
