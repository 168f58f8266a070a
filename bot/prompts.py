"""What a language model is told, whoever words it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.message import Message
from bot.turn import Turn
from index.retriever import Hit


@dataclass(frozen=True, slots=True)
class Prompt:
    """`sha256` is that of the bytes of the file it was made from, in hexadecimal.

    The first `shown` of the hits are its passages 1, 2, …; the others had no room.
    """

    messages: tuple[Message, ...]
    sha256: str
    shown: int = 0


class Prompts(Protocol):
    """Makes prompts that fit into the model's window; synchronous, a few milliseconds."""

    def answering(self, question: str, hits: Sequence[Hit]) -> Prompt:
        """Asks for an answer from the passages; the question must stand alone."""
        ...

    def condensing(self, question: str, turns: Sequence[Turn]) -> Prompt:
        """Asks for the question as it would be asked without the turns before it, oldest first."""
        ...
