"""Asking the questions of an evaluation, one at a time, the way a user's are answered."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol

from bot.answer import Answer
from bot.question_set import LabelledQuestion
from bot.scorecard import Outcome, Reply
from bot.turn import Turn
from index.retriever import CANDIDATES, Hit


class Source(Protocol):
    """What `answering` answers from, as if the documents in `withheld` were not in the corpus."""

    withheld: Collection[str]


class Answering(Protocol):
    """Must never abstain for want of confidence: what would have been said is part of the examination."""

    async def answer(self, question: str, *, turns: Sequence[Turn]) -> Answer: ...

    async def search(self, query: str, top_k: int, turns: Sequence[Turn]) -> list[Hit]: ...


@dataclass(frozen=True, slots=True)
class Examination:
    """Questions about the rows of one corpus file: document `id` is the row `corpus_path#id`.

    An answer counts as shown if its confidence is not below `abstain_below`. With `withhold` every answerable
    question is asked a second time, without the documents that answer it.
    """

    source: Source
    answering: Answering
    corpus_path: str
    abstain_below: float
    withhold: bool = False

    async def ask(self, question: LabelledQuestion) -> Outcome:
        """Search, then answer, then answer without the relevant documents."""
        started = perf_counter()
        # As many as can be asked for without weighing more candidates than for a user's question.
        hits = await self.answering.search(question.question, CANDIDATES, question.turns)
        retrieved = perf_counter()
        asked = not question.retrieval_only
        return Outcome(
            question=question,
            ranking=tuple(dict.fromkeys(self._row_id(hit) for hit in hits)),
            retrieve_milliseconds=_milliseconds(started, retrieved),
            reply=await self._reply(question) if asked else None,
            withheld=await self._reply_without_documents(question) if asked and self.withhold else None,
        )

    async def _reply(self, question: LabelledQuestion) -> Reply:
        started = perf_counter()
        answer = await self.answering.answer(question.question, turns=question.turns)
        return Reply(
            text=" ".join(sentence.text for sentence in answer.sentences if not sentence.withheld),
            short_answer=answer.short_answer,
            confidence=answer.confidence,
            shown=answer.answered and answer.confidence >= self.abstain_below,
            milliseconds=_milliseconds(started, perf_counter()),
        )

    async def _reply_without_documents(self, question: LabelledQuestion) -> Reply | None:
        if not (question.answerable and question.docs):
            return None
        with self._withheld(question.docs):
            return await self._reply(question)

    @contextmanager
    def _withheld(self, ids: Iterable[str]) -> Iterator[None]:
        self.source.withheld = [f"{self.corpus_path}#{id}" for id in ids]
        try:
            yield
        finally:
            self.source.withheld = ()

    def _row_id(self, hit: Hit) -> str:
        return hit.passage.document.removeprefix(f"{self.corpus_path}#")


def _milliseconds(started: float, ended: float) -> float:
    return (ended - started) * 1000
