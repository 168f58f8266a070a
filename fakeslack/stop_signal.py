"""Ctrl-C as a wish to stop what the app does, not as the end of everything."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def stop_signal(typed: bool) -> Iterator[asyncio.Event]:
    """The event is set when somebody who types presses Ctrl-C within the block; nobody else's Ctrl-C is caught."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    before = signal.getsignal(signal.SIGINT)
    caught = typed and _catch(loop, stop)
    try:
        yield stop
    finally:
        if caught:
            loop.remove_signal_handler(signal.SIGINT)
            signal.signal(signal.SIGINT, before)


def _catch(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> bool:
    try:
        loop.add_signal_handler(signal.SIGINT, stop.set)
    except (NotImplementedError, RuntimeError, ValueError):  # not on this system, or not in this thread
        return False
    return True
