"""GET /answers/{id}: an answer that was given, and how it came about."""

from typing import Protocol

from fastapi import APIRouter, Request
from starlette.responses import Response

from bot.http.responses import Json
from bot.http.schemas import ProblemJson
from bot.record import Record
from bot.record_json import RecordJson, record_json
from bot.settings import Settings


class Records(Protocol):
    """What is kept of answers. Raises AnswerNotFound and HistoryUnavailable."""

    async def record(self, answer_id: str) -> Record: ...


def answers_router(records: Records, settings: Settings) -> APIRouter:
    router = APIRouter()

    @router.get("/answers/{id}", response_model=RecordJson, responses={404: {"model": ProblemJson}})
    async def answer(request: Request, id: str) -> Response:
        """The answer, every passage considered for it, and the verdict on each of its sentences."""
        record = await records.record(id)
        return Json(record_json(record, settings.public_url or str(request.base_url)))

    return router
