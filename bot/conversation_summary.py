"""A conversation as a line of a list."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ConversationSummary:
    """`title` is its first question, cut if it is long; `asked_at` is when the latest of its `questions` was asked."""

    id: str
    title: str
    begun_at: datetime
    asked_at: datetime
    questions: int


@dataclass(frozen=True, slots=True)
class ConversationPage:
    """A part of a list; `next` is the id after which it goes on, None at its end."""

    conversations: tuple[ConversationSummary, ...]
    next: str | None
