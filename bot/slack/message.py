"""Something to be shown in Slack."""

from dataclasses import dataclass
from typing import Any

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """`text` is for notifications, for reading aloud and for clients that cannot show the blocks."""

    text: str
    blocks: list[Block]
