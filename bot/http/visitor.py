"""The cookie by which a browser is known again, so that it finds its own conversations."""

import re
import secrets

from fastapi import Request
from starlette.responses import Response

COOKIE = "footnote_visitor"
YEAR_S = 365 * 24 * 3600
_VALUE = re.compile(r"[A-Za-z0-9_-]{32}")


def visitor(request: Request) -> str | None:
    """The browser's random id; None if it has none, or one that is not ours."""
    value = request.cookies.get(COOKIE, "")
    return value if _VALUE.fullmatch(value) else None


def remember_visitor(request: Request, response: Response) -> None:
    """Give the browser an id if it has none. It says nothing about a person, and scripts cannot read it."""
    if visitor(request) is None:
        response.set_cookie(
            COOKIE,
            secrets.token_urlsafe(24),
            max_age=YEAR_S,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
