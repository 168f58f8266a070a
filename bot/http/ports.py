"""What the HTTP surface needs from the rest of the program."""

from collections.abc import AsyncGenerator, Sequence
from typing import Protocol

from bot.answer import Answer
from bot.events import Event
from bot.record import Record
from index.document import Document, Passage


class FoundPassage(Protocol):
    """A passage and how well it fits the query; higher is better."""

    @property
    def passage(self) -> Passage: ...

    @property
    def score(self) -> float: ...


class Answering(Protocol):
    """Answers, searches and opens documents. Raises only AnsweringProblem and IndexProblem on purpose."""

    async def answer(self, question: str, conversation_id: str | None = None) -> Answer:
        """Cancelling this ends the work."""
        ...

    def stream(self, question: str, conversation_id: str | None = None) -> AsyncGenerator[Event, None]:
        """The answer while it is being made, itself at last; closing this ends the work."""
        ...

    async def search(self, query: str, top_k: int) -> Sequence[FoundPassage]: ...

    async def document(self, id: str) -> Document: ...

    async def record(self, answer_id: str) -> Record: ...


class ReadinessState(Protocol):
    """One look at how far the index is; `detail` says it in words, as in "indexing, 42 %"."""

    @property
    def ready(self) -> bool: ...

    @property
    def percent(self) -> int: ...

    @property
    def detail(self) -> str: ...


class Readiness(Protocol):
    """Whether questions can be answered now."""

    @property
    def state(self) -> ReadinessState: ...
