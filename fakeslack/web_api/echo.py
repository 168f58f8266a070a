"""What an app hears of its own doings, if its bot is there to hear it."""

from typing import Any, Protocol

from fakeslack import payloads
from fakeslack.workspace import Channel, Json, Message, Team, World


class Emitting(Protocol):
    """Delivers an event without waiting for it."""

    def emit(self, event: Json, team: str, *, event_id: str | None = None) -> Any: ...


class Echo:
    """Tells every workspace that shares the channel and whose bot is a member of it."""

    def __init__(self, world: World, delivery: Emitting) -> None:
        self._world = world
        self._delivery = delivery

    def posted(self, message: Message) -> None:
        channel = self._channel(message)
        if message.ephemeral_to is None:
            self._tell(channel, payloads.message_event(message.as_json(), channel))

    def changed(self, message: Message, previous: Json) -> None:
        """`previous` is the message as JSON before the change."""
        channel = self._channel(message)
        self._tell(channel, payloads.message_changed(message.as_json(), previous, channel, self._world.ts()))

    def deleted(self, message: Message, previous: Json) -> None:
        """Of a message with replies, a gravestone stays."""
        channel = self._channel(message)
        at = self._world.ts()
        if channel.in_thread(message.ts):
            self._tell(channel, payloads.message_changed(payloads.tombstone(previous), previous, channel, at))
        else:
            self._tell(channel, payloads.message_deleted(previous, channel, at))

    def reacted(self, kind: str, bot: str, name: str, message: Message) -> None:
        """`kind` is reaction_added or reaction_removed."""
        at = self._world.ts()
        event = payloads.reaction(kind, bot, name, message.channel, message.ts, message.user, at)
        self._tell(self._channel(message), event)

    def revoked(self, team: Team) -> None:
        self._delivery.emit(payloads.tokens_revoked([team.bot_user], []), team.id)

    def _channel(self, message: Message) -> Channel:
        return self._world.team_of(message.channel, message.team).channels[message.channel]

    def _tell(self, channel: Channel, event: Json) -> None:
        for team in (channel.team, *sorted(channel.shared_with)):
            if team in self._world.teams and self._world.teams[team].bot_user in channel.members:
                self._delivery.emit(event, team)
