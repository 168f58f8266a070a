"""What Slack knows: workspaces, people, channels, messages, views, installations. Plain state without rules."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Literal

from fakeslack.clock import Clock

Json = dict[str, Any]
Kind = Literal["public", "private", "im", "mpim"]
Thread = tuple[str, str]  # channel, ts of the thread's first message

APP_ID = "A1"
STREAM_S = 300.0  # a stream ends by itself, however much is going on in it
STATUS_S = 120.0  # a status line disappears by itself
TRIGGER_S = 3.0
RESPONSE_URL_S = 30 * 60.0
RESPONSE_URL_USES = 5
CHANNEL_TYPES = {"public": "channel", "private": "group", "im": "im", "mpim": "mpim"}  # as in `message` events


@dataclass(slots=True, eq=False)
class User:
    """A person, or a bot's user."""

    id: str
    name: str
    team_id: str
    is_bot: bool = False
    locale: str = "en-GB"
    deleted: bool = False
    is_guest: bool = False

    def as_json(self) -> Json:
        """The `user` object of users.info."""
        profile = {"real_name": self.name.title(), "display_name": self.name, "team": self.team_id}
        known = {"id": self.id, "team_id": self.team_id, "name": self.name, "deleted": self.deleted}
        flags = {"is_bot": self.is_bot, "is_restricted": self.is_guest, "is_app_user": False, "is_admin": False}
        return known | flags | {"real_name": self.name.title(), "locale": self.locale, "profile": profile}


@dataclass(slots=True, eq=False)
class Message:
    """One message; `ephemeral_to` names the only person who sees it. A streamed message grows while `streaming`.

    `markdown` says that `text` was given as markdown_text. `tasks` are the steps that a stream has shown, by id, and
    `plan` is their title. `reactions` lists who reacted, by the reaction's name.
    """

    ts: str
    channel: str
    team: str
    user: str | None = None
    bot_id: str | None = None
    app_id: str | None = None
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    subtype: str | None = None
    edited: Json | None = None
    deleted: bool = False
    metadata: Json | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    ephemeral_to: str | None = None
    streaming: bool = False
    markdown: bool = False
    tasks: dict[str, Json] = field(default_factory=dict)
    plan: str | None = None
    files: list[Json] = field(default_factory=list)
    unfurls: dict[str, Json] = field(default_factory=dict)
    app_context: Json | None = None
    unfurl_links: bool = True
    unfurl_media: bool = True
    response_url: str | None = None  # the one that brought it here

    @property
    def thread(self) -> str:
        """The ts of the thread it is in, or begins."""
        return self.thread_ts or self.ts

    def as_json(self, with_metadata: bool = True) -> Json:
        """The `message` object as methods and events carry it: what is empty is left out."""
        written: Json = {"type": "message", "ts": self.ts, "text": self.text, "team": self.team}
        names = ("subtype", "user", "bot_id", "app_id", "thread_ts", "blocks", "attachments", "edited", "files")
        written |= {name: value for name in names if (value := getattr(self, name))}
        written |= {"app_context": self.app_context} if self.app_context is not None else {}
        written |= {"metadata": self.metadata} if self.metadata and with_metadata else {}
        written |= {"is_ephemeral": True} if self.ephemeral_to else {}
        written |= {"streaming_state": "in_progress"} if self.streaming else {}
        return written | ({"reactions": self._reactions()} if any(self.reactions.values()) else {})

    def _reactions(self) -> list[Json]:
        return [{"name": name, "users": [*who], "count": len(who)} for name, who in self.reactions.items() if who]


