"""What an answer consists of while it is being made, in the order in which readers get it.

Zero or more of Status, Citation and Sentence, then exactly one Answer. The citations of a sentence come before it.
A Status of stage "fallback" takes back every Sentence and Citation before it.
"""

from dataclasses import dataclass
from typing import Literal

from bot.answer import Answer, Citation, Sentence

Stage = Literal["retrieving", "writing", "fallback"]


@dataclass(frozen=True, slots=True)
class Status:
    """What is being done now; `detail` says it in words that may be shown."""

    stage: Stage
    detail: str


Event = Status | Citation | Sentence | Answer
