"""GET /suggestions: questions that the documents answer, to begin with."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter
from starlette.responses import Response
from typing_extensions import TypedDict

from bot.http.requester import Requester
from bot.http.responses import Json
from bot.scope import Scope

Suggested = Callable[[Scope], Awaitable[list[str]]]


class SuggestionsJson(TypedDict):
    """Questions; none while they are being made, or where the documents offer none."""

    questions: list[str]


def suggestions_router(suggested: Suggested) -> APIRouter:
    router = APIRouter(tags=["questions"])

    @router.head("/suggestions", include_in_schema=False)
    @router.get("/suggestions", response_model=SuggestionsJson)
    async def list_suggestions(access: Requester) -> Response:
        """Get a few questions that the documents answer."""
        return Json({"questions": await suggested(access.scope)})

    return router
