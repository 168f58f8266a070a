"""POST /ask: a question in, a cited answer out, at once or while it is being made."""

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response
from typing_extensions import TypedDict

from bot.access import Access
from bot.answer_json import AnswerJson, answer_json
from bot.http.event_stream import HEARTBEAT_S, EventStream, PlainTelling
from bot.http.health import require_ready
from bot.http.limits import require_json
from bot.http.ports import Answering, Readiness
from bot.http.presence import while_present
from bot.http.requester import Requester
from bot.http.responses import Json
from bot.http.schemas import ASK_CONTENT, JSON_BODY, NOT_FOUND, AskBody
from bot.scope import Scope
from bot.settings import Settings
from bot.surface import Surface

JSON, EVENTS = "application/json", "text/event-stream"


def ask_router(
    answering: Answering, readiness: Readiness, settings: Settings, heartbeat_s: float = HEARTBEAT_S
) -> APIRouter:
    router = APIRouter(tags=["questions"])

    @router.post(
        "/ask",
        response_model=AnswerJson,
        responses={200: ASK_CONTENT} | JSON_BODY | NOT_FOUND,
        dependencies=[Depends(require_json)],
    )
    async def ask(request: Request, access: Requester, body: AskBody) -> Response:
        """Answer a question from the documents, with the exact words that prove it."""
        require_ready(readiness)
        base_url = settings.public_url or str(request.base_url)
        if _wants_events(request):
            events = answering.stream(body.question, body.conversation_id, **_asker(access))
            return await EventStream.begun(request, events, PlainTelling(base_url), heartbeat_s)
        answer = answering.answer(body.question, body.conversation_id, **_asker(access))
        return Json(answer_json(await while_present(request, answer), base_url))

    return router


class _Asker(TypedDict):
    scope: Scope
    owner: str
    surface: Surface


def _asker(access: Access) -> _Asker:
    return {"scope": access.scope, "owner": access.owner, "surface": access.surface}


def _wants_events(request: Request) -> bool:
    """Only who names events, and prefers them if JSON is named, too: whoever takes anything gets JSON."""
    accept = ",".join(request.headers.getlist("accept")).lower()
    return _quality(accept, EVENTS) > _quality(accept, JSON)


def _quality(accept: str, media_type: str) -> float:
    """The weight that the header gives to exactly this media type; 0 if it does not name it."""
    for choice in accept.split(","):
        named, *parameters = (part.strip() for part in choice.split(";"))
        if named == media_type:
            return next((_number(one[2:]) for one in parameters if one.startswith("q=")), 1.0)
    return 0.0


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
