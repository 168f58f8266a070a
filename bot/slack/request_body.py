"""What a request from Slack says, however it is written: JSON, a form, or JSON within a form."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

JSON, FORM = "application/json", "application/x-www-form-urlencoded"

_MAX_FIELDS = 100


class Malformed(Exception):
    """The body does not say anything; the message says why."""


def payload_of(content_type: str, body: bytes) -> Mapping[str, Any]:
    """What is said. Raises Malformed, whose words repeat nothing of the body."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == JSON:
        return _object(_text(body))
    if kind != FORM:
        raise Malformed("its content type is neither JSON nor a form")
    fields = _fields(_text(body))
    return _object(fields["payload"]) if "payload" in fields else fields


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("its body is not UTF-8") from None


def _object(text: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise Malformed("its body is not JSON") from None
    if not isinstance(value, dict):
        raise Malformed("its JSON is no object")
    return value


def _fields(text: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MAX_FIELDS)
    except ValueError:
        raise Malformed("its body is no form") from None
    if not pairs:
        raise Malformed("its form is empty")
    return dict(pairs)
