"""A Record as JSON: for whoever asks over HTTP, and for the history, which reads it back exactly as it was."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import cast

from typing_extensions import TypedDict

from bot.answer import Answer, Citation, ClosePassage, Sentence, Timings
from bot.answer_json import AnswerJson, answer_json
from bot.query import Query
from bot.record import Considered, Record, Usage


class JudgedSentenceJson(TypedDict):
    """A sentence that the citations prove, or, with the reason in `withheld`, one that was not shown."""

    text: str
    citations: list[int]
    withheld: str | None


class QueryJson(TypedDict):
    """What was searched for; the question's own weight is 1."""

    text: str
    weight: float


class ConsideredJson(TypedDict):
    """A passage that was retrieved, best first, and what became of it."""

    document: str
    title: str
    start: int
    end: int
    page: int | None
    sha256: str
    text: str
    dense: float
    keyword: float
    score: float
    fate: str


class CallJson(TypedDict):
    """What one call of the language model took."""

    model: str
    prompt_sha256: str
    input_tokens: int | None
    output_tokens: int | None
    cost: float | None
    seconds: float


class RecordJson(TypedDict):
    """An answer and how it came about; `asked_at` is ISO 8601 in UTC."""

    answer: AnswerJson
    sentences: list[JudgedSentenceJson]
    asked_at: str
    queries: list[QueryJson]
    considered: list[ConsideredJson]
    calls: list[CallJson]


def record_json(record: Record, base_url: str | None = None) -> RecordJson:
    """The record as plain values; relative URLs are put below `base_url` if there is one."""
    return {
        "answer": answer_json(record.answer, base_url),
        "sentences": [_sentence_json(sentence) for sentence in record.answer.sentences],
        "asked_at": record.asked_at.astimezone(UTC).isoformat(),
        "queries": [cast(QueryJson, asdict(query)) for query in record.queries],
        "considered": [cast(ConsideredJson, asdict(passage)) for passage in record.considered],
        "calls": [cast(CallJson, asdict(call)) for call in record.calls],
    }


def record_of(value: RecordJson) -> Record:
    """The record that `record_json` was given, if it was given no `base_url`.

    Raises KeyError, TypeError or ValueError for what is no such JSON.
    """
    return Record(
        answer=_answer(value["answer"], tuple(map(_sentence, value["sentences"]))),
        asked_at=datetime.fromisoformat(value["asked_at"]),
        queries=tuple(Query(**query) for query in value["queries"]),
        considered=tuple(Considered(**passage) for passage in value["considered"]),
        calls=tuple(Usage(**call) for call in value["calls"]),
    )


def _sentence_json(sentence: Sentence) -> JudgedSentenceJson:
    return {"text": sentence.text, "citations": list(sentence.citations), "withheld": sentence.withheld}


def _sentence(value: JudgedSentenceJson) -> Sentence:
    return Sentence(value["text"], tuple(value["citations"]), value["withheld"])


def _answer(value: AnswerJson, sentences: tuple[Sentence, ...]) -> Answer:
    return Answer(
        id=value["id"],
        conversation_id=value["conversation_id"],
        question=value["question"],
        standalone_question=value["standalone_question"],
        answered=value["answered"],
        sentences=sentences,
        answer=value["answer"],
        confidence=value["confidence"],
        writer=value["writer"],
        citations=tuple(Citation(**citation) for citation in value["citations"]),
        closest=tuple(ClosePassage(**passage) for passage in value["closest"]),
        took_ms=Timings(**value["took_ms"]),
        short_answer=value["short_answer"],
        model=value["model"],
        notice=value["notice"],
    )
