"""A circuit breaker: what fails again and again is left alone for a while, and tried again by itself."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.errors import ModelUnavailable

FAILURES = 3
FIRST_PAUSE_S, LONGEST_PAUSE_S = 10.0, 300.0


class Circuit:
    """Opens after `failures` in a row; from then on one attempt is let through after each pause.

    The pause doubles with every attempt that fails, and the first that succeeds closes the circuit. An attempt
    of which nothing is heard again changes nothing: the next pause ends all the same. For one event loop.
    """

    def __init__(
        self,
        failures: int = FAILURES,
        first_pause_s: float = FIRST_PAUSE_S,
        longest_pause_s: float = LONGEST_PAUSE_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bearable = failures
        self._first_pause_s = first_pause_s
        self._longest_pause_s = longest_pause_s
        self._clock = clock
        self._newest: Attempt | None = None
        self._pause_s = first_pause_s
        self._refusing_until = 0.0
        self._failures = 0

    def check(self) -> None:
        """Raises ModelUnavailable while attempts are refused."""
        if self._failures >= self._bearable and self._clock() < self._refusing_until:
            raise ModelUnavailable("has failed several times in a row and is left alone for a moment")

    def enter(self) -> "Attempt":
        """An attempt, whose outcome is to be told. Raises ModelUnavailable as `check` does."""
        self.check()
        if self._failures >= self._bearable:
            self._refuse()
        self._newest = attempt = Attempt(self)
        return attempt

    def _succeeded(self) -> None:
        self._failures = 0
        self._pause_s = self._first_pause_s

    def _failed(self, attempt: "Attempt") -> None:
        """Attempts from before the circuit opened tell nothing new when they fail."""
        if self._failures < self._bearable:
            self._failures += 1
            if self._failures == self._bearable:
                self._newest = None
                self._refuse()
        elif attempt is self._newest:
            self._pause_s = min(2 * self._pause_s, self._longest_pause_s)
            self._refuse()

    def _refuse(self) -> None:
        self._refusing_until = self._clock() + self._pause_s


@dataclass(slots=True, eq=False)
class Attempt:
    """One call; only the first outcome that is told of it counts."""

    _circuit: Circuit
    _told: bool = False

    def succeeded(self) -> None:
        if not self._told:
            self._told = True
            self._circuit._succeeded()

    def failed(self) -> None:
        if not self._told:
            self._told = True
            self._circuit._failed(self)
