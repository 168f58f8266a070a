"""Where in Slack something is said."""

from dataclasses import dataclass

from bot.surface import SLACK_CONVERSATION


@dataclass(frozen=True, slots=True)
class Place:
    """A thread: `thread` is the ts of its first message, whether or not anybody has replied to that yet.

    `team` is the workspace, or the whole organisation, whose installation we act for (never that of a guest).
    """

    team: str
    channel: str
    thread: str

    @property
    def conversation(self) -> str:
        """The id of the conversation that is had there; also what orders questions: one at a time."""
        return f"{SLACK_CONVERSATION}{self.team}-{self.channel}-{self.thread}"


def is_direct(channel: str) -> bool:
    """Whether a channel id is that of a conversation between one person and the bot."""
    return channel.startswith("D")
