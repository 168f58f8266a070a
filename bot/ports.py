"""What answering needs from the rest of the program."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from bot.claim import Claim
from bot.draft import Draft
from bot.record import Record, Usage
from bot.scope import EVERYTHING, Scope
from bot.turn import Turn
from index.document import Document
from index.document_summary import DocumentSummary
from index.retriever import Hit


class Source(Protocol):
    """Where passages come from. All calls are synchronous and may be made from several threads at once."""

    def retrieve(
        self, question: str, limit: int, beside: Sequence[tuple[str, float]] = (), scope: Scope = EVERYTHING
    ) -> list[Hit]:
        """The best passages inside the scope, best first. Raises NotReady while there is nothing to answer from."""
        ...

    def document(self, id: str) -> Document | None:
        """The version that passages are served from, whoever asks."""
        ...

    def listing(self) -> Sequence[DocumentSummary]:
        """All that there are, whoever asks, in the order of their ids; it takes time for each."""
        ...

    @property
    def change(self) -> int:
        """Another number whenever what can be found is another."""
        ...


class Writer(Protocol):
    """Turns passages into a draft; synchronous."""

    def write(self, question: str, hits: Sequence[Hit]) -> Draft: ...


class Writing(Protocol):
    """One call of a language model, ended by leaving it: its sentences as they are finished."""

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...

    def __aiter__(self) -> AsyncIterator[Claim]: ...

    @property
    def declined(self) -> bool:
        """Whether the model says that the passages do not answer."""
        ...

    @property
    def shown(self) -> int: ...

    @property
    def usage(self) -> Usage | None: ...


class ModelWriter(Protocol):
    """Writes with a language model. What goes wrong there is a ModelProblem."""

    @property
    def name(self) -> str: ...

    def write(self, question: str, hits: Sequence[Hit]) -> Writing: ...

    async def condense(self, question: str, turns: Sequence[Turn]) -> tuple[str, Usage]: ...


class History(Protocol):
    """Keeps conversations; synchronous. Raises HistoryUnavailable, AnswerNotFound and ConversationNotFound."""

    def begin(
        self, conversation_id: str, answer_id: str, question: str, asked_at: datetime, owner: str = ""
    ) -> None: ...

    def finish(self, record: Record, owner: str = "") -> None: ...

    def turns(self, conversation_id: str, limit: int, *, owner: str | None = None) -> list[Turn]: ...

    def record(self, answer_id: str) -> Record: ...
