"""Waiting at a terminal until the app is done: its status is shown meanwhile, and it can be stopped."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from rich.console import Console
from rich.status import Status

from fakeslack.activity import Activity
from fakeslack.lines import Lines
from fakeslack.preview.entries import Entries
from fakeslack.preview.terminal_words import label_text
from fakeslack.stop_signal import stop_signal

STOP = "/stop"
STATUS_S = 0.2


class Watching:
    """`stop` presses the stop button.

    A person does that with Ctrl-C. A program does it with `/stop` as its next line, which is carried out as soon as
    the app shows that it is at work.
    """

    def __init__(self, activity: Activity, lines: Lines, out: Console, stop: Callable[[], Awaitable[object]]) -> None:
        self._activity = activity
        self._lines = lines
        self._out = out
        self._stop = stop

    async def settled(self, before: int, first_s: float) -> bool:
        """As Activity has it, unless the app is stopped before."""
        async with self._status_line():
            settled = asyncio.ensure_future(self._activity.settled(before, first_s))
            with stop_signal(self._out.is_terminal) as signal:
                stop = asyncio.ensure_future(self._stop_wanted(signal))
                await asyncio.wait({settled, stop}, return_when=asyncio.FIRST_COMPLETED)
            is_stopped = stop.done() and not settled.done()
            if not is_stopped:
                await _given_up(stop)
                return await settled
            await _given_up(settled)
        return await self._stopped()

    async def _stopped(self) -> bool:
        if not self._out.is_terminal:
            await self._lines.next()  # the `/stop` that has been seen coming
        before = self._activity.trace()
        await self._stop()
        return await self._activity.settled(before, self._activity.patience.press_s)

    async def _stop_wanted(self, signal: asyncio.Event) -> None:
        if not self._out.is_terminal and await self._next_is_stop():
            await self._activity.begun()
        else:
            await signal.wait()

    async def _next_is_stop(self) -> bool:
        try:
            return (await asyncio.shield(self._lines.ahead())).strip() == STOP
        except EOFError:
            return False

    @asynccontextmanager
    async def _status_line(self) -> AsyncIterator[None]:
        """Where somebody watches, they see what the app says that it is doing."""
        if not self._out.is_terminal:
            yield
            return
        with self._out.status("") as status:
            showing = asyncio.ensure_future(self._show(status))
            try:
                yield
            finally:
                await _given_up(showing)

    async def _show(self, status: Status) -> None:
        while True:
            status.update(label_text(Entries.status(self._activity.status) if self._activity.status else ""))
            await asyncio.sleep(STATUS_S)


async def _given_up(task: "asyncio.Future[Any]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
