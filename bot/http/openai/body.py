"""What clients of OpenAI's chat completions send; what cannot be followed is refused by name, or ignored."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from bot.http.openai.error import Refusal
from bot.http.schemas import WHOLE

MODEL = "footnote"

EXAMPLE: dict[str, Any] = {
    "model": MODEL,
    "messages": [
        {"role": "user", "content": "Who commands the mission?"},
        {"role": "assistant", "content": "Godfrey Otunge commands the mission."},
        {"role": "user", "content": "Since when?"},
    ],
    "stream": False,
}


# For OpenAPI: what is followed of fields that may hold anything.
TEXT: dict[str, Any] = {
    "anyOf": [{"type": "object", "properties": {"type": {"const": "text"}}, "required": ["type"]}, {"type": "null"}]
}
ONLY_TEXT: dict[str, Any] = {
    "anyOf": [{"type": "array", "items": {"const": "text"}, "minItems": 1, "maxItems": 1}, {"type": "null"}]
}
NO_LOGPROBS: dict[str, Any] = {"anyOf": [{"type": "boolean", "const": False}, {"type": "null"}]}
NO_TOOL: dict[str, Any] = {"enum": ["none", "auto", None]}


class Part(BaseModel):
    """A part of a message; only text is read."""

    model_config = ConfigDict(frozen=True, strict=True)

    type: str
    text: str | None = None


def _form(content: Any) -> str | None:
    return "text" if isinstance(content, str) else "parts" if isinstance(content, list) else None


Content = Annotated[
    Annotated[str, Tag("text")] | Annotated[list[Part], Tag("parts")],
    Discriminator(_form, custom_error_type="content", custom_error_message="must be a string or a list of parts"),
]


class Message(BaseModel):
    """One message of the conversation. Those that are neither the user's nor the assistant's are not followed."""

    model_config = ConfigDict(frozen=True, strict=True)

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Content | None = None


class StreamOptions(BaseModel):
    """`include_usage` asks for one more chunk, the last, with the usage."""

    model_config = ConfigDict(frozen=True, strict=True)

    include_usage: bool | None = None


class CompletionBody(BaseModel):
    """OpenAI's request, as far as it is read. Other fields are accepted and ignored, for clients add many."""

    model_config = ConfigDict(frozen=True, strict=True, json_schema_extra={"example": EXAMPLE})

    model: Annotated[str, Field(description="There is no other.", json_schema_extra={"const": MODEL})]
    messages: Annotated[
        list[Message],
        Field(
            min_length=1,
            description="The last one of the user is the question, the ones before it its conversation.",
            json_schema_extra={"contains": {"properties": {"role": {"const": "user"}}, "required": ["role"]}},
        ),
    ]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: Annotated[
        int | None, Field(description="One answer, no more.", json_schema_extra={"enum": [1, None]}), WHOLE
    ] = None
    response_format: Annotated[Any, Field(description="Only text.", json_schema_extra=TEXT)] = None
    tool_choice: Annotated[Any, Field(description="No tool is ever called.", json_schema_extra=NO_TOOL)] = None
    function_call: Annotated[
        Any, Field(description="The same, as it was called before.", json_schema_extra=NO_TOOL)
    ] = None
    modalities: Annotated[Any, Field(description="Only text.", json_schema_extra=ONLY_TEXT)] = None
    audio: Annotated[Any, Field(description="There is none.", json_schema_extra={"type": "null"})] = None
    logprobs: Annotated[Any, Field(description="There are none.", json_schema_extra=NO_LOGPROBS)] = None

    @property
    def wants_usage(self) -> bool:
        """At the end of a stream."""
        return bool(self.stream_options and self.stream_options.include_usage)

    def check(self) -> None:
        """Raises Refusal for another model, and for the first field that would make the answer another thing."""
        if self.model != MODEL:
            raise unknown_model()
        for param, detail in self._unfollowable():
            raise Refusal(detail, param)

    def _unfollowable(self) -> Iterator[tuple[str, str]]:
        if self.n not in (None, 1):
            yield "n", "n: a question has one answer here"
        if self.response_format is not None and _kind(self.response_format) != "text":
            yield "response_format", "response_format: answers are text with footnotes, not JSON of a given form"
        for param, choice in (("tool_choice", self.tool_choice), ("function_call", self.function_call)):
            if choice not in (None, "none", "auto"):
                yield param, f"{param}: no tool is ever called here, so none can be required"
        if self.modalities not in (None, ["text"]):
            yield "modalities", "modalities: answers are text"
        if self.audio is not None:
            yield "audio", "audio: answers are text"
        if self.logprobs is not None and self.logprobs is not False:
            yield "logprobs", "logprobs: there are none; how sure the answer is says footnote.confidence"


def unknown_model() -> Refusal:
    return Refusal(f"there is no such model; this server has one, {MODEL}", "model", "model_not_found", 404)


def _kind(value: Any) -> Any:
    return value.get("type") if isinstance(value, dict) else None
