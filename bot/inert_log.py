"""The log of a server: what others have written steers no terminal, and begins no line of it."""

import logging
from textwrap import indent
from types import TracebackType

from bot.inert import inert, inert_line

FORMAT = "%(asctime)s %(levelname)s %(message)s"


class InertFormatter(logging.Formatter):
    """One line a record; the lines of its stack, if it has one, are indented."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        return inert_line(super().formatMessage(record))

    def formatException(  # noqa: N802 - as above
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        return indent(inert(super().formatException(ei)), "  ")


def inert_handler() -> logging.Handler:
    """Writes to the standard error stream."""
    handler = logging.StreamHandler()
    handler.setFormatter(InertFormatter(FORMAT))
    return handler
