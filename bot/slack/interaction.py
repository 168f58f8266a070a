"""A button pressed or a shortcut chosen: where that was, and what it takes to answer it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Interaction:
    """Whatever there is none of is "": in a view there is no message, and from nowhere no channel.

    `message` is the ts of the message that it has to do with, `thread` that of the thread around it, `text` its words
    as Slack spells them. `view` is the modal or tab that it was in.
    """

    trigger_id: str
    channel: str
    message: str
    thread: str
    text: str
    is_ephemeral: bool
    response_url: str = field(repr=False)  # whoever has it speaks in our name
    view: Mapping[str, Any]

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        """Of what Slack sends."""
        message, channel = body.get("message") or {}, body.get("channel") or {}
        return cls(
            trigger_id=str(body.get("trigger_id") or ""),
            channel=str(channel.get("id") or ""),
            message=str(message.get("ts") or ""),
            thread=str(message.get("thread_ts") or ""),
            text=str(message.get("text") or ""),
            is_ephemeral=bool((body.get("container") or {}).get("is_ephemeral")),
            response_url=str(body.get("response_url") or ""),
            view=body.get("view") or {},
        )

    @property
    def below(self) -> str:
        """The thread in which an answer to the message stands: the one around it, or one that it begins."""
        return self.thread or self.message
