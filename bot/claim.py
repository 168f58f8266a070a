"""What a language model says: one sentence, and the numbers of the passages that it names as its sources."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence as the model wrote it, without its markers; `cited` are passage numbers from 1, in its order.

    They are what the model says: they may point nowhere, or at a passage that says something else.
    """

    text: str
    cited: tuple[int, ...]
