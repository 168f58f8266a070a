"""The models that clients of OpenAI's API can choose from: there is one."""

from typing import Literal

from fastapi import APIRouter
from starlette.responses import Response
from typing_extensions import TypedDict

from bot.http.openai.body import MODEL, unknown_model
from bot.http.openai.schemas import REFUSED, UNKNOWN_MODEL
from bot.http.responses import Json


class ModelJson(TypedDict):
    """A model; when it was `created` means nothing here."""

    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class ModelsJson(TypedDict):
    object: Literal["list"]
    data: list[ModelJson]


FOOTNOTE: ModelJson = {"id": MODEL, "object": "model", "created": 0, "owned_by": "footnote"}


def models_router() -> APIRouter:
    router = APIRouter(tags=["openai"], responses=REFUSED)

    @router.head("/v1/models", include_in_schema=False)
    @router.get("/v1/models", response_model=ModelsJson)
    async def list_models() -> Response:
        """List the one model there is: the documents, whichever language model may write for them."""
        return Json({"object": "list", "data": [FOOTNOTE]})

    @router.head("/v1/models/{id:path}", include_in_schema=False)
    @router.get("/v1/models/{id:path}", response_model=ModelJson, responses=UNKNOWN_MODEL)
    async def get_model(id: str) -> Response:
        """Get the model, by its id."""
        if id != MODEL:
            raise unknown_model()
        return Json(FOOTNOTE)

    return router
