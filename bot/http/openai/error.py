"""What went wrong, as clients of OpenAI's API read it: beside the problem details, as a member of the same JSON."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

from starlette.exceptions import HTTPException
from typing_extensions import TypedDict

PREFIX = "/v1/"

# A type and a code of theirs for each status; every other is an invalid request, or the server's fault from 500 on.
_KINDS: Mapping[int, tuple[str, str | None]] = MappingProxyType(
    {
        401: ("authentication_error", "invalid_api_key"),
        403: ("permission_error", "insufficient_permissions"),
        429: ("rate_limit_error", "rate_limit_exceeded"),
        503: ("server_error", "service_unavailable"),
    }
)


class ErrorJson(TypedDict):
    """`param` names the field that is to blame, if one is."""

    message: str
    type: str
    param: str | None
    code: str | None


class Refusal(HTTPException):
    """A request that cannot be followed; `param` is the field that asks for it."""

    def __init__(self, detail: str, param: str | None, code: str | None = None, status: int = 400) -> None:
        super().__init__(status, detail)
        self.param = param
        self.code = code


def speaks_openai(path: str) -> bool:
    """Whether clients of OpenAI's API are answered at this path."""
    return path.startswith(PREFIX)


def openai_status(status: HTTPStatus) -> HTTPStatus:
    """Theirs: what is wrong in a body is a bad request."""
    return HTTPStatus.BAD_REQUEST if status is HTTPStatus.UNPROCESSABLE_ENTITY else status


def openai_error(status: HTTPStatus, message: str, param: str | None = None, code: str | None = None) -> ErrorJson:
    other = "server_error" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "invalid_request_error"
    kind, usual = _KINDS.get(status, (other, None))
    return {"message": message, "type": kind, "param": param, "code": code or usual}
