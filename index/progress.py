"""How far a sync is, as told to whoever waits for it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` units of the work that `doing` names in words."""

    doing: str
    done: int
    total: int

    @property
    def percent(self) -> int:
        """Rounded down, so that 100 means finished."""
        return 100 * self.done // self.total if self.total else 100


Listener = Callable[[Progress], None]


def unheard(_: Progress) -> None:
    """The listener of those who do not listen."""
