"""Searching by meaning without Chroma: every vector of the catalog compared, in memory."""

import threading

import numpy as np
from numpy.typing import NDArray

from index.catalog import Catalog


class ExactVectors:
    """A VectorIndex over the embeddings of `model` in the catalog, read once for each change of it.

    Made for a process that answers one question, which Chroma's import alone would keep waiting for seconds.
    Its time and memory grow with the catalog: 20,000 vectors of 384 numbers are 30 MB. Usable from any
    thread.
    """

    def __init__(self, catalog: Catalog, model: str) -> None:
        self._catalog = catalog
        self._model = model
        self._lock = threading.Lock()
        self._change = -1
        self._ids: list[str] = []
        self._matrix = np.empty((0, 0), np.float32)

    def search(self, vector: NDArray[np.float32], limit: int) -> list[tuple[str, float]]:
        """Embedding ids with their cosine similarity, best first; equal ones in the order of their ids."""
        ids, matrix = self._current()
        if not ids:
            return []
        # As fast as `@`, whose own threads would wait here until the model, beside this, leaves every core.
        similarities = np.einsum("ij,j->i", matrix, vector)
        best = np.argsort(-similarities, kind="stable")[:limit]
        return [(ids[place], float(similarities[place])) for place in best]

    def _current(self) -> tuple[list[str], NDArray[np.float32]]:
        with self._lock:
            change = self._catalog.change  # before the vectors: a number too old only costs another reading
            if change != self._change:
                self._ids, self._matrix = self._catalog.vectors(self._model)
                self._change = change
            return self._ids, self._matrix
