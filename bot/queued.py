"""Questions on their way through the inbox, whatever surface they come from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """A question that has just arrived.

    `key` is the identity of the message that asks, by which it is found when that is edited or deleted. Questions of
    the same `thread` are answered one after another. `content` is what the surface needs to answer it, as JSON.
    `id`, `thread` and `person` are printable ASCII, 200 characters at most.
    """

    id: str
    key: str
    thread: str
    person: str
    text: str
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Queued:
    """A question in the inbox: it waits, is worked on, or has an `outcome`.

    Each edit of its text is a new `revision`, from 0; `attempt` is how often that was taken, from 1 for whoever takes
    it first. `reply` is what has been posted so far, as JSON. A `key` of more than 255 characters, or others than
    printable ASCII, is a digest of it.
    """

    id: str
    key: str
    thread: str
    person: str
    text: str
    content: Mapping[str, Any]
    asked_at: datetime
    revision: int
    attempt: int
    reply: Mapping[str, Any] = field(default_factory=dict)
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Lost:
    """A question that its worker must stop working on: it was edited, deleted, stopped, or another owner has it."""

    id: str
    why: Literal["revised", "withdrawn", "stopped", "taken"]
