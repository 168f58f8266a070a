"""What the rest of the program does for the Slack surface."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.scope import Scope
from bot.slack.channels import Channels
from bot.slack.ports import Answering, Feedback, Inbox, Readiness
from bot.turn import Turn


@dataclass(frozen=True, slots=True)
class Product:
    """What the surface shows to people.

    `turns` are those of a conversation that were asked before a moment, synchronously. `examples` gives questions that
    the documents of a scope answer, `titles` the id and title of each of them. `history_url` is where workspaces that
    install the app are kept.
    """

    answering: Answering
    readiness: Readiness
    inbox: Inbox
    feedback: Feedback
    turns: Callable[[str, datetime], list[Turn]]
    examples: Callable[[Scope], Awaitable[list[str]]]
    titles: Callable[[Scope], Awaitable[list[tuple[str, str]]]]
    channels: Channels
    history_url: str = field(repr=False)  # may hold a password
