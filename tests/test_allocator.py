"""The allocator of a process: how many heaps its threads make."""

import subprocess
import sys

import pytest

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
