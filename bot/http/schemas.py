"""What clients send and what they get back where the answer's own JSON does not say it."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from bot.answer_json import PassageJson
from bot.http.openai.error import ErrorJson

EVENT_STREAM = """
The answer while it is being made. `status` says what is being done (`stage`, `detail`), `citation` is one of the
answer's `citations`, `sentence` one of its `sentences`; the citations of a sentence come before it. A `status` of
stage `fallback` takes back all sentences and citations before it. The stream ends with `done`, the whole answer as
JSON, or with `error`, problem details. The data of each event is JSON on one line; a line that begins with a colon
only keeps the connection open.
"""
EVENT_STREAM_EXAMPLE = """\
event: status
data: {"stage": "retrieving", "detail": "searching the documents"}

event: citation
data: {"number": 1, "document": "leave.md", "title": "Leave", "quote": "Leave is 28 days.", "start": 0, "end": 17, …}

event: sentence
data: {"text": "Leave is 28 days.", "verdict": "proven", "reason": null, "citations": [1]}

event: done
data: {"id": "…", "answered": true, "answer": "Leave is 28 days. [1]", …}

"""
# For OpenAPI, which has no better words for a stream; the JSON beside it describes itself.
ASK_CONTENT: dict[str, Any] = {
    "content": {
        "text/event-stream": {
            "schema": {"type": "string", "description": EVENT_STREAM},
            "example": EVENT_STREAM_EXAMPLE,
        }
    }
}


CONVERSATION_ID = r"^[!-~]{1,200}$"


def problem(description: str) -> dict[str, Any]:
    """A response that says what went wrong, for OpenAPI."""
    schema = {"$ref": "#/components/schemas/ProblemJson"}
    return {"description": description, "content": {"application/problem+json": {"schema": schema}}}


Responses = dict[int | str, dict[str, Any]]
# What every route may answer.
EVERYWHERE: Responses = {
    401: problem("A key is needed, or the one given is none."),
    403: problem("The key does not allow it."),
    421: problem("The request was meant for another host."),
    422: problem("Something in the request is not what it must be; `detail` names it."),
    429: problem("Too many requests; `Retry-After` says how many seconds to wait."),
    500: problem("An unexpected error; the server's log has it under the id in `detail`."),
    503: problem("Not now: too much to do, or not indexed yet; `Retry-After` says how many seconds to wait."),
}
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
