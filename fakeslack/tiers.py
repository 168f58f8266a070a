"""How often each method may be called: Slack's rate tiers."""

import math
from collections import deque

from fakeslack.clock import Clock

TIER_1, TIER_2, TIER_3, TIER_4 = 1, 20, 50, 100  # calls a minute
CONNECTIONS = 10  # tier 1 on paper; reconnecting a few times in a row is let through
HUNDREDS = 600  # what Slack calls special
EACH_CHANNEL = 60  # posts: one a second, in bursts
WINDOW_S = 60.0


class Tiers:
    """Counts calls by method and workspace; refused calls do not count."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._calls: dict[tuple[str, str], deque[float]] = {}
        self._limits: dict[str, int] = {}

    def limit(self, method: str, per_minute: int) -> None:
        """Another limit than the method's own."""
        self._limits[method] = per_minute

    def admit(self, method: str, whose: str, per_minute: int) -> int:
        """Count a call and return 0; or the whole seconds to wait, at least one, if there have been too many."""
        now = self._clock.now()
        calls = self._calls.setdefault((method, whose), deque())
        while calls and calls[0] <= now - WINDOW_S:
            calls.popleft()
        if len(calls) >= self._limits.get(method, per_minute):
            return max(1, math.ceil(calls[0] + WINDOW_S - now)) if calls else int(WINDOW_S)
        calls.append(now)
        return 0
