"""How many requests one key or one address may send in a time."""

import math
import time
from array import array
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable

from limits import RateLimitItem, parse_many

REMEMBERED = 10_000  # who asked last; whoever came before begins anew


class RateLimit:
    """Counts requests in moving windows, for every one of `limits`, as in `600/minute; 10000/day`.

    The storage that comes with `limits` looks through all of its keys, a thread at a time, again and again while
    requests come in; with a hundred addresses that costs a whole core. Here a request costs a few microseconds, and
    what is kept is bounded by how many are remembered.
    """

    def __init__(self, limits: str, now: Callable[[], float] = time.monotonic, remembered: int = REMEMBERED) -> None:
        self._limits = parse_many(limits)
        self._now = now
        self._remembered = remembered
        # For each limit when who asked, oldest first.
        self._windows: OrderedDict[str, list[array[float]]] = OrderedDict()

    def wait_s(self, who: str) -> int:
        """0 if `who` may go on, and the request is counted; otherwise whole seconds until they may, uncounted."""
        now, windows = self._now(), self._windows_of(who)
        waits = [_wait_s(limit, window, now) for limit, window in zip(self._limits, windows, strict=True)]
        if any(waits):
            return math.ceil(max(waits))
        for window in windows:
            window.append(now)
        return 0

    def _windows_of(self, who: str) -> "list[array[float]]":
        if who not in self._windows:
            self._windows[who] = [array("d") for _ in self._limits]
            if len(self._windows) > self._remembered:
                self._windows.popitem(last=False)
        self._windows.move_to_end(who)
        return self._windows[who]


def _wait_s(limit: RateLimitItem, window: "array[float]", now: float) -> float:
    """Until the oldest request leaves the full window; what has left it is forgotten."""
    length_s = limit.get_expiry()
    del window[: bisect_right(window, now - length_s)]
    return window[0] + length_s - now if len(window) >= limit.amount else 0