@dataclass(slots=True, eq=False)
class Channel:
    """Where messages are; `messages` are in order of time, with those that are deleted or ephemeral.

    `team` is the workspace it belongs to; people of the `shared_with` workspaces may be members, too.
    """

    id: str
    name: str
    kind: Kind
    team: str
    members: set[str] = field(default_factory=set)
    archived: bool = False
    messages: list[Message] = field(default_factory=list)
    shared_with: set[str] = field(default_factory=set)

    @property
    def is_direct(self) -> bool:
        """Whether one person talks to the bot here."""
        return self.kind == "im"

    @property
    def type(self) -> str:
        """Slack's `channel_type` in events."""
        return CHANNEL_TYPES[self.kind]

    def message(self, ts: str | None) -> Message | None:
        """That message, if it is (still) there; ephemeral ones are in no history."""
        alive = (one for one in self.messages if not one.deleted and one.ephemeral_to is None)
        return next((one for one in alive if one.ts == ts), None)

    def seen_by(self, viewer: str | None = None) -> list[Message]:
        """What that person sees here, threads included; None sees what everybody sees."""
        return [one for one in self.messages if not one.deleted and one.ephemeral_to in (None, viewer)]

    def in_thread(self, ts: str, viewer: str | None = None) -> list[Message]:
        """The first message of a thread and its replies, as far as that person sees them."""
        return [one for one in self.seen_by(viewer) if one.thread == ts]

    def as_json(self, members: bool = True) -> Json:
        """The `channel` object of conversations.info."""
        kinds = {"is_channel": "public", "is_group": "private", "is_im": "im", "is_mpim": "mpim"}
        flags = {name: self.kind == kind for name, kind in kinds.items()}
        shared = {"is_ext_shared": bool(self.shared_with), "is_private": self.kind != "public"}
        known = {"id": self.id, "name": self.name, "is_archived": self.archived, "context_team_id": self.team}
        return known | flags | shared | ({"num_members": len(self.members)} if members else {})


@dataclass(slots=True, eq=False)
class Team:
    """A workspace, and the app's bot in it."""

    id: str
    name: str
    enterprise: str | None = None
    bot_user: str = "UBOT"
    bot_id: str = "B1"
    app_id: str = APP_ID
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)

    def user_named(self, name: str) -> User | None:
        return next((user for user in self.users.values() if user.name == name), None)

    def channel_named(self, name: str) -> Channel | None:
        return next((one for one in self.channels.values() if one.name == name and not one.is_direct), None)

    def direct_with(self, user: str) -> Channel | None:
        """The conversation between that person and the bot, if it has been opened."""
        return next((one for one in self.channels.values() if one.is_direct and user in one.members), None)


@dataclass(slots=True, eq=False)
class Installation:
    """What a token stands for. `team` is None where it is for a whole organisation; `enterprise` names that then."""

    token: str
    team: str | None
    enterprise: str | None
    scopes: set[str]
    bot_user: str
    bot_id: str
    app_id: str = APP_ID
    expires_at: float | None = None
    refresh_token: str | None = None
    revoked: bool = False
    installer: str | None = None

    @property
    def is_enterprise(self) -> bool:
        return self.team is None


@dataclass(slots=True, eq=False)
class View:
    """A modal, or (`payload["type"] == "home"`) a person's Home tab. `state` is what was last submitted."""

    id: str
    team: str
    user: str
    payload: Json
    hash: str
    external_id: str | None = None
    root_view_id: str | None = None
    previous_view_id: str | None = None
    closed: bool = False
    state: Json = field(default_factory=dict)

    @property
    def type(self) -> str:
        return str(self.payload.get("type", "modal"))

    def as_json(self, app_id: str = APP_ID, bot_id: str = "B1") -> Json:
        """The `view` object of views.* and of interactions."""
        known = {"id": self.id, "team_id": self.team, "hash": self.hash, "app_id": app_id, "bot_id": bot_id}
        family = {"root_view_id": self.root_view_id or self.id, "previous_view_id": self.previous_view_id}
        defaults = {"private_metadata": "", "callback_id": "", "external_id": self.external_id or ""}
        return defaults | self.payload | known | family | {"state": {"values": self.state}}


@dataclass(slots=True, eq=False)
class Stream:
    """A message while it is written; `length` counts all characters that were sent to it.

    `content` is what it is written in, "markdown_text" or "chunks": whatever came first.
    """

    message: Message
    started_at: float
    length: int = 0
    blocks: int = 0
    mode: str = "timeline"
    content: str = ""
    open: bool = True

    def close(self) -> None:
        """Nothing can be appended from now on."""
        self.open = False
        self.message.streaming = False


@dataclass(slots=True, eq=False)
class Trigger:
    """What lets an app open a view for a person; used once."""

    team: str
    user: str
    expires_at: float
    used: bool = False


@dataclass(slots=True, eq=False)
class ResponseUrl:
    """What lets an app answer an interaction; `message` is the one that the interaction came from, if any.

    Of a command it is what its acknowledgement shows; `acknowledged` is set once that is known.
    """

    id: str
    team: str
    channel: str
    user: str
    expires_at: float
    message: Message | None = None
    thread_ts: str | None = None
    uses: int = 0
    acknowledged: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(slots=True, eq=False)
