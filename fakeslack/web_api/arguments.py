"""The arguments of a call, whichever way they came."""

import json
from base64 import b64decode
from typing import Any

from aiohttp import web

from fakeslack.web_api.method import Method
from fakeslack.web_api.refusal import Refusal, invalid_arguments
from fakeslack.workspace import Json

OBJECTS = {"error", "metadata", "unfurls", "view"}
LISTS = {"attachments", "blocks", "chunks", "files", "loading_messages", "prompts", "user_auth_blocks"}
TRUTHS = {
    *("as_user", "full", "include_all_metadata", "include_locale", "include_num_members", "inclusive", "link_names"),
    *("mrkdwn", "reply_broadcast", "return_im", "test", "unfurl_links", "unfurl_media", "user_auth_required"),
}
NUMBERS = {"count", "length", "limit", "page"}
WRITTEN = {"0": False, "false": False, "1": True, "true": True}


async def given(request: web.Request) -> Json:
    """What the query and the body say, the body counting more. Raises Refusal for a body that is no object."""
    return {**request.query, **_client(request), **await _body(request)}


async def _body(request: web.Request) -> Json:
    if request.content_type == "application/json":
        return _parsed(await request.read())
    if request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return dict(await request.post())
    return {}


def _parsed(body: bytes) -> Json:
    if not body:
        return {}
    try:
        value = json.loads(body)
    except ValueError as no_json:
        raise Refusal("invalid_json") from no_json
    if not isinstance(value, dict):
        raise Refusal("json_not_object")
    return {name: part for name, part in value.items() if part is not None}


def _client(request: web.Request) -> Json:
    """An app's id and secret, as oauth.v2.access gets them."""
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Basic":
        return {}
    try:
        name, _, secret = b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        return {}
    return {"client_id": name, "client_secret": secret}


def bearer(request: web.Request) -> str:
    """The token in the header; "" if there is none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme == "Bearer" else ""


def checked(method: Method, arguments: Json, strict: bool) -> Json:
    """Arguments by name and kind. Raises Refusal for one that is missing, unknown (if strict) or of another kind."""
    known = {name: value for name, value in arguments.items() if name in method.known}
    wrong = [f"unknown argument: {name}" for name in arguments if name not in known and strict]
    wrong += [f"missing required field: {name}" for name in method.required.split() if name not in known]
    read = {name: _read(name, value) for name, value in known.items()}
    wrong += [f"{name} is of the wrong kind" for name, value in read.items() if not _fits(name, value)]
    if wrong:
        raise invalid_arguments(*wrong)
    return read


def _read(name: str, value: Any) -> Any:
    """What is written as text in queries and forms, and (JSON within JSON) may be."""
    if not isinstance(value, str):
        return value
    if name in TRUTHS:
        return WRITTEN.get(value.lower(), value)
    if name in NUMBERS:
        return int(value) if value.isdigit() else value
    return _json(value) if name in OBJECTS | LISTS else value


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _fits(name: str, value: Any) -> bool:
    if name in TRUTHS:
        return isinstance(value, bool | int)
    if name in NUMBERS:
        return isinstance(value, int)
    if name in LISTS:
        return isinstance(value, list)
    return isinstance(value, dict if name in OBJECTS else str)
