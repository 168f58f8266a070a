"""What the Slack surface needs from the rest of the program, and its own parts from each other."""

from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from bot.events import Event
from bot.overview import Overview
from bot.phrases import Phrases
from bot.queued import Lost, NewQuestion, Queued
from bot.record import Record
from bot.scope import EVERYTHING, Scope
from bot.surface import Surface
from bot.turn import Turn
from index.document import Document


class Answering(Protocol):
    """Answers questions of conversations. Raises AnsweringProblem and IndexProblem on purpose."""

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
        phrases: Phrases | None = None,
        asked_at: datetime | None = None,
    ) -> AsyncGenerator[Event, None]:
        """The answer while it is being made, itself at last; closing this ends the work."""
        ...

    async def record(self, answer_id: str) -> Record:
        """Raises AnswerNotFound and HistoryUnavailable."""
        ...

    async def document(self, id: str, *, scope: Scope = EVERYTHING) -> Document:
        """Raises DocumentNotFound, also for one outside the scope."""
        ...

    async def overview(self, scope: Scope = EVERYTHING) -> Overview: ...


class ReadinessState(Protocol):
    """One look at how far the index is."""

    @property
    def ready(self) -> bool: ...

    @property
    def percent(self) -> int: ...


class Readiness(Protocol):
    """Whether questions can be answered now."""

    @property
    def state(self) -> ReadinessState: ...


class Inbox(Protocol):
    """The queue of questions, shared by all processes; synchronous. Raises HistoryUnavailable."""

    def accept(self, claims: Sequence[str], question: NewQuestion | None, now: datetime) -> bool: ...

    def revise(self, key: str, claims: Sequence[str], text: str, now: datetime) -> Queued | None: ...

    def withdraw(self, key: str, claims: Sequence[str]) -> Queued | None: ...

    def stop(self, thread: str, now: datetime) -> list[str]: ...

    def take(self, owner: str, now: datetime, lease_s: float, limit: int) -> list[Queued]: ...

    def renew(
        self, owner: str, now: datetime, lease_s: float, working: Collection[str] | None = None
    ) -> list[Lost]: ...

    def note(self, id: str, owner: str, revision: int, reply: Mapping[str, Any]) -> bool: ...

    def move(self, id: str, owner: str, revision: int, thread: str) -> bool: ...

    def finish(
        self,
        id: str,
        owner: str,
        revision: int,
        outcome: str,
        reply: Mapping[str, Any],
        content: Mapping[str, Any] | None = None,
    ) -> bool: ...

    def give_back(self, owner: str) -> int: ...

    def owns(self, thread: str) -> bool: ...

    def is_over(self, id: str) -> bool: ...

    def posted(self, thread: str) -> set[str]: ...

    def recent(self, person: str, limit: int) -> list[Queued]: ...

    def waiting(self) -> int: ...

    def by_id(self, id: str) -> Queued | None: ...


class Feedback(Protocol):
    """What people think of answers; synchronous. Raises AnswerNotFound and HistoryUnavailable."""

    def vote(self, answer_id: str, person: str, up: bool, at: datetime) -> None: ...

    def reason(self, answer_id: str, person: str, text: str) -> None: ...

    def missing(self, answer_id: str, person: str, at: datetime) -> None: ...


class Api(Protocol):
    """Calls of Slack's Web API. Raises SlackProblem."""

    async def call(
        self, team: str, method: str, *, enterprise: str | None = None, patience_s: float = 30.0, **arguments: Any
    ) -> dict[str, Any]: ...
