"""Whether the process lives and whether it can answer."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from types import MappingProxyType

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.http.ports import Readiness
from bot.http.problems import RETRY_AFTER
from bot.http.responses import Json
from bot.http.schemas import HealthJson, ReadinessJson, Responses

NOT_READY: Responses = {503: {"model": ReadinessJson, "description": "Not yet; `percent` says how far indexing is."}}
NONE: Mapping[str, Callable[[], bool]] = MappingProxyType({})


def health_router(readiness: Readiness, connections: Mapping[str, Callable[[], bool]] = NONE) -> APIRouter:
    """`connections` say of other services, by their names, whether we are connected to them now."""
    router = APIRouter(tags=["operation"])

    @router.head("/healthz", include_in_schema=False)
    @router.get("/healthz", response_model=HealthJson)
    async def get_health() -> Response:
        """See that the process answers at all."""
        return Json({"status": "ok"})

    @router.head("/readyz", include_in_schema=False)
    @router.get("/readyz", response_model=ReadinessJson, responses=NOT_READY)
    async def get_readiness() -> Response:
        """See whether questions can be answered: 200; until then 503, with how far indexing is.

        A connection that is down is told; it is no reason to send nobody here.
        """
        state = readiness.state
        connected = {name: is_connected() for name, is_connected in connections.items()}
        body = {"ready": state.ready, "percent": state.percent, "detail": state.detail, "connections": connected}
        if state.ready:
            return Json(body)
        return Json(body, HTTPStatus.SERVICE_UNAVAILABLE, RETRY_AFTER)

    return router


def require_ready(readiness: Readiness) -> None:
    """Raises 503 in the words of the present state while there is nothing to answer from."""
    state = readiness.state
    if not state.ready:
        raise HTTPException(503, state.detail, headers=dict(RETRY_AFTER))
