"""Which methods an address accepts, whichever of the routes they belong to."""

from collections.abc import Iterable

from starlette.routing import BaseRoute, Match
from starlette.types import Scope

METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")


def allowed_methods(routes: Iterable[BaseRoute], scope: Scope) -> list[str]:
    """For the header Allow: Starlette names those of the first route alone."""
    known = list(routes)
    return [one for one in METHODS if any(_takes(route, scope, one) for route in known)]


def _takes(route: BaseRoute, scope: Scope, method: str) -> bool:
    return route.matches({**scope, "method": method})[0] is Match.FULL
