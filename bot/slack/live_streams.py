"""How many answers are being written at the moment: all of a workspace share what Slack allows it."""

from collections import Counter


class LiveStreams:
    """For one event loop. Whoever enters has to leave."""

    def __init__(self) -> None:
        self._count: Counter[str] = Counter()

    def enter(self, team: str) -> None:
        self._count[team] += 1

    def leave(self, team: str) -> None:
        self._count[team] -= 1
        if self._count[team] <= 0:
            del self._count[team]

    def count(self, team: str) -> int:
        return self._count[team]
