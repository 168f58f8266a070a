"""The record of an answer: all that is kept of it, for whoever asks later why it says what it says."""

from dataclasses import dataclass
from datetime import datetime

from bot.answer import Answer
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
