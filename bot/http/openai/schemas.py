"""What OpenAPI says of the routes for clients of OpenAI's API, where the models do not say it."""

from typing import Any

from bot.http.openai.error import PREFIX
from bot.http.schemas import OpenAIProblemJson, Responses, event_schema, problem, referred

CHUNKS = """
The answer while it is being made: `data:` lines of chunks. The first has the role, then one comes for each sentence as
soon as it is proven, with its markers; then the sources, and a chunk with `annotations` in its delta, the whole answer
in `footnote`, and the `finish_reason`. With `stream_options.include_usage` one more has the `usage`. `[DONE]` is the
end. A chunk with nothing but `error` ends a stream that cannot go on. Sentences of a language model that fails midway
cannot be unsent: a line says that they are taken back, and the documents' own sentences follow. A line that begins
with a colon only keeps the connection open.
"""
_CHUNK = event_schema(referred("ChunkJson"))
_END = {"type": "object", "properties": {"data": {"const": "[DONE]"}}, "required": ["data"]}
_ERROR = event_schema({"type": "object", "properties": {"error": referred("ErrorJson")}, "required": ["error"]})
COMPLETION_CONTENT: dict[str, Any] = {
    "content": {"text/event-stream": {"schema": {"description": CHUNKS, "anyOf": [_CHUNK, _ERROR, _END]}}}
}


def _refused(description: str) -> dict[str, Any]:
    return problem(description, PREFIX)


REFUSED: Responses = {"default": {"description": "Problem details with OpenAI's error", "model": OpenAIProblemJson}}
BODY_REFUSED: Responses = {
    400: _refused("Something in the request cannot be followed; `error.param` names the field."),
    413: _refused("The body is too large."),
    415: _refused("The body is not declared as JSON."),
}
UNKNOWN_MODEL: Responses = {404: _refused("There is no such model: `error.code` is `model_not_found`.")}
