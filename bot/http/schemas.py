"""What clients send and what they get back where the answer's own JSON does not say it."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from bot.answer_json import PassageJson
from bot.http.openai.error import ErrorJson, speaks_openai

EVENT_STREAM = """
The answer while it is being made. `status` says what is being done (`stage`, `detail`), `citation` is one of the
answer's `citations`, `sentence` one of its `sentences`; the citations of a sentence come before it. A `status` of
stage `fallback` takes back all sentences and citations before it. The stream ends with `done`, the whole answer as
JSON, or with `error`, problem details. The data of each event is JSON on one line; a line that begins with a colon
only keeps the connection open.
"""
# For OpenAPI, which has no better words for a stream; the JSON beside it describes itself.
ASK_CONTENT: dict[str, Any] = {
    "content": {
        "text/event-stream": {
            "schema": {"type": "string", "description": EVENT_STREAM},
        }
    }
}


CONVERSATION_ID = r"^[!-~]{1,200}$"


def problem(description: str, path: str = "") -> dict[str, Any]:
    """A response that says what went wrong, as it is said at that path, for OpenAPI."""
    name = "OpenAIProblemJson" if speaks_openai(path) else "ProblemJson"
    schema = {"$ref": f"#/components/schemas/{name}"}
    return {"description": description, "content": {"application/problem+json": {"schema": schema}}}


Responses = dict[int | str, dict[str, Any]]
NOT_FOUND: Responses = {404: problem("There is nothing of that name for whoever asks.")}
UNAVAILABLE: Responses = {503: problem("The database of conversations cannot be used now.")}
JSON_BODY: Responses = {
    400: problem("The body is not JSON."),
    413: problem("The body is too large."),
    415: problem("The body is not declared as JSON."),
}


class RequestBody(BaseModel):
    """Types are not bent and unknown fields are refused: an ignored misspelt field costs an afternoon."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class AskBody(RequestBody):
    """A question, and the conversation that it continues."""

    question: str
    conversation_id: Annotated[str | None, Field(pattern=CONVERSATION_ID)] = None


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
    connections: dict[str, bool]


class ProblemJson(TypedDict):
    """An error, as RFC 9457 wants it."""

    type: str
    title: str
    status: int
    detail: str


class OpenAIProblemJson(ProblemJson):
    """The same with the error as OpenAI's API tells it."""

    error: ErrorJson
