"""How something that a person wrote reaches the app."""

from typing import Any

from fakeslack import payloads
from fakeslack.delivery import Delivered, Delivery
from fakeslack.typed_text import links, mentions, rich_text
from fakeslack.workspace import Channel, Json, Message, Team, World


class Telling:
    """Turns messages into events, for every workspace that has the bot where they are."""

    def __init__(self, world: World, delivery: Delivery) -> None:
        self._world = world
        self._delivery = delivery

    async def posted(self, message: Message) -> Delivered:
        """A mention is told twice: as one, and as a message."""
        channel, written = self.channel(message), self.written(message)
        is_mention = self.bot_in(channel).bot_user in mentions(message.text)
        event = payloads.message_event(written, channel)
        delivered = await self._both(event, self._mention(written, channel, is_mention), message)
        await self._share_links(message, channel)
        return delivered

    async def edited(self, message: Message, previous: Json) -> Delivered:
        """Who is mentioned for the first time is told of it as a mention, too."""
        channel, written = self.channel(message), self.written(message)
        newly = mentions(message.text) - mentions(previous["text"])
        event = payloads.message_changed(written, previous, channel, message.edited["ts"] if message.edited else "")
        mention = self._mention(written, channel, self.bot_in(channel).bot_user in newly)
        return await self._both(event, mention, message)

    async def deleted(self, message: Message, previous: Json) -> Delivered:
        """Of a message with replies, a gravestone stays."""
        channel, at = self.channel(message), self._world.ts()
        if channel.in_thread(message.ts):
            event = payloads.message_changed(payloads.tombstone(previous), previous, channel, at)
        else:
            event = payloads.message_deleted(previous, channel, at)
        return await self.about(message, event)

    async def about(self, message: Message, event: Json) -> Delivered:
        """Any one event about a message."""
        return await self._both(event, None, message)

    def written(self, message: Message) -> Json:
        """A message as Slack tells of it: typed text comes with its block."""
        written = message.as_json()
        return written if "blocks" in written or not message.text else {**written, "blocks": [rich_text(message.text)]}

    # Where

    def channel(self, message: Message) -> Channel:
        return self._world.team_of(message.channel, message.team).channels[message.channel]

    def team(self, channel: Channel) -> Team:
        """The workspace that a channel belongs to."""
        return self._world.teams[channel.team]

    def bot_in(self, channel: Channel) -> Team:
        """The workspace whose bot is in the channel; the channel's own, if none is."""
        return self._hearing(channel)[0]

    def _hearing(self, channel: Channel) -> list[Team]:
        ids = [channel.team, *sorted(channel.shared_with)]
        sharing = [self._world.teams[id] for id in ids if id in self._world.teams]
        return [team for team in sharing if team.bot_user in channel.members] or sharing[:1]

    # Events

    @staticmethod
    def _mention(written: Json, channel: Channel, is_mention: bool) -> Json | None:
        """In conversations with the bot alone there are no mentions."""
        return payloads.app_mention(written, channel) if is_mention and not channel.is_direct else None

    async def _both(self, event: Json, mention: Json | None, message: Message) -> Delivered:
        """Emits both before it waits for either: Slack promises no order."""
        channel = self.channel(message)
        told = [self._emit(one, channel) for one in (mention, event) if one is not None]
        for delivered in told:
            delivered.message = message
            await delivered.tried.wait()
        told[0].twin = told[1] if mention is not None else None
        return told[0]

    def _emit(self, event: Json, channel: Channel) -> Delivered:
        """To every installation in the channel; returned is what the first is told."""
        first, *_ = [self._delivery.emit(event, team.id) for team in self._hearing(channel)]
        return first

    async def _share_links(self, message: Message, channel: Channel) -> None:
        """Only links of the domains that the app unfurls."""
        urls = [url for url in links(message.text) if self._delivery.audience.unfurls(url)]
        team = self.team(channel)
        place: dict[str, Any] = {"thread": message.thread_ts, "member": team.bot_user in channel.members}
        if urls:
            unfurl, at = self._world.new_unfurl_id(message), self._world.ts()
            user = str(message.user)
            event = payloads.link_shared(user, channel.id, message.ts, urls, at, unfurl=unfurl, **place)
            await self._delivery.tell(event, team.id)
