"""GET /: says where to go."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from bot.http.ports import Readiness
from bot.http.templates import Templates
from bot.settings import Settings


def home_router(readiness: Readiness, settings: Settings, templates: Templates) -> APIRouter:
    router = APIRouter()

    @router.get("/", include_in_schema=False)
    async def home(request: Request) -> HTMLResponse:
        """One page with the command that asks a question."""
        base_url = (settings.public_url or str(request.base_url)).rstrip("/")
        return templates.page("home.html", {"base_url": base_url, "state": readiness.state})

    return router
