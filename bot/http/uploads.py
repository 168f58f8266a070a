"""PUT and DELETE /documents/{id}: documents come and go while questions are answered."""

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar

from fastapi import APIRouter, Request
from starlette.responses import Response
from typing_extensions import TypedDict

from bot.errors import ServerStopping
from bot.http.any_text import know_any_text
from bot.http.ports import Documents
from bot.http.requester import ManagingRequester
from bot.http.responses import Json
from bot.http.schemas import NOT_FOUND, Responses, problem

Result = TypeVar("Result")


class StoredJson(TypedDict):
    """What was put: the ids of its documents (a .jsonl file has one for each row), and how many passages they have."""

    id: str
    documents: list[str]
    passages: int
    replaced: bool


REFUSED: Responses = {
    403: problem("The key does not allow it, or the documents folder cannot be written."),
    409: problem("That is a row of a .jsonl file, which comes and goes with its file."),
    422: problem("No document can have that name, or the file cannot be read; an older one stays. `detail` says why."),
}
NOT_PUT: Responses = {
    413: problem("The file is larger than FOOTNOTE_MAX_FILE_MB allows."),
    507: problem("There is no room for it; what was there before is as it was."),
}
# The body is the file itself, which is never in memory as a whole: FastAPI is not to read it.
FILE_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The bytes of the file. What they are is told by the end of its name, not by Content-Type.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


def uploads_router(documents: Documents) -> APIRouter:
    know_any_text()
    router = APIRouter(tags=["documents"])

    @router.put(
        "/documents/{id:any_text}",
        response_model=StoredJson,
        responses={201: {"model": StoredJson, "description": "There was none of that name before."}}
        | REFUSED
        | NOT_PUT,
        openapi_extra=FILE_BODY,
    )
    async def put_document(request: Request, access: ManagingRequester, id: str) -> Response:
        """Put a file into the documents folder, in the place of an older one; then it is answered from."""
        stored = await _unless_stopping(documents.put(id, request.stream(), access.scope))
        ids = [document.id for document in stored.documents]
        body: StoredJson = {"id": id, "documents": ids, "passages": stored.passages, "replaced": stored.replaced}
        return Json(body, 200 if stored.replaced else 201)

    @router.delete("/documents/{id:any_text}", status_code=204, response_class=Response, responses=REFUSED | NOT_FOUND)
    async def delete_document(access: ManagingRequester, id: str) -> Response:
        """Remove a file from the documents folder; then nothing is answered from it."""
        await _unless_stopping(documents.delete(id, access.scope))
        return Response(status_code=204)

    return router


async def _unless_stopping(work: Awaitable[Result]) -> Result:
    try:
        return await work
    except asyncio.CancelledError:  # what stops requests is the server that stops
        raise ServerStopping("the server is being stopped; try again") from None
