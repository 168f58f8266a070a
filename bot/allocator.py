"""The memory allocator of a process with many threads: glibc's. With any other, nothing here does anything."""

import ctypes
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.look import Look

M_ARENA_MAX = -8  # as in glibc's malloc.h
ARENAS = 2
PAUSE_S = 60.0


def use_few_arenas() -> None:
    """Have threads share their heaps; to be called before there are any.

    glibc gives threads heaps of their own, up to eight a core. Work wanders between threads, and each heap keeps room
    for the most that was ever needed in it: the resident memory of a busy server grows for hours, though what it uses
    does not.
    """
    mallopt = getattr(_library(), "mallopt", None)
    if mallopt is not None:
        mallopt(M_ARENA_MAX, ARENAS)


def give_back_free_memory() -> None:
    """Return what lies free between what is used to the system; a few milliseconds."""
    trim = getattr(_library(), "malloc_trim", None)
    if trim is not None:
        trim(0)


class FreeMemory:
    """Given back after changes of the index, which scatter what is used, and not more often than each minute."""

    def __init__(
        self, give_back: Callable[[], None] = give_back_free_memory, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._give_back = give_back
        self._clock = clock
        self._due = clock()

    def watch(self, look: "Look") -> None:
        """To be told of each look at the folder."""
        if look.news and self._clock() >= self._due:
            self._give_back()
            self._due = self._clock() + PAUSE_S


def _library() -> ctypes.CDLL | None:
    return ctypes.CDLL(None) if sys.platform == "linux" else None
