"""/session: a browser shows its key once and is known from then on; scripts in it never see the key again."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from starlette.responses import Response
from typing_extensions import TypedDict

from bot.access import Access
from bot.http.admission import COOKIE, INVALID, Admission, unauthorised
from bot.http.limits import require_json
from bot.http.product import Product
from bot.http.responses import Json
from bot.http.schemas import JSON_BODY, RequestBody, Responses, problem
from bot.keys import ANONYMOUS
from index.readers import MEGABYTE

SIGNED_IN: Responses = {
    204: {
        "description": "From now on the browser brings the key.",
        "headers": {"Set-Cookie": {"description": "The key, in a cookie.", "schema": {"type": "string"}}},
    }
}
WRONG_KEY: Responses = {401: problem("The key is not valid.")}
MONTH_S = 30 * 24 * 3600


class SessionBody(RequestBody):
    """The secret of a key."""

    key: Annotated[str, Field(max_length=200)]


class SessionJson(TypedDict):
    """Who is asking, and what they may; `documents` are globs, null for all documents."""

    name: str
    may_manage: bool
    signed_in: bool
    keys_needed: bool
    documents: list[str] | None
    upload_suffixes: list[str]
    max_upload_bytes: int


def session_router(admission: Admission, product: Product) -> APIRouter:
    router = APIRouter(tags=["session"])
    encrypted = (product.settings.public_url or "").startswith("https:")  # though a proxy has taken that off

    def traits(request: Request) -> dict[str, Any]:
        """The browser sends the cookie to this server alone, and never for pages of others that post."""
        return {"httponly": True, "samesite": "lax", "secure": encrypted or request.url.scheme == "https"}

    @router.head("/session", include_in_schema=False)
    @router.get("/session", response_model=SessionJson)
    async def get_session(request: Request) -> Response:
        """Learn who the server takes you for, and whether a key is needed to ask."""
        access: Access | None = request.state.access
        return Json(
            {
                "name": access.name if access else ANONYMOUS,
                "may_manage": access is not None and access.may_manage,
                "signed_in": access is not None and access.name != ANONYMOUS,
                "keys_needed": admission.needs_key,
                "documents": _globs(access),
                "upload_suffixes": sorted(product.upload_suffixes),
                "max_upload_bytes": int(product.settings.max_file_mb * MEGABYTE),
            }
        )

    @router.post(
        "/session",
        status_code=204,
        response_class=Response,
        responses=SIGNED_IN | JSON_BODY | WRONG_KEY,
        dependencies=[Depends(require_json)],
    )
    async def sign_in(request: Request, body: SessionBody) -> Response:
        """Sign in: the key comes back as a cookie, which only this server gets to see."""
        key = product.keys.holder(body.key)
        if key is None:
            raise unauthorised(INVALID)
        response = Response(status_code=204)
        response.set_cookie(COOKIE, body.key, max_age=_lasts_s(key.expires), **traits(request))
        return response

    @router.delete("/session", status_code=204, response_class=Response)
    async def sign_out(request: Request) -> Response:
        """Sign out: the browser forgets the key."""
        response = Response(status_code=204)
        response.delete_cookie(COOKIE, **traits(request))
        return response

    return router


def _globs(access: Access | None) -> list[str] | None:
    """Whoever is not let in sees no document."""
    if access is None:
        return []
    return None if access.scope.patterns is None else list(access.scope.patterns)


def _lasts_s(expires: datetime | None) -> int:
    """A month, or as long as the key."""
    return MONTH_S if expires is None else max(1, min(MONTH_S, int((expires - datetime.now(UTC)).total_seconds())))
