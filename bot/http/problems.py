"""Errors at the HTTP edge: each exception class has its status here, and all go out as problem details.

A browser that opens a page gets the same words as a page.
"""

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.errors import (
    AnsweringProblem,
    AnswerNotFound,
    ConversationNotFound,
    DocumentNotFound,
    DocumentRefused,
    HistoryUnavailable,
    InvalidQuestion,
    KeysUnavailable,
    NotReady,
    OutsideScope,
    ServerStopping,
)
from bot.http.methods import allowed_methods
from bot.http.openai.error import Refusal, openai_error, openai_status, speaks_openai
from bot.http.responses import ProblemResponse
from bot.http.schemas import OpenAIProblemJson, ProblemJson
from bot.http.templates import Templates
from index.errors import (
    DiskFull,
    DocumentsMissing,
    FileTooLarge,
    FolderReadOnly,
    IndexBusy,
    IndexProblem,
    NameRefused,
    RowRefused,
)

STATUS: Mapping[type[Exception], HTTPStatus] = MappingProxyType(
    {
        InvalidQuestion: HTTPStatus.UNPROCESSABLE_ENTITY,
        DocumentNotFound: HTTPStatus.NOT_FOUND,
        AnswerNotFound: HTTPStatus.NOT_FOUND,
        ConversationNotFound: HTTPStatus.NOT_FOUND,
        DocumentRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
        OutsideScope: HTTPStatus.FORBIDDEN,
        NameRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
        RowRefused: HTTPStatus.CONFLICT,
        FileTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        FolderReadOnly: HTTPStatus.FORBIDDEN,
        DiskFull: HTTPStatus.INSUFFICIENT_STORAGE,
        DocumentsMissing: HTTPStatus.SERVICE_UNAVAILABLE,
        NotReady: HTTPStatus.SERVICE_UNAVAILABLE,
        ServerStopping: HTTPStatus.SERVICE_UNAVAILABLE,
        HistoryUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
        KeysUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
        IndexBusy: HTTPStatus.SERVICE_UNAVAILABLE,
        AnsweringProblem: HTTPStatus.INTERNAL_SERVER_ERROR,
        IndexProblem: HTTPStatus.INTERNAL_SERVER_ERROR,
    }
)
RETRY_AFTER = MappingProxyType({"Retry-After": "2"})
DETAILS: Mapping[int, str] = MappingProxyType(
    {
        400: "the body is not JSON that can be read: its numbers are too long, it is too deep, or it is no UTF-8",
        404: "nothing is here; questions go to POST /ask",
        405: "this address does not accept that method",
    }
)
# What names files and machines is for whoever runs the server.
TOLD_INSTEAD: Mapping[type[Exception], str] = MappingProxyType(
    {
        KeysUnavailable: "nobody gets in: the keys cannot be read; the server's log says why",
        HistoryUnavailable: "conversations and answers are not kept now; the server's log says why",
    }
)
SHOWN_ERRORS = 3
UNREADABLE = "There was an error parsing the body"  # FastAPI's words

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, in words that may be shown. The status alone names its kind: `about:blank` says so.

    `param` is the field of the body that is to blame, `code` a word for programs: clients of OpenAI's API read them.
    """

    status: HTTPStatus
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)
    param: str | None = None
    code: str | None = None

    @property
    def json(self) -> ProblemJson:
        return {
            "type": "about:blank",
            "title": self.status.phrase,
            "status": self.status.value,
            "detail": self.detail,
        }

    @property
    def openai_json(self) -> OpenAIProblemJson:
        """The same with what clients of OpenAI's API look for."""
        status = openai_status(self.status)
        error = openai_error(status, self.detail, self.param, self.code)
        return {**replace(self, status=status).json, "error": error}


def install_problems(app: FastAPI, templates: Templates) -> None:
    """Make every error that `app` raises, on purpose or not, go out as a Problem."""

    async def respond(request: Request, error: Exception) -> Response:
        problem = problem_of(error)
        if problem.status is HTTPStatus.METHOD_NOT_ALLOWED:
            problem = replace(problem, headers={"Allow": ", ".join(allowed_methods(app.routes, request.scope))})
        return problem_response(request, problem, templates)

    for kind in (*STATUS, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, respond)
    app.add_middleware(Problems, templates=templates)