class File:
    """An uploaded file. `redirect` sends its download elsewhere; `status` refuses it."""

    id: str
    team: str
    user: str
    name: str
    content: bytes
    mimetype: str = "text/plain"
    url: str = ""
    redirect: str | None = None
    status: int | None = None
    size: int | None = None  # as claimed; None: the true one

    def as_json(self) -> Json:
        """The `file` object of files.info and of messages."""
        known = {"id": self.id, "name": self.name, "title": self.name, "mimetype": self.mimetype, "user": self.user}
        size = len(self.content) if self.size is None else self.size
        kind = self.name.rpartition(".")[2]
        return known | {"filetype": kind, "size": size, "url_private": self.url, "url_private_download": self.url}


@dataclass(slots=True)
class _Status:
    text: str
    loading_messages: tuple[str, ...]
    until: float


class World:
    """Everything there is, by id. Ids are unique across workspaces, unless a test gives the same to two of them.

    `prompts` are kept by channel and thread ("" for the top of a direct conversation), with their title; `details` are
    what entity.presentDetails was given.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.url = ""  # of the server, once it listens
        self.stream_s = STREAM_S
        self.teams: dict[str, Team] = {}
        self.installations: dict[str, Installation] = {}
        self.views: dict[str, View] = {}
        self.streams: dict[tuple[str, str], Stream] = {}
        self.prompts: dict[Thread, Json] = {}
        self.sessions: dict[Thread, str] = {}
        self.titles: dict[Thread, str] = {}
        self.unfurls: list[Json] = []
        self.details: list[Json] = []
        self.triggers: dict[str, Trigger] = {}
        self.unfurl_ids: dict[str, Message] = {}  # as link_shared tells them
        self.response_urls: dict[str, ResponseUrl] = {}
        self.files: dict[str, File] = {}
        self._statuses: dict[Thread, _Status] = {}
        self._ids = {prefix: count(1) for prefix in "TUCGDBVFRXHLb"}
        self._last_ts = 0

    # Finding

    def channel(self, channel: str, *near: str) -> Channel | None:
        """That of the first of these workspaces that has it, else of any."""
        return next((team.channels[channel] for team in self._nearest(near) if channel in team.channels), None)

    def user(self, user: str, *near: str) -> User | None:
        """Likewise."""
        return next((team.users[user] for team in self._nearest(near) if user in team.users), None)

    def team_of(self, channel: str, *near: str) -> Team:
        """The workspace that a channel belongs to, likewise."""
        return next(team for team in self._nearest(near) if channel in team.channels)

    def _nearest(self, near: tuple[str, ...]) -> Iterator[Team]:
        return (self.teams[id] for id in dict.fromkeys((*near, *self.teams)) if id in self.teams)

    def home(self, user: str, team: str | None = None) -> View | None:
        """A person's Home tab, if it has been published (in that workspace)."""
        homes = (view for view in self.views.values() if view.type == "home" and view.user == user)
        return next((view for view in homes if team in (None, view.team)), None)

    def modals(self, user: str) -> list[View]:
        """A person's open modals, the topmost last."""
        return [view for view in self.views.values() if view.type == "modal" and view.user == user and not view.closed]

    def open_streams(self) -> list[Stream]:
        """Messages that are still being written; those whose time is up are closed now."""
        for stream in self.streams.values():
            if stream.open and self.clock.now() - stream.started_at >= self.stream_s:
                stream.close()
        return [stream for stream in self.streams.values() if stream.open]

    def messages(self) -> Iterator[Message]:
        """Every message anywhere, deleted and ephemeral ones included."""
        for team in self.teams.values():
            for channel in team.channels.values():
                yield from channel.messages

    # Making

    def ts(self) -> str:
        """A moment that no other message has, later than all before."""
        micros = max(int(self.clock.now() * 1_000_000), self._last_ts + 1)
        self._last_ts = micros
        return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"

    def new_id(self, prefix: str) -> str:
        return f"{prefix}{next(self._ids[prefix])}"

    def add_team(self, team_id: str, name: str = "", enterprise: str | None = None) -> Team:
        """A workspace with the app's bot user in it, and nobody else; an organisation's share one bot user."""
        number = len(self.teams) + 1
        team = Team(team_id, name or team_id, enterprise, f"UBOT{number if self.teams else ''}", f"B{number}")
        if sister := next((one for one in self.teams.values() if enterprise and one.enterprise == enterprise), None):
            team.bot_user, team.bot_id = sister.bot_user, sister.bot_id
        team.users[team.bot_user] = User(team.bot_user, "footnote", team_id, is_bot=True)
        self.teams[team_id] = team
        return team

    def add_user(self, team: str, name: str, *, is_bot: bool = False) -> User:
        user = User(self.new_id("U"), name, team, is_bot)
        self.teams[team].users[user.id] = user
        return user

    def add_channel(self, team: str, name: str, kind: Kind = "public", members: set[str] | None = None) -> Channel:
        prefix = {"public": "C", "private": "G", "im": "D", "mpim": "G"}[kind]
        channel = Channel(self.new_id(prefix), name, kind, team, set(members or ()))
        self.teams[team].channels[channel.id] = channel
        return channel

    def direct(self, team: str, user: str) -> Channel:
        """The conversation between a person and the bot, opened if it was not."""
        there = self.teams[team]
        return there.direct_with(user) or self.add_channel(team, user, "im", {user, there.bot_user})

    def add_message(self, channel: Channel, **fields: Any) -> Message:
        """A new message, now; fields as those of Message. Posting rules and events are the caller's."""
        fields.setdefault("team", channel.team)
        message = Message(ts=self.ts(), channel=channel.id, **fields)
        channel.messages.append(message)
        return message

    def add_file(self, team: str, user: str, name: str, content: bytes, mimetype: str = "text/plain") -> File:
        file = File(self.new_id("F"), team, user, name, content, mimetype)
        file.url = f"{self.url}/files/{file.id}"
        self.files[file.id] = file
        return file

    def add_view(self, team: str, user: str, payload: Json, external_id: str | None = None) -> View:
        """A modal that opens, or a Home tab that is published for the first time."""
        view = View(self.new_id("V"), team, user, self.with_block_ids(payload), self.new_hash(), external_id)
        self.views[view.id] = view
        return view

    def change_view(self, view: View, payload: Json) -> None:
        """What a view shows from now on; whoever still holds its former hash does not know that."""
        view.payload = self.with_block_ids(payload)
        view.hash = self.new_hash()

    def new_hash(self) -> str:
        return f"{int(self.clock.now())}.{self.new_id('H')}"

    def with_block_ids(self, shown: Json) -> Json:
        """A message or view in which every block has an id, as Slack gives one to those without."""
        blocks = [{"block_id": self.new_id("b"), **block} for block in shown.get("blocks") or ()]
        return {**shown, "blocks": blocks}

    def new_unfurl_id(self, message: Message) -> str:
        """An id by which the links of a message can be unfurled."""
        unfurl_id = self.new_id("L")
        self.unfurl_ids[unfurl_id] = message
        return unfurl_id

    def new_trigger(self, team: str, user: str) -> str:
        """An id with which a view can be opened for that person for three seconds."""
        trigger = f"{self.new_id('X')}.{team}.trigger"
        self.triggers[trigger] = Trigger(team, user, self.clock.now() + TRIGGER_S)
        return trigger

    def new_response_url(
        self, team: str, channel: str, user: str, message: Message | None = None, thread_ts: str | None = None
    ) -> str:
        """The whole URL for answering an interaction of that person in that channel."""
        one = self._response_url(team, channel, user, message, thread_ts)
        one.acknowledged.set()
        return self.address(one)

    def new_command_url(self, team: str, channel: str, user: str) -> ResponseUrl:
        """That of a command which the app has not acknowledged yet."""
        return self._response_url(team, channel, user)

    def address(self, one: ResponseUrl) -> str:
        """What the app is told of it."""
        return f"{self.url}/response/{one.id}"

    def _response_url(
        self, team: str, channel: str, user: str, message: Message | None = None, thread_ts: str | None = None
    ) -> ResponseUrl:
        expires_at = self.clock.now() + RESPONSE_URL_S
        one = ResponseUrl(self.new_id("R"), team, channel, user, expires_at, message, thread_ts)
        self.response_urls[one.id] = one
        return one

    # Status lines

    @property
    def statuses(self) -> dict[Thread, str]:
        """The status lines that can be seen now."""
        return {thread: one.text for thread, one in self._statuses.items() if self.clock.now() < one.until}

    def set_status(self, channel: str, thread: str, text: str, loading_messages: tuple[str, ...] = ()) -> None:
        """Shows a status line for two minutes; an empty one shows none."""
        self._statuses[channel, thread] = _Status(text, loading_messages, self.clock.now() + STATUS_S)
        if not text:
            self.clear_status(channel, thread)

    def clear_status(self, channel: str, thread: str) -> None:
        self._statuses.pop((channel, thread), None)

    def loading_messages(self, channel: str, thread: str) -> tuple[str, ...]:
        """What is shown in turn instead of the status line's text."""
        one = self._statuses.get((channel, thread))
        return one.loading_messages if one and self.clock.now() < one.until else ()
