"""What a line of the log belongs to: the request and the answer that are being worked on, and never what they say."""

from contextvars import ContextVar
from dataclasses import dataclass

from bot.observer import Observation, Observations
from bot.surface import Surface


@dataclass(slots=True)
class LogContext:
    """Filled in as it becomes known, by whatever tasks and threads work for one request.

    `trace` holds the headers by which the request says what it is a part of; `question` only what may be logged.
    """

    request_id: str | None = None
    answer_id: str | None = None
    question: str | None = None
    trace: tuple[tuple[str, str], ...] = ()


NOTHING = LogContext()
_current: ContextVar[LogContext | None] = ContextVar("log_context", default=None)


def log_context() -> LogContext:
    """That of the task or thread that calls; to be read only, as others may have it, too."""
    return _current.get() or NOTHING


def begin_log_context(context: LogContext) -> None:
    """From here on everything that this task does, and begins, belongs to it."""
    _current.set(context)


class NotedQuestions:
    """An observer: lines of the log name the answer that they belong to, and its question only if it `tells`."""

    def __init__(self, *, tells: bool) -> None:
        self._tells = tells

    def asked(self, _surface: Surface, answer_id: str, question: str) -> Observation:
        if _current.get() is None:
            begin_log_context(LogContext())  # not over HTTP
        context = log_context()
        context.answer_id = answer_id
        if self._tells:
            context.question = question
        return Observations()
