"""A turn of a conversation: what was asked and what was answered."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Turn:
    """`answer` is the text without markers; empty if the documents did not answer."""

    question: str
    standalone_question: str
    answer: str
