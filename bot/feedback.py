"""What people think of answers."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Opinion:
    """Of one person about one answer. `up` is None without a vote; `missing` says that it should be answered."""

    person: str
    up: bool | None
    reason: str | None
    missing: bool


@dataclass(frozen=True, slots=True)
class JudgedAnswer:
    """A question, what was answered, and what people think of that.

    `answered` is None as long as there is no answer. `documents` are those that are cited, in that order, `quotes`
    their words, `text` is without markers.
    """

    id: str
    question: str
    standalone_question: str
    asked_at: datetime
    answered: bool | None
    text: str
    short_answer: str | None
    quotes: tuple[str, ...]
    documents: tuple[str, ...]
    opinions: tuple[Opinion, ...]

    @property
    def up(self) -> int:
        """How many find it good."""
        return sum(one.up is True for one in self.opinions)

    @property
    def down(self) -> int:
        """How many do not."""
        return sum(one.up is False for one in self.opinions)

    @property
    def missing(self) -> int:
        """How many say that the documents should answer it."""
        return sum(one.missing for one in self.opinions)

    @property
    def reasons(self) -> tuple[str, ...]:
        """What people have written about it."""
        return tuple(one.reason for one in self.opinions if one.reason)
