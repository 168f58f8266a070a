"""GET /conversations and /conversations/{id}: one's own conversations; DELETE forgets one."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response
from typing_extensions import TypedDict

from bot.answer_json import AnswerJson, answer_json
from bot.conversation_summary import ConversationSummary
from bot.http.ports import OpenConversations
from bot.http.requester import Requester
from bot.http.responses import Json
from bot.http.schemas import CONVERSATION_ID, NOT_FOUND, UNAVAILABLE
from bot.settings import Settings


class ConversationSummaryJson(TypedDict):
    """A conversation of whoever asks; `title` is its first question. Times are in UTC, RFC 3339."""

    id: str
    title: str
    begun_at: str
    asked_at: str
    questions: int


class ConversationsJson(TypedDict):
    """The latest first; `next`, if there are more, is what to give as `after`."""

    conversations: list[ConversationSummaryJson]
    next: str | None


class ConversationJson(TypedDict):
    """What was answered, oldest first."""

    id: str
    answers: list[AnswerJson]


def conversations_router(conversations: OpenConversations, settings: Settings) -> APIRouter:
    """`conversations` opens the place where they are kept; raises HistoryUnavailable."""
    router = APIRouter(tags=["conversations"])

    @router.head("/conversations", include_in_schema=False)
    @router.get("/conversations", response_model=ConversationsJson, responses=NOT_FOUND | UNAVAILABLE)
    async def list_conversations(
        access: Requester,
        limit: Annotated[int, Query(ge=1, le=200, description="How many at most.")] = 50,
        after: Annotated[str | None, Query(pattern=CONVERSATION_ID, description="The id after which to go on.")] = None,
    ) -> Response:
        """List your own conversations, the latest first."""
        page = await asyncio.to_thread(lambda: conversations().of(access.owner, limit, after))
        return Json({"conversations": list(map(_summary_json, page.conversations)), "next": page.next})

    @router.head("/conversations/{id:path}", include_in_schema=False)
    @router.get("/conversations/{id:path}", response_model=ConversationJson, responses=NOT_FOUND | UNAVAILABLE)
    async def get_conversation(request: Request, access: Requester, id: str) -> Response:
        """Read one of your own conversations: its answers, oldest first."""
        records = await asyncio.to_thread(lambda: conversations().records(id, access.owner))
        base_url = settings.public_url or str(request.base_url)
        shown = [record.answer for record in records if all(map(access.scope.allows, record.answer.documents))]
        return Json({"id": id, "answers": [answer_json(answer, base_url) for answer in shown]})

    @router.delete(
        "/conversations/{id:path}", status_code=204, response_class=Response, responses=NOT_FOUND | UNAVAILABLE
    )
    async def delete_conversation(access: Requester, id: str) -> Response:
        """Forget one of your own conversations, with its answers and what was said about them."""
        await asyncio.to_thread(lambda: conversations().forget(id, access.owner))
        return Response(status_code=204)

    return router


def _summary_json(summary: ConversationSummary) -> ConversationSummaryJson:
    return {
        "id": summary.id,
        "title": summary.title,
        "begun_at": summary.begun_at.isoformat(),
        "asked_at": summary.asked_at.isoformat(),
        "questions": summary.questions,
    }
