"""The areas that questions are searched for in, remembered while the catalog does not change."""

import threading
from dataclasses import dataclass

from index.area import Area, SelectedPassages, WholeIndex
from index.catalog import Catalog
from index.selected_vectors import SelectedVectors
from index.selection import Restriction, Selection
from index.vectors import VectorIndex

# Of one area, and of all that are remembered: 20,000 vectors of 384 numbers are 30 MB.
MOST_VECTORS = 20_000
MOST_VECTORS_REMEMBERED = 60_000
MOST_REMEMBERED = 32


@dataclass(frozen=True, slots=True)
class _Known:
    """An area as of a change of the catalog."""

    change: int
    area: SelectedPassages


class Areas:
    """Makes an area once for each change of the catalog. Usable from any thread."""

    def __init__(self, catalog: Catalog, vectors: VectorIndex | None, model: str) -> None:
        self._catalog = catalog
        self._vectors = vectors
        self._model = model
        self._whole = WholeIndex(catalog, vectors)
        self._lock = threading.Lock()
        self._known: dict[Restriction, _Known] = {}  # the one that was asked for last comes last

    def of(self, restriction: Restriction | None) -> Area:
        """What may be found, to be asked in the snapshot in which this is asked; None means everything."""
        if restriction is None:
            return self._whole
        change = self._catalog.change
        with self._lock:
            known = self._known.pop(restriction, None)
            if known:
                self._known[restriction] = known
        if known is None or known.change != change:
            known = _Known(change, self._made(restriction, known.area.own if known else None))
            self._remember(restriction, known)
        return known.area

    def _made(self, restriction: Restriction, before: SelectedVectors | None) -> SelectedPassages:
        selection = self._catalog.selection(restriction)
        return SelectedPassages(self._catalog, selection, self._own(selection, before), self._vectors)

    def _own(self, selection: Selection, before: SelectedVectors | None) -> SelectedVectors | None:
        if self._vectors is None or len(selection) > MOST_VECTORS:
            return None
        texts = self._catalog.texts_of(selection.numbers.tolist())
        return SelectedVectors.read(self._catalog, self._model, texts, before)

    def _remember(self, restriction: Restriction, known: _Known) -> None:
        """A question that is answered from an older version does not displace a newer one."""
        with self._lock:
            present = self._known.pop(restriction, known)
            self._known[restriction] = max(present, known, key=lambda one: one.change)
            while len(self._known) > 1 and self._is_too_much():
                del self._known[next(iter(self._known))]

    def _is_too_much(self) -> bool:
        vectors = sum(len(known.area.own or ()) for known in self._known.values())
        return len(self._known) > MOST_REMEMBERED or vectors > MOST_VECTORS_REMEMBERED
