"""What is said to a language model."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Message:
    """`system` is what we want of the model; `user` may hold text of documents and questions."""

    role: Literal["system", "user"]
    text: str