def problem_response(request: Request, problem: Problem, templates: Templates) -> Response:
    """The problem as JSON, or as a page for a browser."""
    if speaks_openai(request.url.path):
        return ProblemResponse(problem.openai_json, openai_status(problem.status), problem.headers)
    if request.method in ("GET", "HEAD") and "text/html" in request.headers.get("accept", ""):
        name = "sign_in.html" if problem.status is HTTPStatus.UNAUTHORIZED else "problem.html"
        return templates.page(name, {"problem": problem}, problem.status, problem.headers)
    return ProblemResponse(problem.json, problem.status, problem.headers)


def problem_of(error: Exception) -> Problem:
    """What to tell the client about an error that was raised on purpose; what it is not told is logged."""
    if isinstance(error, RequestValidationError):
        return _invalid_request(error.errors())
    if isinstance(error, HTTPException):
        return _http_problem(error)
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    if isinstance(error, HistoryUnavailable):  # of keys the file of keys has told
        logger.warning("answered with %d: %s", status, error)
    detail = TOLD_INSTEAD.get(type(error), str(error))
    return Problem(status, detail, RETRY_AFTER if status is HTTPStatus.SERVICE_UNAVAILABLE else {})


def unexpected_problem(request: Request, error: Exception) -> Problem:
    """What to tell the client about an error that nobody foresaw: an id, under which only the log says what it was."""
    id = secrets.token_hex(4)
    logger.error("error %s: %s %r", id, request.method, request.url.path, exc_info=error)
    return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, f"an unexpected error; the server's log has it as error {id}")


def _http_problem(error: HTTPException) -> Problem:
    status = HTTPStatus(error.status_code)
    ours = error.detail and error.detail not in (status.phrase, UNREADABLE)
    detail = error.detail if ours else DETAILS.get(status, status.phrase)
    if isinstance(error, Refusal):
        return Problem(status, detail, param=error.param, code=error.code)
    return Problem(status, detail, error.headers or {})


def _invalid_request(errors: Any) -> Problem:
    if any(error["type"] == "json_invalid" for error in errors):
        reason, position = errors[0]["ctx"]["error"], errors[0]["loc"][-1]
        return Problem(HTTPStatus.BAD_REQUEST, f"the body is not JSON: {reason} at character {position}")
    reasons = [_reason(error) for error in errors[:SHOWN_ERRORS]]
    if len(errors) > SHOWN_ERRORS:
        reasons.append(f"and {len(errors) - SHOWN_ERRORS} more")
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "; ".join(reasons), param=_field_name(errors[0]) or None)


def _reason(error: Mapping[str, Any]) -> str:
    """Names the field but never repeats its value."""
    field_name = _field_name(error)
    if error["type"] == "value_error":  # of our own, about several fields
        return f"{field_name}: {error['ctx']['error']}".removeprefix(": ")
    if not field_name:
        return "the body must be a JSON object"
    if error["type"] == "extra_forbidden":
        return f"{field_name}: there is no such field"
    return f"{field_name}: {error['msg']}"


def _field_name(error: Mapping[str, Any]) -> str:
    """`messages.0.role`; empty for the body itself."""
    return ".".join(str(part) for part in error["loc"][1:])


class Problems:
    """Answers what no route has raised: errors of the middlewares behind it, and what nobody foresaw."""

    def __init__(self, app: ASGIApp, templates: Templates) -> None:
        self._app = app
        self._templates = templates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched_send(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watched_send)
        except ClientDisconnect:
            return  # nobody is there to be told
        except Exception as error:
            if started or scope["type"] != "http":
                raise
            await self._response(Request(scope), error)(scope, receive, send)

    def _response(self, request: Request, error: Exception) -> Response:
        on_purpose = isinstance(error, (HTTPException, *STATUS))
        problem = problem_of(error) if on_purpose else unexpected_problem(request, error)
        return problem_response(request, problem, self._templates)
