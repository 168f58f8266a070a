"""The heart: a question becomes an Answer whose every footnote has been checked, or an honest abstention."""

import asyncio
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from time import perf_counter
from typing import Protocol, TypeVar
from uuid import uuid4

from bot.answer import Answer, ClosePassage, Timings
from bot.citations import Proven, prove
from bot.document_url import document_url
from bot.draft import NOTHING, Draft
from bot.errors import DocumentNotFound
from bot.phrases import Phrases
from bot.question import checked_question
from bot.settings import Settings
from index.document import Document
from index.retriever import Hit

RETRIEVED = 10
CLOSEST_SHOWN = 3

Result = TypeVar("Result")


class Source(Protocol):
    """Where passages come from. Both calls are synchronous and may be made from several threads at once."""

    def retrieve(self, question: str, limit: int) -> list[Hit]:
        """The best passages, best first. Raises NotReady while there is nothing to answer from."""
        ...

    def document(self, id: str) -> Document | None:
        """The version that passages are served from."""
        ...


class Writer(Protocol):
    """Turns passages into a draft; synchronous."""

    def write(self, question: str, hits: Sequence[Hit]) -> Draft: ...


class Answering:
    """Answers questions, at most as many at once as there are cores; safe to share between tasks."""

    def __init__(self, source: Source, writer: Writer, phrases: Phrases, settings: Settings) -> None:
        self._source = source
        self._writer = writer
        self._phrases = phrases
        self._settings = settings
        self._pool = ThreadPoolExecutor(max_workers=os.cpu_count(), thread_name_prefix="answering")

    async def answer(self, question: str, conversation_id: str | None = None) -> Answer:
        """Raises InvalidQuestion, NotReady, and whatever the index raises."""
        asked = checked_question(question, self._settings.max_question_chars)
        return await self._in_thread(partial(self._answer, asked, conversation_id or uuid4().hex))

    async def search(self, query: str, top_k: int) -> list[Hit]:
        """The best passages alone. Raises InvalidQuestion and NotReady."""
        asked = checked_question(query, self._settings.max_question_chars)
        return await self._in_thread(partial(self._source.retrieve, asked, top_k))

    async def document(self, id: str) -> Document:
        """Raises DocumentNotFound."""
        document = await self._in_thread(partial(self._source.document, id))
        if document is None:
            raise DocumentNotFound(f"no document {id!r} is in the index")
        return document

    def close(self) -> None:
        """Wait for the questions that are being worked on; none can be asked afterwards."""
        self._pool.shutdown()

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def _answer(self, question: str, conversation_id: str) -> Answer:
        attempt = self._attempt(question)
        if attempt.drafted and not attempt.proven.sentences:  # its documents have just changed: look again
            attempt = self._attempt(question)
        answered = bool(attempt.proven.sentences)
        return Answer(
            id=uuid4().hex,
            conversation_id=conversation_id,
            question=question,
            standalone_question=question,
            answered=answered,
            sentences=attempt.proven.sentences,
            answer=self._text(attempt),
            confidence=round(attempt.confidence, 4),
            writer="extractive",
            citations=attempt.proven.citations,
            closest=() if answered else tuple(_closest(hit) for hit in attempt.hits[:CLOSEST_SHOWN]),
            took_ms=attempt.took_ms,
        )

    def _attempt(self, question: str) -> "_Attempt":
        started = perf_counter()
        hits = self._source.retrieve(question, RETRIEVED)
        retrieved = perf_counter()
        draft = self._writer.write(question, hits)
        trusted = draft if draft.confidence >= self._settings.abstain_below else NOTHING
        written = perf_counter()
        proven = prove(trusted.sentences, lru_cache(self._source.document))
        took_ms = _timings(started, retrieved, written, perf_counter())
        return _Attempt(hits, draft.confidence, bool(trusted.sentences), proven, took_ms)

    def _text(self, attempt: "_Attempt") -> str:
        if attempt.proven.sentences:
            return attempt.proven.text
        return self._phrases.not_known if attempt.hits else self._phrases.nothing_indexed


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What one pass over the index gave."""

    hits: Sequence[Hit]
    confidence: float
    drafted: bool
    proven: Proven
    took_ms: Timings


def _closest(hit: Hit) -> ClosePassage:
    passage = hit.passage
    return ClosePassage(
        document=passage.document,
        title=passage.title,
        text=passage.text,
        start=passage.start,
        end=passage.end,
        page=passage.page,
        score=hit.score,
        url=document_url(passage.document, passage.start, passage.end, passage.sha256),
    )


def _timings(started: float, retrieved: float, written: float, verified: float) -> Timings:
    return Timings(
        retrieve=_milliseconds(retrieved - started),
        write=_milliseconds(written - retrieved),
        verify=_milliseconds(verified - written),
        total=_milliseconds(verified - started),
    )


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 2)
