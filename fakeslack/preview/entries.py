"""Messages and views of the stand-in as they look to one person."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from fakeslack.preview.blocks import Blocks
from fakeslack.preview.elements import label_of
from fakeslack.preview.emoji import emoji
from fakeslack.preview.names import Names
from fakeslack.preview.parts import Frame, Paragraph, Parts, Rule, bold, plain
from fakeslack.workspace import Message, View, World

APP = "Footnote"
ONLY_YOU = "Only visible to you"
WRITING = "…"  # stands after the text of a message that is still being written


@dataclass(frozen=True, slots=True)
class Entry:
    """A message. `reactions` are pictures with how many people gave each; `reply` says that it is within a thread."""

    author: str
    is_app: bool
    at: str
    parts: Parts
    reactions: tuple[tuple[str, int], ...]
    reply: bool
    ephemeral: bool
    edited: bool
    streaming: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """A modal or a Home tab. A modal without `submit` can only be closed."""

    title: str
    parts: Parts
    is_home: bool
    submit: str | None
    close: str


class Entries:
    """Reads state. `zone` is where its times are told; None: here."""

    def __init__(self, names: Names, zone: tzinfo | None = None) -> None:
        self._names = names
        self._zone = zone
        self._blocks = Blocks(names)

    @classmethod
    def of_world(cls, world: World, zone: tzinfo | None = None) -> "Entries":
        """With everybody's name as it is now."""
        users = {user.id: user.name for team in world.teams.values() for user in team.users.values()}
        channels = {one.id: one.name for team in world.teams.values() for one in team.channels.values()}
        return cls(Names(users, channels), zone)

    def entry(self, message: Message) -> Entry:
        author = self._names.user(message.user or message.bot_id or "?")
        return Entry(
            author=author.title() if message.bot_id else author,
            is_app=message.bot_id is not None,
            at=self._time(message.ts),
            parts=tuple(self._parts(message)),
            reactions=tuple((emoji(name), len(who)) for name, who in message.reactions.items() if who),
            reply=message.thread != message.ts,
            ephemeral=message.ephemeral_to is not None,
            edited=message.edited is not None,
            streaming=message.streaming,
        )

    def place(self, message: Message) -> str:
        """The channel it is in; a conversation with the app goes by no name."""
        return "Direct message" if message.channel.startswith("D") else f"#{self._names.channel(message.channel)}"

    @staticmethod
    def status(text: str) -> str:
        """The line that says what the app is doing: Slack puts its name before the words."""
        return f"{APP} {text}"

    def sheet(self, view: View) -> Sheet:
        payload = view.payload
        return Sheet(
            title=label_of(payload.get("title")) or "Home",
            parts=self._blocks.parts(payload.get("blocks", ()), view.state),
            is_home=view.type == "home",
            submit=label_of(payload.get("submit")) or None,
            close=label_of(payload.get("close")) or "Close",
        )

    def _parts(self, message: Message) -> Iterator[Any]:
        yield from self._steps(message)
        if message.markdown:  # a stream is closed with blocks below its text
            yield from self._blocks.markdown(message.text)
        elif not message.blocks:
            yield from self._blocks.mrkdwn(message.text)
        yield from self._blocks.parts(message.blocks)
        for attachment in (*message.attachments, *message.unfurls.values()):
            yield self._attachment(attachment)
        for file in message.files:
            yield Paragraph(plain(f"📎 {file.get('name', 'file')}"))

    def _steps(self, message: Message) -> Iterator[Any]:
        if message.plan:
            yield Paragraph(bold(plain(message.plan)))
        yield from map(self._blocks.task, message.tasks.values())

    def _attachment(self, attachment: Mapping[str, Any]) -> Frame:
        text = self._blocks.mrkdwn(attachment.get("text") or attachment.get("fallback") or "")
        inside = self._blocks.parts(attachment.get("blocks", ()))
        return Frame(bold(plain(attachment.get("title", ""))), (), inside or text or (Rule(),))

    def _time(self, ts: str) -> str:
        return f"{datetime.fromtimestamp(float(ts), self._zone):%H:%M}"
