"""One answer in the making: what was asked, found and written, put together as an Answer and its Record."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter

from bot.answer import Answer, Citation, ClosePassage, Sentence, Timings
from bot.citations import marked_text
from bot.document_url import document_url
from bot.observer import Observation, Stage
from bot.phrases import Phrases
from bot.query import StandaloneQuestion
from bot.record import Considered, Record, Usage
from bot.scope import Scope
from index.retriever import Hit

CLOSEST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Written:
    """What came of a writer: its sentences with their verdicts, and the citations of those that are proven.

    `read` is how many of the passages it was given; `model` is None for the extractive writer.
    """

    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    confidence: float
    read: int
    model: str | None = None
    notice: str | None = None

    @property
    def answers(self) -> bool:
        return bool(self.citations)


@dataclass(slots=True)
class AnswerBuilder:
    """Filled in as the work goes on; the timings are of this object's life."""

    question: str
    conversation_id: str
    standalone: StandaloneQuestion
    id: str
    scope: Scope
    phrases: Phrases
    asked_at: datetime
    owner: str
    observation: Observation
    hits: Sequence[Hit] = ()
    calls: list[Usage] = field(default_factory=list)
    _started: float = field(default_factory=perf_counter)
    _seconds: dict[Stage, float] = field(default_factory=lambda: {"retrieve": 0.0, "write": 0.0, "verify": 0.0})

    @contextmanager
    def timed(self, stage: Stage) -> Iterator[None]:
        """Count the block's time as that of the stage."""
        started = perf_counter()
        try:
            yield
        finally:
            seconds = perf_counter() - started
            self._seconds[stage] += seconds
            self.observation.spent(stage, seconds)

    def answer(self, written: Written) -> Answer:
        """What was written, or an abstention with the closest passages if nothing of it is proven."""
        not_known = self.phrases.not_known if self.hits else self.phrases.nothing_indexed
        return Answer(
            id=self.id,
            conversation_id=self.conversation_id,
            question=self.question,
            standalone_question=self.standalone.text,
            answered=written.answers,
            sentences=written.sentences,
            answer=marked_text(written.sentences) if written.answers else not_known,
            confidence=round(written.confidence, 4),
            writer="generative" if written.model else "extractive",
            citations=written.citations,
            closest=() if written.answers else tuple(map(_closest, self.hits[:CLOSEST_SHOWN])),
            took_ms=self._timings(),
            model=written.model,
            notice=written.notice,
        )

    def record(self, answer: Answer, written: Written) -> Record:
        """The answer with everything that led to it."""
        fates = (_fate(hit, place < written.read, answer.citations) for place, hit in enumerate(self.hits))
        considered = tuple(_considered(hit, fate) for hit, fate in zip(self.hits, fates, strict=True))
        return Record(answer, self.asked_at, self.standalone.queries, considered, tuple(self.calls))

    def _timings(self) -> Timings:
        spent = {stage: _milliseconds(seconds) for stage, seconds in self._seconds.items()}
        return Timings(**spent, total=_milliseconds(perf_counter() - self._started))


def _fate(hit: Hit, read: bool, citations: Sequence[Citation]) -> str:
    passage = hit.passage
    numbers = [
        f"[{one.number}]"
        for one in citations
        if one.document == passage.document and one.start < passage.end and passage.start < one.end
    ]
    if numbers:
        return f"cited as {''.join(numbers)}"
    return "read, not cited" if read else "not read"


def _considered(hit: Hit, fate: str) -> Considered:
    passage = hit.passage
    return Considered(
        document=passage.document,
        title=passage.title,
        start=passage.start,
        end=passage.end,
        page=passage.page,
        sha256=passage.sha256,
        text=passage.text,
        dense=hit.dense,
        keyword=hit.keyword,
        score=hit.score,
        fate=fate,
    )


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


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 2)
