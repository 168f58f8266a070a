"""Lines of a stream of bytes, read without keeping the event loop, or the end of the process, waiting."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import BinaryIO, Self


class Lines:
    """What `stream` says, line by line, as text: what is no UTF-8 in it is replaced.

    The thread that waits for the next line is a daemon: a client that keeps silent keeps nobody from ending, which an
    ordinary thread, blocked in its reading, would. Iterate over it once.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    @classmethod
    def standard(cls) -> Self:
        """Of standard input, by a stream that is never closed: closing would wait for the thread that is reading."""
        return cls(open(0, "rb", closefd=False))

    async def __aiter__(self) -> AsyncIterator[str]:
        loop = asyncio.get_running_loop()
        while line := await self._next(loop):
            yield line.decode("utf-8", "replace")

    async def _next(self, loop: asyncio.AbstractEventLoop) -> bytes:
        """Empty at the end of the stream."""
        coming: asyncio.Future[bytes] = loop.create_future()

        def read() -> None:
            line = self._stream.readline()
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(_come, coming, line)

        threading.Thread(target=read, name="stdin", daemon=True).start()
        return await coming


def _come(coming: "asyncio.Future[bytes]", line: bytes) -> None:
    if not coming.done():
        coming.set_result(line)
