"""Where in a browser a request comes from: pages of others must not act in somebody's name."""

from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request

SAFE = ("GET", "HEAD", "OPTIONS")


def require_own_origin(request: Request, public_url: str | None) -> None:
    """Raises 403 for a request that changes or costs something, and that a page of another site has sent.

    Programs that are no browsers say nothing of this kind.
    """
    if request.method in SAFE:
        return
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:  # cannot be forged by scripts, and knows about proxies
        own = site in ("same-origin", "none")
    else:
        ours = {request.headers.get("host", "").lower(), _place(public_url or "")}
        own = origin is None or _place(origin) in ours - {""}
    if not own:
        raise HTTPException(403, "this was sent by a page of another site")


def _place(url: str) -> str:
    """Its host and port; empty if there is none, as for `null`, which browsers send in place of an origin."""
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""
