"""The memory allocator of a process with many threads."""

import ctypes

M_ARENA_MAX = -8  # as in glibc's malloc.h
ARENAS = 2


def use_few_arenas() -> None:
    """Have threads share their heaps; to be called before there are any.

    glibc gives threads heaps of their own, up to eight a core. Work wanders between threads, and each heap keeps room
    for the most that was ever needed in it: the memory of a busy server grows for a long time. Elsewhere than on glibc
    this does nothing.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_ARENA_MAX, ARENAS)
