"""Something asked in Slack, from the moment when it is accepted until it is answered."""

from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, Self

from bot.slack.place import Place, is_direct

Surface = Literal["mention", "follow-up", "direct", "unasked", "command", "shortcut"]


@dataclass(frozen=True, slots=True)
class SlackQuestion:
    """Who asks what, where, and where the answer goes.

    The answer goes into `thread`; where that is None, through `response_url`, for nobody but `user` to see.
    `message` is the ts of the message that asks, None for commands. `user_team` is the human's own workspace, which
    differs from `team` where channels are shared; `team` is that of our installation, "" if that is for a whole
    organisation and the event names no workspace.
    """

    surface: Surface
    team: str
    enterprise: str | None
    channel: str
    thread: str | None
    message: str | None
    user: str
    user_team: str
    text: str
    response_url: str | None = None

    @property
    def place(self) -> Place | None:
        """The thread of the answer, if it goes into one."""
        return Place(self.team, self.channel, self.thread) if self.thread else None

    @property
    def is_direct(self) -> bool:
        return is_direct(self.channel)

    @property
    def person(self) -> str:
        """Who asks, wherever: people are told apart by workspace and id."""
        return f"{self.user_team}:{self.user}"

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of_json(cls, value: dict[str, Any]) -> Self:
        """The reverse; names that a newer version has added are left out."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: part for name, part in value.items() if name in known})
