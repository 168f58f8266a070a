"""An Answer as the JSON that other programs rely on: the same from the command line and over HTTP."""

import json
from typing import Any, Literal

from typing_extensions import TypedDict

from bot.answer import Answer, Citation, ClosePassage, Sentence
from index.document import Passage


class PassageJson(TypedDict):
    """A passage found by searching."""

    document: str
    title: str
    text: str
    start: int
    end: int
    page: int | None
    score: float


class ClosePassageJson(PassageJson):
    """A passage shown when the question is not answered."""

    url: str


class SentenceJson(TypedDict):
    """A sentence without markers. One that is withheld says why and no more: what is not proven reaches no reader."""

    text: str | None
    verdict: Literal["proven", "withheld"]
    reason: str | None
    citations: list[int]


class CitationJson(TypedDict):
    """The footnote that `[number]` in the answer's text points at."""

    number: int
    document: str
    title: str
    quote: str
    start: int
    end: int
    page: int | None
    sha256: str
    url: str
    score: float


class TimingsJson(TypedDict):
    """Milliseconds."""

    retrieve: float
    write: float
    verify: float
    total: float


class AnswerJson(TypedDict):
    """An answer with its citations, or, with `answered` false, an abstention with the closest passages."""

    id: str
    conversation_id: str
    question: str
    standalone_question: str
    answered: bool
    answer: str
    short_answer: str | None
    confidence: float
    writer: Literal["extractive", "generative"]
    model: str | None
    notice: str | None
    sentences: list[SentenceJson]
    citations: list[CitationJson]
    closest: list[ClosePassageJson]
    took_ms: TimingsJson


def answer_json(answer: Answer, base_url: str | None = None) -> AnswerJson:
    """The answer as plain values; relative URLs are put below `base_url` if there is one."""
    took = answer.took_ms
    return {
        "id": answer.id,
        "conversation_id": answer.conversation_id,
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "answered": answer.answered,
        "answer": answer.answer,
        "short_answer": answer.short_answer,
        "confidence": answer.confidence,
        "writer": answer.writer,
        "model": answer.model,
        "notice": answer.notice,
        "sentences": [sentence_json(sentence) for sentence in answer.sentences],
        "citations": [citation_json(citation, base_url) for citation in answer.citations],
        "closest": [_close_passage(passage, base_url) for passage in answer.closest],
        "took_ms": {
            "retrieve": took.retrieve,
            "write": took.write,
            "verify": took.verify,
            "total": took.total,
        },
    }


def sentence_json(sentence: Sentence) -> SentenceJson:
    """The sentence and its verdict, without the words that could not be proven."""
    if sentence.withheld is not None:
        return {"text": None, "verdict": "withheld", "reason": sentence.withheld, "citations": []}
    return {"text": sentence.text, "verdict": "proven", "reason": None, "citations": list(sentence.citations)}


def citation_json(citation: Citation, base_url: str | None = None) -> CitationJson:
    """The citation; a relative URL is put below `base_url` if there is one."""
    return {
        "number": citation.number,
        "document": citation.document,
        "title": citation.title,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "page": citation.page,
        "sha256": citation.sha256,
        "url": below(base_url, citation.url),
        "score": citation.score,
    }


def passage_json(passage: Passage, score: float) -> PassageJson:
    """A passage found by searching, and how well it fits."""
    return {
        "document": passage.document,
        "title": passage.title,
        "text": passage.text,
        "start": passage.start,
        "end": passage.end,
        "page": passage.page,
        "score": score,
    }


def json_text(value: Any, indent: int | None = None) -> str:
    """JSON that can always be written as UTF-8 and read back the same; raises ValueError for NaN and inf.

    Letters stay readable. A half of a surrogate pair, which a broken document may contain, has no UTF-8;
    Python's backslash notation for it is also JSON's.
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _close_passage(passage: ClosePassage, base_url: str | None) -> ClosePassageJson:
    return {
        "document": passage.document,
        "title": passage.title,
        "text": passage.text,
        "start": passage.start,
        "end": passage.end,
        "page": passage.page,
        "score": passage.score,
        "url": below(base_url, passage.url),
    }


def below(base_url: str | None, url: str) -> str:
    """The URL, below `base_url` if it is relative and there is one."""
    return base_url.rstrip("/") + url if base_url and url.startswith("/") else url
