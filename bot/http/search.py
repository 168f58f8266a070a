"""POST /search: a query in, ranked passages out."""

from fastapi import APIRouter, Depends
from starlette.responses import Response

from bot.answer_json import passage_json
from bot.http.health import require_ready
from bot.http.limits import require_json
from bot.http.ports import Answering, Readiness
from bot.http.requester import Requester
from bot.http.responses import Json
from bot.http.schemas import JSON_BODY, SearchBody, SearchJson


def search_router(answering: Answering, readiness: Readiness) -> APIRouter:
    router = APIRouter(tags=["questions"])

    @router.post("/search", response_model=SearchJson, responses=JSON_BODY, dependencies=[Depends(require_json)])
    async def search(access: Requester, body: SearchBody) -> Response:
        """Find the passages that fit a query best."""
        require_ready(readiness)
        found = await answering.search(body.query, body.top_k, scope=access.scope)
        return Json({"passages": [passage_json(hit.passage, hit.score) for hit in found]})

    return router
