"""Whom and what ids stand for, and what Slack makes of references between angle brackets."""

from collections.abc import Mapping

from fakeslack.preview.parts import Span

BROADCASTS = ("here", "channel", "everyone")


class Names:
    """An id that nobody has named is shown as it is."""

    def __init__(self, users: Mapping[str, str] | None = None, channels: Mapping[str, str] | None = None) -> None:
        self._users = users or {}
        self._channels = channels or {}

    def user(self, user_id: str) -> str:
        return self._users.get(user_id, user_id)

    def channel(self, channel_id: str) -> str:
        return self._channels.get(channel_id, channel_id)

    def reference(self, inside: str) -> Span:
        """What stands between `<` and `>`: somebody, everybody, a channel, a date, or a link with its label."""
        target, _, label = inside.partition("|")
        match target[:1]:
            case "@":
                return Span(f"@{self.user(target[1:])}", kind="mention")
            case "#":
                return Span(f"#{self.channel(target[1:])}", kind="mention")
            case "!":
                return _special(target[1:], label)
        return Span(label or target.removeprefix("mailto:"), link=target)


def _special(command: str, label: str) -> Span:
    word = command.split("^")[0]
    if word == "date":
        return Span(label)
    return Span(label or f"@{word if word in BROADCASTS else command}", kind="mention")
