"""GET /answers/{id}: an answer that was given, and how it came about."""

from typing import Protocol

from fastapi import APIRouter, Request
from starlette.responses import Response

from bot.access import Access
from bot.errors import AnswerNotFound
from bot.http.requester import Requester
from bot.http.responses import Json
from bot.http.schemas import NOT_FOUND, UNAVAILABLE
from bot.record import Record
from bot.record_json import RecordJson, record_json
from bot.settings import Settings


class Records(Protocol):
    """What is kept of answers. Raises AnswerNotFound and HistoryUnavailable."""

    async def record(self, answer_id: str) -> Record: ...


def answers_router(records: Records, settings: Settings) -> APIRouter:
    router = APIRouter(tags=["answers"])

    @router.head("/answers/{id}", include_in_schema=False)
    @router.get("/answers/{id}", response_model=RecordJson, responses=NOT_FOUND | UNAVAILABLE)
    async def get_answer(request: Request, access: Requester, id: str) -> Response:
        """Read an answer, every passage considered for it, and the verdict on each of its sentences.

        Whoever knows its id and may see all of its documents may read it. With a key for some of the documents, what
        a follow-up question was understood as is left out: it may tell of others.
        """
        record = await visible_record(records, id, access)
        if not access.scope.is_everything:
            record = record.by_itself()
        return Json(record_json(record, settings.public_url or str(request.base_url)))

    return router


async def visible_record(records: Records, id: str, access: Access) -> Record:
    """Raises AnswerNotFound, also for an answer that tells of documents outside the scope."""
    record = await records.record(id)
    if not all(map(access.scope.allows, record.documents)):
        raise AnswerNotFound("no answer of that id is kept")
    return record
