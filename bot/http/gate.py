"""The gate: finds out who asks before anything else happens, and lets nobody else in."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.access import Access
from bot.http.address import client_of
from bot.http.admission import Admission, brings_bearer, refusal
from bot.http.origin import require_own_origin
from bot.http.public_paths import is_counted, needs_access
from bot.http.rate_limit import RateLimit


class Gate:
    """Tells everything behind it, in the request's state, who asks: an Access, or None at an address for everybody.

    Raises 401, 403, 421 and 429 as HTTPException, and KeysUnavailable.
    """

    def __init__(self, app: ASGIApp, admission: Admission, rate_limit: RateLimit) -> None:
        self._app = app
        self._admission = admission
        self._rate_limit = rate_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and is_counted(scope["path"]):
            scope.setdefault("state", {})["access"] = self._let_in(Request(scope))
        await self._app(scope, receive, send)

    def _let_in(self, request: Request) -> Access | None:
        key, for_everybody = self._admission.key(request), not needs_access(request.scope["path"])
        self._count(client_of(request) if for_everybody or key is None else key.id)
        if not brings_bearer(request):
            require_own_origin(request, self._admission.public_url)
        access = self._admission.access(request, key)
        if access is None and not for_everybody:
            raise refusal(request)
        return access

    def _count(self, who: str) -> None:
        wait_s = self._rate_limit.wait_s(who)
        if wait_s:
            raise HTTPException(
                HTTPStatus.TOO_MANY_REQUESTS,
                f"too many requests; come again in {wait_s} seconds",
                headers={"Retry-After": str(wait_s)},
            )
