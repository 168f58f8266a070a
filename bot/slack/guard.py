"""The door that Slack comes in by over HTTP: only what Slack has signed, and what is well made, reaches Bolt.

Bolt by itself answers malformed requests with a crash, reads bodies of any size, writes those it refuses into the log,
and takes a command that speaks of a "payload" for no command. So the guard reads and checks everything, and hands on
what was said as plain JSON, which nothing below can misread.
"""

import json
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any

from bot.slack.paths import COMMANDS, EVENTS, INSTALL, INTERACTIONS, OAUTH_REDIRECT
from bot.slack.request_body import Malformed, payload_of
from bot.slack.signature import Signature

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

POSTED, VISITED = (EVENTS, COMMANDS, INTERACTIONS), (INSTALL, OAUTH_REDIRECT)
MAX_BODY = 2**20

_NO_RETRY = (b"x-slack-no-retry", b"1")  # the same bytes would be refused again
_SHORT = 1024  # bytes

logger = logging.getLogger(__name__)


class _Refusal(Exception):
    def __init__(self, status: int, words: str, reason: str, *headers: tuple[bytes, bytes]) -> None:
        super().__init__(reason)  # for the log
        self.status = status
        self.words = words
        self.headers = headers


class _Gone(Exception):
    """The client did not wait for an answer."""


class Guard:
    """An ASGI application in front of Bolt's, which only sees POST /slack/events, and GET where people install.

    `installs` says whether people may come to install the app. `now` is in Unix seconds.
    """

    def __init__(self, app: App, signature: Signature, *, installs: bool = False, max_body: int = MAX_BODY) -> None:
        self._app = app
        self._signature = signature
        self._visited = VISITED if installs else ()
        self._max_body = max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Always answers, and never raises anything but what ends the task."""
        if scope["type"] != "http":
            return
        answer = _Answer(send)
        try:
            await self._admit(scope, receive, answer)
        except _Gone:
            pass
        except _Refusal as refusal:
            logger.warning("a request to %s was refused: %s", _shown(scope["path"]), refusal)
            await answer.give(refusal.status, refusal.words, refusal.headers)
        except Exception:
            logger.exception("a request to %s failed", _shown(scope["path"]))
            await answer.give(500, "Something went wrong here.")

    async def _admit(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        self._check_place(scope)
        if scope["method"] == "GET":
            await self._app(_visit(scope), _nothing_to_read, answer.send)
        else:
            await self._take(scope, await self._body(scope, receive), answer)

    def _check_place(self, scope: Scope) -> None:
        path, method = scope["path"], scope["method"]
        if path not in (*POSTED, *self._visited):
            raise _Refusal(404, "There is nothing here.", "nothing is there")
        allowed = "POST" if path in POSTED else "GET"
        if method != allowed:
            words = f"Only {allowed} is understood here."
            raise _Refusal(405, words, f"its method is not {allowed}", (b"allow", allowed.encode()))

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        announced = _header(scope, b"content-length") or b"0"
        if not announced.isdigit() or int(announced) > self._max_body:
            raise self._too_large()
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] != "http.request":
                raise _Gone
            body += message.get("body", b"")
            if len(body) > self._max_body:
                raise self._too_large()
            if not message.get("more_body", False):
                return bytes(body)

    def _too_large(self) -> _Refusal:
        words = f"The body is larger than {self._max_body // 1024:,} KB."
        return _Refusal(413, words, "its body is too large", _NO_RETRY, (b"connection", b"close"))

    async def _take(self, scope: Scope, body: bytes, answer: "_Answer") -> None:
        kind = (_header(scope, b"content-type") or b"").decode("latin-1")
        objection = self._objection(scope, body)
        if objection and not _asks_for_certificate(kind, body):
            raise _Refusal(401, "This is not signed by Slack.", objection)
        try:
            payload = payload_of(kind, body)
        except Malformed as problem:
            raise _Refusal(400, f"This cannot be read: {problem}.", str(problem), _NO_RETRY) from None
        if payload.get("ssl_check") == "1":
            await answer.give(200, "")
        elif payload.get("type") == "url_verification":
            await answer.give(200, str(payload.get("challenge", "")))
        else:
            await self._app(_as_json(scope), _replay(json.dumps(payload).encode()), answer.send)

    def _objection(self, scope: Scope, body: bytes) -> str | None:
        timestamp, signature = _header(scope, b"x-slack-request-timestamp"), _header(scope, b"x-slack-signature")
        return self._signature.objection(timestamp, signature, body)


class _Answer:
    """What is sent back: one answer only, whoever gives it."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._begun = False

    async def send(self, message: Message) -> None:
        self._begun = True
        await self._send(message)

    async def give(self, status: int, words: str, headers: Iterable[tuple[bytes, bytes]] = ()) -> None:
        """In plain text, unless an answer has been begun."""
        if self._begun:
            return
        body = words.encode("utf-8", "replace")
        fixed = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            (b"x-content-type-options", b"nosniff"),
            *headers,
        ]
        await self.send({"type": "http.response.start", "status": status, "headers": fixed})
        await self.send({"type": "http.response.body", "body": body})


def _asks_for_certificate(kind: str, body: bytes) -> bool:
    """Whether Slack looks, unsigned, if our certificate is any good; it sends a short form then."""
    if len(body) > _SHORT:
        return False
    try:
        return payload_of(kind, body).get("ssl_check") == "1"
    except Malformed:
        return False


def _visit(scope: Scope) -> Scope:
    """Somebody's browser; whether it comes from Slack is told by the state that it brings along."""
    cookie = _header(scope, b"cookie") or b""
    if not scope.get("query_string", b"").isascii() or not cookie.isascii():
        raise _Refusal(400, "This cannot be read.", "its query or cookie is not ASCII")
    return {**scope, "headers": [(b"cookie", cookie)] if cookie else []}


def _as_json(scope: Scope) -> Scope:
    """The request as Bolt takes all of them: at one address, as JSON, with the headers that tell of redelivery."""
    kept = (b"x-slack-retry-num", b"x-slack-retry-reason")
    headers = [(name, value) for name in kept if (value := _header(scope, name)) is not None and value.isascii()]
    return {**scope, "path": EVENTS, "headers": [(b"content-type", b"application/json"), *headers]}


def _header(scope: Mapping[str, Any], name: bytes) -> bytes | None:
    """None also of a header that is there twice: which of the two would Slack have meant?"""
    found: list[bytes] = [value for key, value in scope["headers"] if key.lower() == name]
    return found[0] if len(found) == 1 else None


def _shown(path: str) -> str:
    """Only what we know is logged as it is."""
    return path if path in (*POSTED, *VISITED) else "an unknown path"


def _replay(body: bytes) -> Receive:
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return messages.pop() if messages else {"type": "http.disconnect"}

    return receive


async def _nothing_to_read() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}
