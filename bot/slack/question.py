"""Something asked in Slack, from the moment when it is accepted until it is answered."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, Self

from bot.slack.place import Place, is_direct

Surface = Literal["mention", "follow-up", "direct", "unasked", "command", "shortcut"]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message. `size` is in bytes, as Slack says; `url` needs the bot's token."""

    name: str
    mimetype: str
    size: int
    url: str

    @classmethod
    def of_file(cls, file: Mapping[str, Any]) -> Self:
        """Of Slack's description of a file, of which only the id is certain to be there."""
        size = file.get("size")
        return cls(
            str(file.get("name") or file.get("id") or "file"),
            str(file.get("mimetype") or ""),
            size if isinstance(size, int) else 0,
            str(file.get("url_private_download") or ""),
        )


@dataclass(frozen=True, slots=True)
class SlackQuestion:
    """Who asks what, where, and where the answer goes.

    The answer goes into `thread`; where that is None, through `response_url`, for nobody but `user` to see.
    `message` is the ts of the message that asks, None for commands. `user_team` is the human's own workspace, which
    differs from `team` where channels are shared; `team` is that of our installation, or the organisation if that is
    for a whole one. `in_view` is the message that the user was looking at; `only` is the id of the one document that
    is asked about.
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
    response_url: str | None = field(default=None, repr=False)  # whoever has it speaks in our name
    attachments: tuple[Attachment, ...] = ()
    in_view: Place | None = None
    only: str | None = None

    @property
    def place(self) -> Place | None:
        """The thread of the answer, if it goes into one."""
        return Place(self.team, self.channel, self.thread) if self.thread else None

    @property
    def is_direct(self) -> bool:
        """Whether only the asker sees the answer; "" is the channel of who asks from nowhere."""
        return not self.channel or is_direct(self.channel)

    @property
    def person(self) -> str:
        """Who asks, wherever: people are told apart by workspace and id."""
        return f"{self.user_team}:{self.user}"

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of_json(cls, value: Mapping[str, Any]) -> Self:
        """The reverse; names that a newer version has added are left out."""
        parts = _known(cls, value)
        files, view = parts.pop("attachments", None) or (), parts.pop("in_view", None)
        attachments = tuple(Attachment(**_known(Attachment, file)) for file in files)
        return cls(**parts, attachments=attachments, in_view=Place(**_known(Place, view)) if view else None)


def _known(cls: type[Any], value: Mapping[str, Any]) -> dict[str, Any]:
    names = {one.name for one in fields(cls)}
    return {name: part for name, part in value.items() if name in names}
