"""The events of an answer as the JSON that other programs rely on: each with its name."""

from typing import Literal

from typing_extensions import TypedDict

from bot.answer import Answer, Citation, Sentence
from bot.answer_json import AnswerJson, CitationJson, SentenceJson, answer_json, citation_json, sentence_json
from bot.events import Event, Stage, Status

EventName = Literal["status", "sentence", "citation", "done"]


class StatusJson(TypedDict):
    """What is being done now. The stage "fallback" takes back every sentence and citation before it."""

    stage: Stage
    detail: str


EventJson = StatusJson | SentenceJson | CitationJson | AnswerJson


def event_json(event: Event, base_url: str | None = None) -> tuple[EventName, EventJson]:
    """The event's name and its plain values; relative URLs are put below `base_url` if there is one."""
    match event:
        case Status():
            return "status", {"stage": event.stage, "detail": event.detail}
        case Sentence():
            return "sentence", sentence_json(event)
        case Citation():
            return "citation", citation_json(event, base_url)
        case Answer():
            return "done", answer_json(event, base_url)
