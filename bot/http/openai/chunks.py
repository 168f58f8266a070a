"""An answer as a stream of chunks: a piece of text for each sentence as soon as it is proven."""

from collections.abc import Callable, Iterable
from typing import Literal

from sse_starlette import ServerSentEvent

from bot.answer import Answer, Citation, Sentence
from bot.answer_json import answer_json
from bot.cited_markdown import CitedMarkdown
from bot.events import Event, Status
from bot.http.event_stream import SEPARATOR, sent_event
from bot.http.openai.body import MODEL
from bot.http.openai.completion import ChunkJson, DeltaJson, UsageJson, annotation_json, completion_id
from bot.http.openai.error import openai_error
from bot.http.problems import Problem

DONE = "[DONE]"

UsageOf = Callable[[str], UsageJson]


class Chunks:
    """What clients of OpenAI's API are told. `usage_of` counts for the whole content; without it no usage is sent."""

    def __init__(self, answer_id: str, base_url: str, created: int, usage_of: UsageOf | None) -> None:
        self._id = completion_id(answer_id)
        self._base_url = base_url
        self._created = created
        self._usage_of = usage_of
        self._written = CitedMarkdown(base_url)
        self._begun = False

    def event(self, event: Event) -> Iterable[ServerSentEvent]:
        if not self._begun:
            self._begun = True
            yield self._delta({"role": "assistant", "content": ""})
        match event:
            case Citation():
                self._written.cite(event)
            case Sentence():
                yield from self._text(self._written.write(event))
            case Status(stage="fallback"):
                yield from self._text(self._written.take_back(event.detail))
            case Answer():
                yield from self._end(event)

    def problem(self, problem: Problem) -> Iterable[ServerSentEvent]:
        yield sent_event({"error": openai_error(problem.status, problem.detail)})

    def _text(self, text: str) -> Iterable[ServerSentEvent]:
        return [self._delta({"content": text})] if text else []

    def _end(self, answer: Answer) -> Iterable[ServerSentEvent]:
        yield from self._text(self._written.end(answer))
        annotations = [annotation_json(one, self._base_url) for one in self._written.markers]
        last = self._chunk({"annotations": annotations}, "stop")
        yield sent_event({**last, "footnote": answer_json(answer, self._base_url)})
        if self._usage_of:
            usage = self._usage_of(self._written.text)
            yield sent_event({**last, "choices": [], "usage": usage})
        yield ServerSentEvent(DONE, sep=SEPARATOR)

    def _delta(self, delta: DeltaJson) -> ServerSentEvent:
        return sent_event(self._chunk(delta, None))

    def _chunk(self, delta: DeltaJson, finish_reason: Literal["stop"] | None) -> ChunkJson:
        chunk: ChunkJson = {
            "id": self._id,
            "object": "chat.completion.chunk",
            "created": self._created,
            "model": MODEL,
            "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}],
        }
        if self._usage_of:
            chunk["usage"] = None
        return chunk
