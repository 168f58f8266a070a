"""What clients send and what they get back where the answer's own JSON does not say it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from bot.answer_json import PassageJson


class RequestBody(BaseModel):
    """Types are not bent and unknown fields are refused: an ignored misspelt field costs an afternoon."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class AskBody(RequestBody):
    """A question, and the conversation that it continues."""

    question: str
    conversation_id: Annotated[str | None, Field(pattern=r"^[!-~]{1,200}$")] = None


class SearchBody(RequestBody):
    """A query, and how many passages are wanted at most."""

    query: str
    top_k: Annotated[int, Field(ge=1, le=100)] = 10


class SearchJson(TypedDict):
    """The passages found, best first."""

    passages: list[PassageJson]


class HealthJson(TypedDict):
    """The process is alive."""

    status: str


class ReadinessJson(TypedDict):
    """Whether questions can be answered now, and how far indexing is."""

    ready: bool
    percent: int
    detail: str


class ProblemJson(TypedDict):
    """An error, as RFC 9457 wants it."""

    type: str
    title: str
    status: int
    detail: str
