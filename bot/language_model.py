"""What is asked of a language model, whoever makes it: messages in, text out while it is being written."""

from collections.abc import Sequence
from typing import Literal, Protocol, Self

from bot.message import Message

Ending = Literal["complete", "cut", "filtered"]


class ModelStream(Protocol):
    """The deltas of one call, which is made when the first is asked for.

    `aclose` ends the call at any moment and closes its connection; whoever does not read to the end owes it.
    Raises ModelProblem and nothing else, but for cancellation.
    """

    @property
    def input_tokens(self) -> int | None:
        """Known after the end, where the server tells."""
        ...

    @property
    def output_tokens(self) -> int | None:
        """Known after the end, where the server tells."""
        ...

    @property
    def ending(self) -> Ending | None:
        """After the end: `cut` when the model had no more tokens, `filtered` when its maker kept something back."""
        ...

    def __aiter__(self) -> Self: ...

    async def __anext__(self) -> str: ...

    async def aclose(self) -> None: ...


class LanguageModel(Protocol):
    """A model that can be called many times at once."""

    @property
    def name(self) -> str: ...

    def stream(self, messages: Sequence[Message]) -> ModelStream: ...
