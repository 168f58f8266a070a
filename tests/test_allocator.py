"""The allocator of a process: how many heaps its threads make, and what it gives back."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.allocator import FreeMemory, give_back_free_memory
from bot.look import Look
from index.sync import Report

HEAPS = """
import ctypes, io, sys, threading
from bot.allocator import use_few_arenas
if sys.argv[1] == "few":
    use_few_arenas()
together = threading.Barrier(8)
def allocate():
    together.wait()
    kept = [bytearray(5000) for _ in range(100)]
    together.wait()
threads = [threading.Thread(target=allocate) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
libc = ctypes.CDLL(None)
libc.malloc_info.argtypes = [ctypes.c_int, ctypes.c_void_p]
libc.fdopen.restype = ctypes.c_void_p
libc.fclose.argtypes = [ctypes.c_void_p]
out = libc.fdopen(1, b"w")
libc.malloc_info(0, out)
libc.fclose(out)
"""


def heaps(how: str) -> int:
    done = subprocess.run([sys.executable, "-c", HEAPS, how], capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.count("<heap nr=")


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc gives threads heaps of their own")
def test_many_threads_share_few_heaps() -> None:
    """Without it each of them has its own."""
    assert heaps("few") <= 2 < heaps("many")


@pytest.mark.skipif(sys.platform != "linux", reason="only there resident memory can be read, and is glibc's")
def test_what_lies_free_between_what_is_used_is_given_back() -> None:
    """It stays resident otherwise, however long nobody needs it."""
    kept = [bytearray(5000) for _ in range(20_000)]
    del kept[:-1:2], kept[:-1:2], kept[:-1:2]  # small pieces remain in between
    before = resident_pages()
    give_back_free_memory()
    assert before - resident_pages() > 5_000


def resident_pages() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])


def test_free_memory_is_given_back_after_changes_once_a_minute() -> None:
    """Most looks at a folder find nothing new; a busy one has many changes a second."""
    given: list[float] = []
    times = [0.0]
    memory = FreeMemory(lambda: given.append(times[-1]), lambda: times[-1])
    for at, news in ((1.0, False), (2.0, True), (3.0, True), (61.0, True), (62.0, True), (200.0, False)):
        times.append(at)
        memory.watch(Look(Report(0, 0, 0, 0, 0, ()), 0.1, news))
    assert given == [2.0, 62.0]
