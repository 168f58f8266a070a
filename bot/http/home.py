"""GET / and GET /a/{id}: the web page. It is the same for everybody; its scripts ask for what it shows."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from bot.http.templates import Templates
from bot.http.visitor import remember_visitor
from bot.http.web_files import page_modules
from bot.settings import Settings


def home_router(settings: Settings, templates: Templates) -> APIRouter:
    router = APIRouter(tags=["page"])
    values = {"max_question_chars": settings.max_question_chars, "modules": page_modules()}

    @router.head("/", include_in_schema=False)
    @router.get("/", response_class=HTMLResponse)
    async def open_page(request: Request) -> HTMLResponse:
        """Open the web page."""
        page = templates.page("home.html", values)
        remember_visitor(request, page)
        return page

    @router.head("/a/{id}", include_in_schema=False)
    @router.get("/a/{id}", response_class=HTMLResponse)
    async def open_answer(request: Request, id: str) -> HTMLResponse:  # noqa: ARG001 # the scripts read the address
        """Open the web page at an answer that was given: its permanent link."""
        return await open_page(request)

    return router
