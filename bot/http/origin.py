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
        own = origin is None or _place(origin) in (request.headers.get("host", "").lower(), _place(public_url or ""))
    if not own:
        raise HTTPException(403, "this was sent by a page of another site")


def _place(url: str) -> str | None:
    """Its host and port; None if there is none."""
    try:
        return urlsplit(url).netloc.lower() or None
    except ValueError:
        return None
