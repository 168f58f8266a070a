"""From logits to the answer: the best span, and how much speaks for there being one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.windows import Window

MAX_ANSWER = 30  # tokens


@dataclass(frozen=True, slots=True)
class Reading:
    """The characters `[start, end)` of the passage; `score` is the logarithm of its odds against "no answer"."""

    start: int
    end: int
    score: float


def read(windows: Sequence[Window], logits: Sequence[NDArray[np.float32]]) -> Reading | None:
    """The best span of all windows of one passage; `logits` are `tokens x 2` each, padding allowed.

    None for a passage without tokens. The score compares each window's span with its own null.
    """
    readings = [_read(window, found) for window, found in zip(windows, logits, strict=True) if window.offsets]
    return max(readings, key=lambda reading: reading.score, default=None)


def _read(window: Window, logits: NDArray[np.float32]) -> Reading:
    passage = logits[window.first : window.first + len(window.offsets)]
    sums = passage[:, None, 0] + passage[None, :, 1]
    length = np.arange(len(passage))[None, :] - np.arange(len(passage))[:, None]
    sums = np.where((length >= 0) & (length < MAX_ANSWER), sums, -np.inf)
    first, last = divmod(int(sums.argmax()), len(passage))
    start, end = window.span_of(window.first + first, window.first + last)
    return Reading(start, end, float(sums[first, last] - logits[0].sum()))
