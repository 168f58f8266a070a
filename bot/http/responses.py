"""Responses whose bytes are ours: JSON that survives any document's text."""

from typing import Any

from starlette.responses import Response

from bot.answer_json import json_text


class Json(Response):
    """A value as JSON; letters stay readable."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return json_text(content).encode("utf-8")


class ProblemResponse(Json):
    """Problem details, RFC 9457."""

    media_type = "application/problem+json"
