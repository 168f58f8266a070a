"""An answer as OpenAI's chat completion: its JSON at once, or chunk by chunk."""

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from bot.answer_json import AnswerJson, below
from bot.cited_markdown import Marker
from bot.http.openai.body import MODEL


class UrlCitationJson(TypedDict):
    """Where in `content` the marker of a footnote stands, and what it links to.

    `content[start_index:end_index]` is the marker. Counted are characters as Python does, that is Unicode's code
    points; JavaScript's strings count some characters, such as most emoji, twice.
    """

    start_index: int
    end_index: int
    title: str
    url: str


class AnnotationJson(TypedDict):
    type: Literal["url_citation"]
    url_citation: UrlCitationJson


class MessageJson(TypedDict):
    """`content` is Markdown; the answer as data is `footnote`."""

    role: Literal["assistant"]
    content: str
    refusal: None
    annotations: list[AnnotationJson]


class ChoiceJson(TypedDict):
    index: Literal[0]
    message: MessageJson
    logprobs: None
    finish_reason: Literal["stop"]


class UsageJson(TypedDict):
    """Tokens of what was read of the messages and of `content`, as the bundled tokenizer counts them.

    What a language model read and wrote for the answer, if one did, is not in it.
    """

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class CompletionJson(TypedDict):
    """OpenAI's chat completion with one more field: `footnote`, the whole answer as `POST /ask` gives it."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[ChoiceJson]
    usage: UsageJson
    footnote: AnswerJson


class DeltaJson(TypedDict):
    role: NotRequired[Literal["assistant"]]
    content: NotRequired[str]
    annotations: NotRequired[list[AnnotationJson]]


class ChunkChoiceJson(TypedDict):
    index: Literal[0]
    delta: DeltaJson
    logprobs: None
    finish_reason: Literal["stop"] | None


class ChunkJson(TypedDict):
    """A chunk of a chat completion. The last one with a choice has `footnote`; if asked for, one more has `usage`."""

    id: str
    object: Literal["chat.completion.chunk"]
    created: int
    model: str
    choices: list[ChunkChoiceJson]
    usage: NotRequired[UsageJson | None]
    footnote: NotRequired[AnswerJson]


def completion_id(answer_id: str) -> str:
    """What follows the hyphen is the answer's id, under which `GET /answers/{id}` has it."""
    return f"chatcmpl-{answer_id}"


def completion_json(
    answer: AnswerJson, content: str, annotations: list[AnnotationJson], usage: UsageJson, created: int
) -> CompletionJson:
    message: MessageJson = {"role": "assistant", "content": content, "refusal": None, "annotations": annotations}
    return {
        "id": completion_id(answer["id"]),
        "object": "chat.completion",
        "created": created,
        "model": MODEL,
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}],
        "usage": usage,
        "footnote": answer,
    }


def annotation_json(marker: Marker, base_url: str) -> AnnotationJson:
    cited = marker.citation
    place: UrlCitationJson = {
        "start_index": marker.start,
        "end_index": marker.end,
        "title": cited.title,
        "url": below(base_url, cited.url),
    }
    return {"type": "url_citation", "url_citation": place}


def usage_json(prompt_tokens: int, completion_tokens: int) -> UsageJson:
    return {
        "prompt_tokens": prompt_tokens,
        "completion_tokens": completion_tokens,
        "total_tokens": prompt_tokens + completion_tokens,
    }
