"""The HTTP surface as one ASGI application."""

from collections.abc import Callable, Mapping

from fastapi import FastAPI
from starlette.types import ASGIApp

from bot.http.answers import answers_router
from bot.http.ask import ask_router
from bot.http.documents import documents_router
from bot.http.elsewhere import Elsewhere
from bot.http.health import health_router
from bot.http.home import home_router
from bot.http.limits import BodyLimit
from bot.http.ports import Answering, Readiness
from bot.http.problems import install_problems
from bot.http.schemas import ProblemJson
from bot.http.search import search_router
from bot.http.security import SecurityHeaders
from bot.http.templates import Templates
from bot.settings import Settings


def create_app(
    answering: Answering,
    readiness: Readiness,
    settings: Settings,
    elsewhere: Mapping[str, ASGIApp] | None = None,
    connections: Mapping[str, Callable[[], bool]] | None = None,
) -> FastAPI:
    """Everything that is served over HTTP; it can listen before `readiness` says that there are answers.

    `elsewhere` are other applications by the beginning of their paths, which keep limits of their own; `connections`
    are told by /readyz.
    """
    templates = Templates()
    app = FastAPI(
        title="Footnote",
        version="1",
        docs_url=None,  # FastAPI's pages for these load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        responses={"default": {"description": "Problem details, RFC 9457", "model": ProblemJson}},
    )
    app.include_router(home_router(readiness, settings, templates))
    app.include_router(ask_router(answering, readiness, settings))
    app.include_router(answers_router(answering, settings))
    app.include_router(search_router(answering, readiness))
    app.include_router(documents_router(answering, readiness, templates))
    app.include_router(health_router(readiness, connections or {}))
    app.add_middleware(BodyLimit, max_bytes=settings.max_body_kb * 1024)
    install_problems(app, templates)
    app.add_middleware(Elsewhere, apps=elsewhere or {})
    app.add_middleware(SecurityHeaders, content_security_policy=templates.content_security_policy)
    return app
