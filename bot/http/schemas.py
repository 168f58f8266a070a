"""What clients send and what they get back where the answer's own JSON does not say it."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
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


def event_schema(data: dict[str, Any], name: str | None = None) -> dict[str, Any]:
    """A server-sent event whose data are JSON of that schema, for OpenAPI."""
    content = {"type": "string", "contentMediaType": "application/json", "contentSchema": data}
    named = {"event": {"const": name}} if name else {}
    return {"type": "object", "properties": {**named, "data": content}, "required": [*named, "data"]}


def referred(name: str) -> dict[str, Any]:
    """A schema by its name, for OpenAPI."""
    return {"$ref": f"#/components/schemas/{name}"}


EVENTS = (
    ("status", "StatusJson"),
    ("citation", "CitationJson"),
    ("sentence", "SentenceJson"),
    ("done", "AnswerJson"),
    ("error", "ProblemJson"),
)
ASK_CONTENT: dict[str, Any] = {
    "content": {
        "text/event-stream": {
            "schema": {
                "description": EVENT_STREAM,
                "oneOf": [event_schema(referred(schema), name) for name, schema in EVENTS],
            }
        }
    }
}
# What Python takes for no space and SQLite for text: a question needs one such character.
_SPACES = r"\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
QUESTION_SCHEMA = {"pattern": rf"^[^\x00]*[^\x00{_SPACES}][^\x00]*$"}
CONVERSATION_ID = r"^[!-~]{1,200}$"


def problem(description: str, path: str = "") -> dict[str, Any]:
    """A response that says what went wrong, as it is said at that path, for OpenAPI."""
    name = "OpenAIProblemJson" if speaks_openai(path) else "ProblemJson"
    return {"description": description, "content": {"application/problem+json": {"schema": referred(name)}}}


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


def _as_integer(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


# JSON knows no difference between 10 and 10.0, and some clients send the latter.
WHOLE = BeforeValidator(_as_integer)


class AskBody(RequestBody):
    """A question, and the conversation that it continues."""

    question: Annotated[str, Field(json_schema_extra=QUESTION_SCHEMA)]
    conversation_id: Annotated[str | None, Field(pattern=CONVERSATION_ID)] = None


class SearchBody(RequestBody):
    """A query, and how many passages are wanted at most."""

    query: Annotated[str, Field(json_schema_extra=QUESTION_SCHEMA)]
    top_k: Annotated[int, Field(ge=1, le=100), WHOLE] = 10


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
