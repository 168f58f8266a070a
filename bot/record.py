"""The record of an answer: all that is kept of it, for whoever asks later why it says what it says."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from bot.answer import Answer, Sentence
from bot.query import Query


@dataclass(frozen=True, slots=True)
class Considered:
    """A passage that was retrieved: its scores, and in words what became of it ("cited as [1]", "not read")."""

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


@dataclass(frozen=True, slots=True)
class Usage:
    """What one model call took. Tokens are None where the server does not tell; cost where no price is set."""

    model: str
    prompt_sha256: str
    input_tokens: int | None
    output_tokens: int | None
    cost: float | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Record:
    """An answer and how it came about; `asked_at` is in UTC. The answer holds withheld sentences with their words."""

    answer: Answer
    asked_at: datetime
    queries: tuple[Query, ...]
    considered: tuple[Considered, ...]
    calls: tuple[Usage, ...] = ()

    @property
    def documents(self) -> frozenset[str]:
        """All that it holds words of: it may be shown where these may be read."""
        return self.answer.documents | {one.document for one in self.considered}

    def by_itself(self) -> Self:
        """Without what came from its conversation, whose earlier answers may tell of any document.

        That is in what a follow-up question was understood as and searched for, and, as a model reads that, in
        sentences that were not proven.
        """
        question = self.answer.question
        asked = tuple(query for query in self.queries if query.text == question)
        if self.answer.standalone_question == question and asked == self.queries:
            return self
        sentences = tuple(map(_proven_words, self.answer.sentences))
        answer = replace(self.answer, standalone_question=question, sentences=sentences)
        return replace(self, answer=answer, queries=asked)


def _proven_words(sentence: Sentence) -> Sentence:
    return sentence if sentence.withheld is None else replace(sentence, text="")
