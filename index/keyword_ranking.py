"""BM25 over some of the passages, as if there were no others: the ranking of FTS5, counted anew."""

import math
from collections.abc import Sequence

import numpy as np

from index.keyword_occurrences import Occurrences
from index.selection import Selection

# FTS5's own constants; a word in more than half of the passages is worth next to nothing, but not less.
K1, B = 1.2, 0.75
LEAST_IDF = 1e-6


def keyword_ranking(words: Sequence[Occurrences], selection: Selection, limit: int) -> list[tuple[int, float]]:
    """Numbers of the selected passages in which any of the words stands, with their score, best first."""
    if not len(selection):
        return []
    scores, found = np.zeros(len(selection)), np.zeros(len(selection), np.bool_)
    average = selection.lengths.mean()
    for word in words:
        places, often = word.passages, word.frequencies
        length = B * selection.lengths[places] / average
        scores[places] += _idf(len(selection), len(places)) * (often * (K1 + 1) / (often + K1 * (1 - B + length)))
        found[places] = True
    matching = np.flatnonzero(found)
    best = matching[np.argsort(-scores[matching], kind="stable")[:limit]]
    return list(zip(selection.numbers[best].tolist(), scores[best].tolist(), strict=True))


def _idf(passages: int, holding: int) -> float:
    return max(math.log((passages - holding + 0.5) / (holding + 0.5)), LEAST_IDF)
