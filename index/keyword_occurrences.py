"""Where words stand: what the keyword index knows of them, passage by passage, for those that are selected."""

from dataclasses import dataclass
from functools import cached_property
from sqlite3 import Connection

import numpy as np
from numpy.typing import NDArray

from index.schema import TITLE_WEIGHT
from index.selection import Numbers, Selection

# Every place of every word. It holds nothing of its own, so each connection makes it for itself.
_INSTANCES = "CREATE VIRTUAL TABLE IF NOT EXISTS temp.instances USING fts5vocab (main, keywords, instance)"
_BEHIND = "\U0010ffff"  # no word that begins with another comes behind that one with this


@dataclass(frozen=True)
class Occurrences:
    """The passages that a word stands in, as places in the selection, once for each time that it does.

    `weights` tells titles from text, place by place.
    """

    places: Numbers
    weights: NDArray[np.float64]

    @cached_property
    def passages(self) -> Numbers:
        """Each place once, ascending."""
        return self._counted[0]

    @cached_property
    def frequencies(self) -> NDArray[np.float64]:
        """For each of `passages` how often the word stands there, by weight."""
        return np.bincount(self._counted[1], self.weights, len(self.passages)).astype(np.float64)

    @cached_property
    def _counted(self) -> tuple[Numbers, Numbers]:
        passages, inverse = np.unique(self.places, return_inverse=True)
        return passages, inverse


class OccurrenceReader:
    """Reads within one transaction; what it has read it keeps. Its time grows with all passages of a word."""

    def __init__(self, connection: Connection, selection: Selection) -> None:
        connection.execute(_INSTANCES)
        self._connection = connection
        self._selection = selection
        self._read: dict[str, Occurrences] = {}

    def of_stem(self, stem: str) -> Occurrences:
        if stem not in self._read:
            self._read[stem] = self._between(stem, stem)
        return self._read[stem]

    def of_beginning(self, letters: str) -> Occurrences:
        """Of all stems that begin so."""
        return self._between(letters, letters + _BEHIND)

    def _between(self, first: str, last: str) -> Occurrences:
        """Numbers as one long text each: a row for each of them would take four times as long."""
        row = self._connection.execute(
            """
            SELECT group_concat(CASE col WHEN 'title' THEN doc END), group_concat(CASE col WHEN 'text' THEN doc END)
            FROM temp.instances WHERE term >= ? AND term <= ?
            """,
            (first, last),
        ).fetchone()
        title, text = (np.fromstring(joined or "", np.int64, sep=",") for joined in row)
        return self._selected(title, text)

    def _selected(self, title: Numbers, text: Numbers) -> Occurrences:
        title, text = self._selection.places(title), self._selection.places(text)
        weights = np.repeat([TITLE_WEIGHT, 1.0], [len(title), len(text)])
        return Occurrences(np.concatenate((title, text)), weights)
