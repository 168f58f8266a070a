"""In which order the targets of an epoch are learnt, and which of them together."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from training.targets import Target

BUCKET = 2048  # windows that are sorted by length together: large enough to waste little, small enough to mix


@dataclass(frozen=True, slots=True)
class Plan:
    """`tokens` bounds a batch, padding included. `nulls` is how many windows without an answer an epoch sees for each
    window with one, drawn anew every epoch. The order follows from `seed` and the epoch alone, so that a run can go on
    where it stopped.
    """

    tokens: int
    nulls: float
    seed: int

    def epoch(self, number: int, targets: Sequence[Target]) -> list[list[Target]]:
        draw = random.Random(f"{self.seed}/{number}")
        chosen = self._chosen(draw, targets)
        batches = [
            batch
            for start in range(0, len(chosen), BUCKET)
            for batch in _by_length(chosen[start : start + BUCKET], self.tokens)
        ]
        draw.shuffle(batches)
        return batches

    def _chosen(self, draw: random.Random, targets: Sequence[Target]) -> list[Target]:
        answered = [target for target in targets if not target.is_null]
        nulls = [target for target in targets if target.is_null]
        wanted = min(round(self.nulls * len(answered)), len(nulls))
        chosen = answered + draw.sample(nulls, wanted)
        draw.shuffle(chosen)
        return chosen


def _by_length(targets: Sequence[Target], tokens: int) -> list[list[Target]]:
    ordered = sorted(targets, key=lambda target: len(target.window.ids))
    cuts, start = [0], 0
    for place, target in enumerate(ordered):
        if place > start and (place - start + 1) * len(target.window.ids) > tokens:
            cuts.append(place)
            start = place
    return [ordered[a:b] for a, b in pairwise([*cuts, len(ordered)]) if a < b]
