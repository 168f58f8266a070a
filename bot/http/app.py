"""The HTTP surface as one ASGI application."""

from fastapi import FastAPI

from bot.http.admission import Admission
from bot.http.answers import answers_router
from bot.http.ask import ask_router
from bot.http.capacity import Capacity
from bot.http.conversations import conversations_router
from bot.http.description import describe
from bot.http.document_copies import document_copies_router
from bot.http.document_list import document_list_router
from bot.http.documents import documents_router
from bot.http.elsewhere import Elsewhere
from bot.http.feedback import feedback_router
from bot.http.gate import Gate
from bot.http.health import health_router
from bot.http.home import home_router
from bot.http.limits import BodyLimit
from bot.http.metrics import metrics_router
from bot.http.openai.api import openai_router
from bot.http.openai.models import models_router
from bot.http.patience import Patience
from bot.http.problems import install_problems
from bot.http.product import Product
from bot.http.rate_limit import RateLimit
from bot.http.request_log import RequestLog
from bot.http.schemas import ProblemJson
from bot.http.search import search_router
from bot.http.security import SecurityHeaders
from bot.http.session import session_router
from bot.http.suggestions import suggestions_router
from bot.http.templates import Templates
from bot.http.uploads import uploads_router
from bot.http.web_files import web_files_router
from index.readers import MEGABYTE
from index.vocabulary import Vocabulary


def create_app(product: Product) -> FastAPI:
    """Everything that is served over HTTP; it can listen before the product's readiness says that there are answers."""
    templates, admission = Templates(), Admission(product.keys, product.settings)
    app = FastAPI(
        title="Footnote",
        docs_url=None,  # FastAPI's pages for these load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        responses={"default": {"description": "Problem details, RFC 9457", "model": ProblemJson}},
        generate_unique_id_function=lambda route: route.name,
    )
    _add_routes(app, product, templates)
    app.include_router(session_router(admission, product))
    _add_limits(app, product, admission)
    describe(app, product.settings)
    install_problems(app, templates)
    app.add_middleware(Elsewhere, apps=product.elsewhere)  # before the gate: they know their own senders
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RequestLog, heard=product.monitoring.requested, elsewhere=[*product.elsewhere, *product.guarded])
    return app


def _add_routes(app: FastAPI, product: Product, templates: Templates) -> None:
    answering, readiness, settings = product.answering, product.readiness, product.settings
    app.include_router(home_router(settings, templates))
    app.include_router(web_files_router())
    app.include_router(ask_router(answering, readiness, settings))
    app.include_router(openai_router(answering, readiness, settings, Vocabulary().count_tokens))
    app.include_router(models_router())
    app.include_router(search_router(answering, readiness))
    app.include_router(answers_router(answering, settings))
    app.include_router(feedback_router(answering, product.feedback))
    app.include_router(conversations_router(product.conversations, settings))
    app.include_router(suggestions_router(product.suggested))
    app.include_router(document_list_router(product.documents, settings))
    app.include_router(uploads_router(product.documents))
    app.include_router(document_copies_router(answering, product.documents, readiness))
    app.include_router(documents_router(answering, product.documents, readiness, templates))
    app.include_router(health_router(readiness, product.connections))
    app.include_router(metrics_router(product.monitoring))


def _add_limits(app: FastAPI, product: Product, admission: Admission) -> None:
    """The last one is asked first: whoever is not let in takes no room, and their body is not read."""
    settings = product.settings
    upload_bytes = int(settings.max_file_mb * MEGABYTE)
    app.add_middleware(BodyLimit, max_bytes=settings.max_body_kb * 1024, max_document_bytes=upload_bytes)
    app.add_middleware(Elsewhere, apps=product.guarded)  # behind the gate: they are told who asks
    app.add_middleware(Patience)
    app.add_middleware(Capacity, at_most=settings.max_requests)
    app.add_middleware(Gate, admission=admission, rate_limit=RateLimit(settings.rate_limit))
