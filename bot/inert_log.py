"""The log of a server: what others have written steers no terminal, and begins no line of it."""

import logging
from textwrap import indent
from types import TracebackType

from bot.inert import inert, inert_line
from bot.log_stack import stack_text

FORMAT = "%(asctime)s %(levelname)s %(message)s"
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class InertFormatter(logging.Formatter):
    """One line a record; the lines of its stack, if it has one, are indented.

    What errors of others say is told only if it `tells`: it may be what people ask.
    """

    def __init__(self, format: str = FORMAT, *, tells: bool = False) -> None:
        super().__init__(format)
        self._tells = tells

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        return inert_line(super().formatMessage(record))

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802 - as above
        return indent(inert(stack_text(ei[1], tells=self._tells)), "  ") if ei[1] else ""
