"""Lines that a person types or a program sends, of which the next may be read before its turn."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress


class Lines:
    """`ask_line` raises EOFError when there are no more."""

    def __init__(self, ask_line: Callable[[], Awaitable[str]]) -> None:
        self._ask_line = ask_line
        self._ahead: asyncio.Task[str] | None = None

    async def next(self) -> str:
        """The next line without the blanks around it. Raises EOFError."""
        line = await self.ahead()
        self._ahead = None
        return line.strip()

    def ahead(self) -> "asyncio.Task[str]":
        """Begins to read the next line, which stays the next one."""
        if self._ahead is None:
            self._ahead = asyncio.ensure_future(self._read())
        return self._ahead

    async def close(self) -> None:
        """Gives up a line that nobody will ask for."""
        if self._ahead is not None:
            self._ahead.cancel()
            await asyncio.gather(self._ahead, return_exceptions=True)

    async def _read(self) -> str:
        return await self._ask_line()


async def line_from(read_line: Callable[[], str]) -> str:
    """What `read_line` returns or raises; it may block, and is left behind if nobody waits for it any longer.

    A thread of the loop's own pool would keep the program from ending until the line is finished.
    """
    loop = asyncio.get_running_loop()
    line: asyncio.Future[str] = loop.create_future()

    def finish(read: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(lambda: None if line.done() else read())

    def read() -> None:
        try:
            text = read_line()
            finish(lambda: line.set_result(text))
        except Exception as error:  # noqa: BLE001 - whatever it is, whoever waits gets it
            raised = error
            finish(lambda: line.set_exception(raised))

    threading.Thread(target=read, daemon=True).start()
    return await line
