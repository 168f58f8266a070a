"""The log of a server for programs that collect it: a JSON object a line."""

import logging
from datetime import UTC, datetime
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from bot.inert import inert_json
from bot.inert_log import ExcInfo
from bot.log_context import log_context
from bot.log_stack import stack_text


class JsonLines(JsonFormatter):
    """`time`, `level`, `logger`, `message`; where they are known `request_id`, `answer_id`, `error` and `request`."""

    def __init__(self, *, tells: bool) -> None:
        super().__init__(json_ensure_ascii=False)
        self._tells = tells

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802 - the library's name
        return stack_text(ei[1], tells=self._tells) if ei[1] else ""

    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        """Only ours: libraries add to their records what they like."""
        context = log_context()
        fields = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.message,
            "request_id": context.request_id,
            "answer_id": context.answer_id,
            "error": message_dict.get("exc_info"),
            "request": getattr(record, "request", None),
        }
        log_data.update((name, value) for name, value in fields.items() if value is not None)

    def format(self, record: logging.LogRecord) -> str:
        return inert_json(super().format(record))
