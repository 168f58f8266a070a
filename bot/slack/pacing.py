"""Calls no more often than Slack accepts them, so that nobody's answer waits for somebody else's punishment."""

import asyncio
import time
from bisect import insort
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from bot.slack.errors import SlackBusy
from bot.slack.methods import METHODS, Method

# Calls of these in one channel are spaced: at most so many in so many seconds. Slack wants one a second, and allows
# short bursts; an answer of several messages is one.
IN_A_CHANNEL: Mapping[str, tuple[int, float]] = {"chat.postMessage": (3, 3.0)}
MINUTE_S = 60.0
MANY = 2_000  # windows; beyond this, those that hold nothing back are forgotten

Key = tuple[str, ...]


@dataclass(slots=True, eq=False)
class _Window:
    """At most `calls` in any `seconds`. `taken` are the moments of calls, those promised for later included."""

    calls: int
    seconds: float
    taken: list[float] = field(default_factory=list)
    closed_until: float = float("-inf")

    def free_at(self, now: float) -> float:
        self.taken = [moment for moment in self.taken if moment > now - self.seconds]
        full = len(self.taken) >= self.calls
        return max(now, self.closed_until, self.taken[-self.calls] + self.seconds if full else now)


class Pacing:
    """Keeps the tier of each method in each workspace; for one event loop.

    Whoever waits holds a place in the order of asking. What Slack itself says through `hold` counts as well.
    """

    def __init__(
        self,
        methods: Mapping[str, Method] = METHODS,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._methods = methods
        self._clock = clock
        self._sleep = sleep
        self._windows: dict[Key, _Window] = {}

    async def turn(self, team: str, method: str, channel: str | None = None, patience_s: float = 0.0) -> None:
        """Returns when the call may be made, and counts it. Raises SlackBusy if that takes longer than patience."""
        windows = self._of(team, method, channel)
        until = self._clock() + patience_s
        while not await self._taken(method, windows, until):
            pass  # Slack has asked for a longer pause meanwhile

    def hold(self, team: str, method: str, channel: str | None, seconds: float) -> None:
        """Slack wants no such call for so long: in the channel where calls are spaced there, else in the workspace."""
        window = self._of(team, method, channel)[-1]
        window.closed_until = max(window.closed_until, self._clock() + seconds)

    async def _taken(self, method: str, windows: list[_Window], until: float) -> bool:
        now = self._clock()
        moment = max(window.free_at(now) for window in windows)
        if moment > max(now, until):  # who need not wait needs no patience
            raise SlackBusy(method, moment - now)
        for window in windows:
            insort(window.taken, moment)
        kept = False
        try:
            if moment > now:
                await self._sleep(moment - now)
            kept = all(window.closed_until <= self._clock() for window in windows)
        finally:
            if not kept:
                _give_back(windows, moment)
        return kept

    def _of(self, team: str, method: str, channel: str | None) -> list[_Window]:
        self._forget()
        windows = [self._window((team, method), self._methods[method].per_minute, MINUTE_S)]
        if channel and method in IN_A_CHANNEL:
            windows.append(self._window((team, method, channel), *IN_A_CHANNEL[method]))
        return windows

    def _window(self, key: Key, calls: int, seconds: float) -> _Window:
        return self._windows.setdefault(key, _Window(calls, seconds))

    def _forget(self) -> None:
        if len(self._windows) > MANY:
            now = self._clock()
            held = {key: window for key, window in self._windows.items() if window.free_at(now) > now or window.taken}
            self._windows = held


def _give_back(windows: list[_Window], moment: float) -> None:
    for window in windows:
        if moment in window.taken:
            window.taken.remove(moment)
