"""Brings the vector store up to the catalog: what the outbox names, or all of it into a new generation."""

from collections.abc import Iterator

import numpy as np

from index.catalog import Catalog
from index.errors import VectorsDamaged
from index.outbox import Pending
from index.progress import Listener, Progress, unheard
from index.vectors import ChromaVectors

_BATCH = 2000
_SAMPLE = 64
_ALL = 2**31


class Projection:
    """Makes the vectors in Chroma equal to the catalog's embeddings of `model` that are in use.

    Every step may be repeated: a crash anywhere leaves work in the catalog's outbox, or a store that does not
    pass the next look at it and is made anew from the catalog. Nothing is ever embedded here.
    """

    def __init__(self, catalog: Catalog, vectors: ChromaVectors, model: str) -> None:
        self._catalog = catalog
        self._vectors = vectors
        self._model = model

    def run(self, listener: Listener = unheard) -> None:
        """Bring the store up to the catalog, renewing it if need be; Chroma is opened only if it has to be.

        Raises VectorsDamaged when even a new store cannot be written.
        """
        if self._is_at_rest():
            return
        try:
            if self._is_open_or_opens():
                self._drain()
                if not self._vectors.is_wasteful():
                    return
            else:
                self._vectors.abandon()
        except VectorsDamaged:
            self._vectors.abandon()
        self._renew(listener)

    def suspend(self) -> None:
        """Find nothing until `run` has made a store of the present model."""
        self._vectors.abandon()

    def close(self) -> None:
        """Leave the store so that it is known to be sound; harmless if it was never opened."""
        self._vectors.close(self._catalog.change)

    def _is_at_rest(self) -> bool:
        """A process that answers no questions leaves a store alone that is closed and needs nothing."""
        return (
            not self._vectors.serving
            and not self._vectors.available
            and not self._catalog.pending_projection(1)
            and self._vectors.is_at_rest(self._model, self._catalog.change)
        )

    def _is_open_or_opens(self) -> bool:
        return self._vectors.is_intact() if self._vectors.available else self._opens()

    def _opens(self) -> bool:
        """Whether there is a sound store that differs from the catalog in nothing but what is pending."""
        pending = {each.embedding_id for each in self._catalog.pending_projection(_ALL)}
        ids, matrix = self._catalog.vectors(self._model)
        settled = [row for row, id in enumerate(ids) if id not in pending]
        sample = matrix[settled[:: len(settled) // _SAMPLE + 1]]
        return self._vectors.attach(self._model, sample) and set(ids) ^ set(self._vectors.ids()) <= pending

    def _drain(self) -> None:
        for batch in self._batches():
            self._tell(batch)

    def _renew(self, listener: Listener) -> None:
        """Into a new generation; an old one that is still open is searched until the new one is complete."""
        total = len(self._catalog.embeddings_in_use(self._model))
        self._vectors.begin(self._model)
        self._catalog.reproject_all()
        done = 0
        for batch in self._batches():
            self._tell(batch)
            done += len(batch)
            listener(Progress("rebuilding the vectors", min(done, total), total))
        self._vectors.switch()

    def _batches(self) -> Iterator[list[Pending]]:
        while batch := self._catalog.pending_projection(_BATCH):
            yield batch

    def _tell(self, batch: list[Pending]) -> None:
        deleted = [each.embedding_id for each in batch if each.vector is None]
        added = {each.embedding_id: each.vector for each in batch if each.vector is not None}
        if deleted:
            self._vectors.delete(deleted)
        if added:
            self._vectors.add(list(added), np.stack(list(added.values())))
        self._catalog.mark_projected(batch)
