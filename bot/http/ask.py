"""POST /ask: a question in, a cited answer out."""

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from bot.answer_json import AnswerJson, answer_json
from bot.http.health import require_ready
from bot.http.limits import require_json
from bot.http.ports import Answering, Readiness
from bot.http.responses import Json
from bot.http.schemas import AskBody
from bot.settings import Settings


def ask_router(answering: Answering, readiness: Readiness, settings: Settings) -> APIRouter:
    router = APIRouter()

    @router.post("/ask", response_model=AnswerJson, dependencies=[Depends(require_json)])
    async def ask(request: Request, body: AskBody) -> Response:
        """Answer a question from the documents, with the exact words that prove it."""
        require_ready(readiness)
        answer = await answering.answer(body.question, body.conversation_id)
        return Json(answer_json(answer, settings.public_url or str(request.base_url)))

    return router
