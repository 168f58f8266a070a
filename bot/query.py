"""What is searched for: the question as it stands alone, and what earlier turns add to it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Query:
    """A text to search for, and how much its scores count beside the question's own, which count 1."""

    text: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class StandaloneQuestion:
    """A question that can be understood without the conversation, and all that is searched for to answer it.

    `queries` begins with the question itself; `text` is what writers answer.
    """

    text: str
    queries: tuple[Query, ...]

    @classmethod
    def alone(cls, question: str) -> "StandaloneQuestion":
        """As it was asked, with nothing before it."""
        return cls(question, (Query(question),))
