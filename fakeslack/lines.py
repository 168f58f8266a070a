"""Lines that a person types or a program sends, of which the next may be read before its turn."""

import asyncio
from collections.abc import Awaitable, Callable


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
