"""How a server logs, as the settings say."""

import logging

from bot.inert_log import InertFormatter
from bot.settings import Settings


def log_handler(settings: Settings) -> logging.Handler:
    """Writes to the standard error stream."""
    handler = logging.StreamHandler()
    handler.setFormatter(_formatter(settings))
    if not settings.log_questions:
        handler.addFilter(without_tasks)
    return handler


def without_tasks(record: logging.LogRecord) -> bool:
    """asyncio shows the tasks and futures that it tells of, and with them the words of their errors."""
    if record.name == "asyncio":
        record.msg, record.args = record.getMessage().partition("\n")[0], None
    return True


def _formatter(settings: Settings) -> logging.Formatter:
    if settings.log_format == "text":
        return InertFormatter(tells=settings.log_questions)
    from bot.json_log import JsonLines

    return JsonLines(tells=settings.log_questions)
