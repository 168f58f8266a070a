"""What MCP needs from the rest of the program."""

from collections.abc import AsyncGenerator, Sequence
from typing import Protocol

from bot.events import Event
from bot.listed_documents import ListedDocuments
from bot.scope import EVERYTHING, Scope
from bot.surface import Surface
from bot.turn import Turn
from index.document import Document, Passage


class FoundPassage(Protocol):
    """A passage and how well it fits the query; higher is better."""

    @property
    def passage(self) -> Passage: ...

    @property
    def score(self) -> float: ...


class Answering(Protocol):
    """Answers, searches and opens documents. Raises only AnsweringProblem and IndexProblem on purpose."""

    def stream(
        self,
        question: str,
        conversation_id: str | None = None,
        turns: Sequence[Turn] | None = None,
        *,
        scope: Scope = EVERYTHING,
        owner: str = "",
        surface: Surface = "cli",
    ) -> AsyncGenerator[Event, None]:
        """The answer while it is being made, itself at last; closing this ends the work."""
        ...

    async def search(
        self, query: str, top_k: int, turns: Sequence[Turn] = (), *, scope: Scope = EVERYTHING
    ) -> Sequence[FoundPassage]: ...

    async def document(self, id: str, *, scope: Scope = EVERYTHING) -> Document: ...


class Listing(Protocol):
    """The documents inside a scope, in the order of their ids."""

    async def page(self, scope: Scope, limit: int, after: str | None = None) -> ListedDocuments:
        """At most `limit` of those whose ids come after that one."""
        ...
