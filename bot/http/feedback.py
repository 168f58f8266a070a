"""POST /answers/{id}/feedback: what people think of an answer, kept beside what is said in Slack."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Depends
from pydantic import ConfigDict, Field, model_validator
from starlette.responses import Response

from bot.access import Access
from bot.http.answers import Records, visible_record
from bot.http.limits import require_json
from bot.http.ports import Feedback, OpenFeedback
from bot.http.requester import Requester
from bot.http.schemas import JSON_BODY, NOT_FOUND, UNAVAILABLE, RequestBody

MOST_REASON_CHARS = 3000  # as in Slack's form


# For OpenAPI: that all of it is null, or not given, is refused.
_SAID: dict[str, Any] = {"not": {"properties": {name: {"type": "null"} for name in ("vote", "reason", "missing")}}}


class FeedbackBody(RequestBody):
    """A vote, a reason, or that the documents should answer it: at least one of them.

    What is said again replaces what was said before; an empty `reason` takes it back.
    """

    model_config = ConfigDict(json_schema_extra=_SAID)

    vote: Literal["up", "down"] | None = None
    reason: Annotated[str | None, Field(max_length=MOST_REASON_CHARS)] = None
    missing: Literal[True] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.vote is None and self.reason is None and self.missing is None:
            raise ValueError("give a vote, a reason, or missing")
        return self


def feedback_router(records: Records, feedback: OpenFeedback) -> APIRouter:
    """`feedback` opens the place where it is kept; raises HistoryUnavailable."""
    router = APIRouter(tags=["answers"])

    @router.post(
        "/answers/{id}/feedback",
        status_code=204,
        response_class=Response,
        responses=NOT_FOUND | UNAVAILABLE | JSON_BODY,
        dependencies=[Depends(require_json)],
    )
    async def give_feedback(access: Requester, id: str, body: FeedbackBody) -> Response:
        """Say what you think of an answer."""
        await visible_record(records, id, access)
        await asyncio.to_thread(lambda: _keep(feedback(), id, _person(access), body))
        return Response(status_code=204)

    return router


def _person(access: Access) -> str:
    return f"http:{access.owner}"[:200]


def _keep(feedback: Feedback, answer_id: str, person: str, body: FeedbackBody) -> None:
    now = datetime.now(UTC)
    if body.vote is not None:
        feedback.vote(answer_id, person, body.vote == "up", now)
    if body.missing:
        feedback.missing(answer_id, person, now)
    if body.reason is not None:
        feedback.reason(answer_id, person, body.reason)
