"""GET /metrics: figures for Prometheus."""

import asyncio

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response

from bot.http.ports import Monitoring
from bot.http.requester import Requester
from bot.http.schemas import Responses, problem

EXPOSITION: Responses = {
    200: {
        "description": "All figures, in Prometheus' text format or, for who asks for that, as OpenMetrics.",
        "content": {
            "text/plain": {"schema": {"type": "string"}},
            "application/openmetrics-text": {"schema": {"type": "string"}},
        },
    },
    403: problem("The key is not for all documents."),
}


def metrics_router(monitoring: Monitoring) -> APIRouter:
    router = APIRouter(tags=["operation"])

    @router.head("/metrics", include_in_schema=False)
    @router.get("/metrics", response_class=PlainTextResponse, responses=EXPOSITION)
    async def get_metrics(request: Request, access: Requester) -> Response:
        """Read figures: how many questions, requests and documents there are, how long answers take, what waits.

        The figures are about all documents: a key for some of them does not open this.
        """
        if not access.scope.is_everything:
            raise HTTPException(403, "this needs a key for all documents")
        accept = ",".join(request.headers.getlist("accept"))
        told, media_type = await asyncio.to_thread(monitoring.exposition, accept)
        return Response(told, headers={"Content-Type": media_type})

    return router
