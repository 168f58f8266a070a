"""How long to wait before trying again."""

import random
from collections.abc import Iterator

FIRST_S, LONGEST_S = 0.5, 8.0


def pauses(first_s: float = FIRST_S, longest_s: float = LONGEST_S) -> Iterator[float]:
    """Ever longer, without an end, and never the same for two callers that failed at once."""
    pause = first_s
    while True:
        yield pause * random.uniform(0.75, 1.25)  # noqa: S311 - spreads callers, keeps no secret
        pause = min(2 * pause, longest_s)
