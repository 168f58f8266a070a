"""What a failed call of Slack means: whatever its libraries raise, as one of our problems."""

from datetime import UTC, datetime
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.slack.errors import SlackBusy, SlackProblem, SlackRefused, SlackUnreachable
from bot.slack.retry_after import retry_after_s

# What they raise. Timeouts are OSErrors; bodies that are no JSON object, or no text at all, end in the last two.
FAILURES = (SlackApiError, aiohttp.ClientError, OSError, AttributeError, ValueError)
# Before a connection stands nothing can have been carried out.
NEVER_ARRIVED = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
# Slack's own words for having broken down halfway.
HALFWAY = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
BUSY = frozenset({"ratelimited", "rate_limited"})
TOO_MANY, BROKEN = 429, 500


def problem_of(method: str, error: Exception) -> SlackProblem:
    """The problem, whose message quotes nothing of the call or its answer but Slack's word for it."""
    if isinstance(error, SlackApiError):
        return _of_answer(method, error.response)
    return SlackUnreachable(method, type(error).__name__)


def _of_answer(method: str, response: Any) -> SlackProblem:
    """`response` is the SDK's where the body was JSON, the HTTP library's where it was not."""
    status = getattr(response, "status_code", None) or getattr(response, "status", None)
    body = getattr(response, "data", None)
    code = body.get("error") if isinstance(body, dict) else None
    if status == TOO_MANY or code in BUSY:
        return SlackBusy(method, retry_after_s(_header(response, "Retry-After"), datetime.now(UTC)))
    if not isinstance(code, str) or code in HALFWAY or (status or BROKEN) >= BROKEN:
        return SlackUnreachable(method, f"HTTP status {status}" if status != 200 else "no answer of Slack's")
    return SlackRefused(method, code, _text(body, "needed"))


def _header(response: Any, name: str) -> str | None:
    headers = getattr(response, "headers", None) or {}
    return next((value for key, value in headers.items() if key.lower() == name.lower()), None)


def _text(body: Any, name: str) -> str | None:
    value = body.get(name)
    return value if isinstance(value, str) else None
