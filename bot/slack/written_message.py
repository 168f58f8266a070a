"""A message whose content is Markdown, with blocks of ours below it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

NOTIFIED = 3_000  # characters of the text that stands for the blocks in notifications


@dataclass(frozen=True, slots=True)
class WrittenMessage:
    """`markdown` must have been made inert; it is shown as it would be in a stream."""

    markdown: str
    below: tuple[Mapping[str, Any], ...] = ()

    @property
    def text(self) -> str:
        """Its beginning as plain text, in which Slack finds nothing to interpret."""
        return self.markdown[:NOTIFIED].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    @property
    def blocks(self) -> Sequence[Mapping[str, Any]]:
        return [{"type": "markdown", "text": self.markdown}, *self.below]
