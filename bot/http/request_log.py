"""A line of the log for each request, and an id by which it is found there."""

import logging
import re
import secrets
from collections.abc import Callable, Iterable, Sequence
from time import perf_counter

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.finished_request import FinishedRequest
from bot.log_context import LogContext, begin_log_context

HEADER = "X-Request-Id"
TRACE_HEADERS = ("traceparent", "tracestate")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
LEFT = 499  # what proxies note when a client leaves before it has an answer
OTHER = "other"
# Monitors ask for some of these every few seconds, and each page for thirty of its files.
UNLOGGED = frozenset({"/healthz", "/readyz", "/metrics", "/web/{name}"})
_CONVERTER = re.compile(r":\w+(?=\})")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")

logger = logging.getLogger(__name__)


class RequestLog:
    """Goes around everything else. `heard` is told of each request when its response has ended.

    Paths that begin with one of `elsewhere` are served by other applications, whose routes we do not know.
    """

    def __init__(self, app: ASGIApp, heard: Callable[[FinishedRequest], None], elsewhere: Iterable[str] = ()) -> None:
        self._app = app
        self._heard = heard
        self._elsewhere = tuple(elsewhere)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        context, status, started = _context(scope), LEFT, perf_counter()
        begin_log_context(context)

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = context.request_id or ""
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        finally:
            request = FinishedRequest(_route(scope, self._elsewhere), _method(scope), status, perf_counter() - started)
            self._heard(request)
            if request.route not in UNLOGGED:
                _log(request, scope, context)


def _context(scope: Scope) -> LogContext:
    headers = Headers(scope=scope)
    given = headers.get(HEADER, "")
    trace = tuple((name, headers[name]) for name in TRACE_HEADERS if name in headers)
    return LogContext(given if _ID.fullmatch(given) else secrets.token_hex(8), trace=trace)


def _method(scope: Scope) -> str:
    """Anybody can make methods up."""
    method = str(scope["method"])
    return method if method in METHODS else OTHER


def _route(scope: Scope, elsewhere: Sequence[str]) -> str:
    """The route's template: paths are endless, and name documents."""
    template = getattr(scope.get("route"), "path", None)
    if template:
        return _CONVERTER.sub("", str(template))
    return next((beginning for beginning in elsewhere if scope["path"].startswith(beginning)), OTHER)


def _log(request: FinishedRequest, scope: Scope, context: LogContext) -> None:
    access = scope.get("state", {}).get("access")
    fields = {
        "method": request.method,
        "route": request.route,
        "status": request.status,
        "milliseconds": round(request.seconds * 1000, 1),
        "key": getattr(access, "name", None),
        "surface": getattr(access, "surface", None),
        "request_id": context.request_id,
        "answer_id": context.answer_id,
        "question": context.question,
    }
    known = {name: value for name, value in fields.items() if value is not None}
    told = " ".join(f"{name}={value}" for name, value in known.items())
    logger.info("request %s", told, extra={"request": known})
