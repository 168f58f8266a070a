"""Something to be shown in Slack, and the arguments of the calls that show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Block = dict[str, Any]

# Nothing that an answer says is to become a link, a mention of everybody, or a preview that fetches an address.
_INERT: Mapping[str, Any] = {"parse": "none", "link_names": False}
_WITHOUT_PREVIEWS: Mapping[str, Any] = {"unfurl_links": False, "unfurl_media": False}


class Content(Protocol):
    """What is to be shown: blocks, and the text that stands for them in notifications."""

    @property
    def text(self) -> str: ...

    @property
    def blocks(self) -> Sequence[Mapping[str, Any]]: ...


@dataclass(frozen=True, slots=True)
class Message:
    """`text` is for notifications, for reading aloud and for clients that cannot show the blocks."""

    text: str
    blocks: list[Block]


def as_answered(content: Content) -> dict[str, Any]:
    """For response URLs and the acknowledgements of commands."""
    return {"text": content.text, "blocks": list(content.blocks)}


def as_updated(content: Content) -> dict[str, Any]:
    """For chat.update."""
    return {**as_answered(content), **_INERT}


def as_posted(content: Content) -> dict[str, Any]:
    """For chat.postMessage."""
    return {**as_updated(content), **_WITHOUT_PREVIEWS}
