"""What the HTTP surface needs from the rest of the program."""

from collections.abc import AsyncGenerator, AsyncIterable, Callable, Sequence
from datetime import datetime
from typing import Protocol

from bot.answer import Answer
from bot.conversation_summary import ConversationPage
from bot.events import Event
from bot.finished_request import FinishedRequest
from bot.listed_documents import ListedDocuments
from bot.record import Record
from bot.scope import EVERYTHING, Scope
from bot.stored import Stored
from bot.surface import Surface
from bot.turn import Turn
from index.document import Document, Passage
from index.original import Original


class FoundPassage(Protocol):
    """A passage and how well it fits the query; higher is better."""

    @property
    def passage(self) -> Passage: ...

    @property
    def score(self) -> float: ...


class Answering(Protocol):
    """Answers, searches and opens documents. Raises only AnsweringProblem and IndexProblem on purpose."""

    async def answer(
        self,
        question: str,
        conversation_id: str | None = None,
        turns: Sequence[Turn] | None = None,
        *,
        scope: Scope = EVERYTHING,
        owner: str = "",
        surface: Surface = "cli",
    ) -> Answer:
        """Cancelling this ends the work."""
        ...

    def stream(
        self,
        question: str,
        conversation_id: str | None = None,
        turns: Sequence[Turn] | None = None,
        *,
        scope: Scope = EVERYTHING,
        owner: str = "",
        surface: Surface = "cli",
        answer_id: str | None = None,
    ) -> AsyncGenerator[Event, None]:
        """The answer while it is being made, itself at last; closing this ends the work."""
        ...

    async def search(
        self, query: str, top_k: int, turns: Sequence[Turn] = (), *, scope: Scope = EVERYTHING
    ) -> Sequence[FoundPassage]: ...

    async def document(self, id: str, *, scope: Scope = EVERYTHING) -> Document: ...

    async def record(self, answer_id: str) -> Record: ...


class Documents(Protocol):
    """The documents inside a scope, and their files. Raises only AnsweringProblem and IndexProblem on purpose."""

    async def page(self, scope: Scope, limit: int, after: str | None = None) -> ListedDocuments: ...

    async def put(self, id: str, chunks: AsyncIterable[bytes], scope: Scope) -> Stored:
        """What `chunks` raises goes through; nothing has happened then."""
        ...

    async def delete(self, id: str, scope: Scope) -> None: ...

    async def original(self, id: str, scope: Scope) -> Original:
        """Whoever gets it has to close it."""
        ...


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


class Conversations(Protocol):
    """One's own conversations; synchronous. Raises ConversationNotFound and HistoryUnavailable."""

    def of(self, owner: str, limit: int, after: str | None = None) -> ConversationPage: ...

    def records(self, conversation_id: str, owner: str) -> list[Record]: ...

    def forget(self, conversation_id: str, owner: str) -> None: ...


class Feedback(Protocol):
    """What people think of answers; synchronous. Raises AnswerNotFound and HistoryUnavailable."""

    def vote(self, answer_id: str, person: str, up: bool, at: datetime) -> None: ...

    def reason(self, answer_id: str, person: str, text: str) -> None: ...

    def missing(self, answer_id: str, person: str, at: datetime) -> None: ...


class Monitoring(Protocol):
    """Figures about the running server; usable from any thread."""

    def requested(self, request: FinishedRequest) -> None: ...

    def exposition(self, accept: str) -> tuple[bytes, str]:
        """All figures in a format that is accepted, and its media type; synchronous."""
        ...


OpenConversations = Callable[[], Conversations]
OpenFeedback = Callable[[], Feedback]
