"""What people do in Slack: each deed changes what is there, and Slack tells the app of it as it would in earnest."""

import mimetypes
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from bot.slack.validation import check_message
from fakeslack import payloads
from fakeslack.delivery import Delivered, Delivery
from fakeslack.elements import EXTERNAL, VALUE_FIELDS, Element, NotThere, action, elements, find, missing, state_values
from fakeslack.interactions import Interactions
from fakeslack.modals import Modals
from fakeslack.telling import Telling
from fakeslack.typed_text import typed
from fakeslack.workspace import Channel, File, Json, Message, Team, User, View, World

Attachment = File | tuple[str, bytes]  # an uploaded file, or the name and content of one
Thread = str | Message | None
MOST_OPTIONS = 100


class Slack(Protocol):
    """What a person acts in."""

    world: World
    delivery: Delivery
    problems: list[str]


class Person:
    """One human. Deeds return once the app has acknowledged, or has not within three seconds of the clock.

    Nobody can do what they could not do in Slack: click what they do not see, hand in what is not filled in. That
    raises NotThere. Malformed answers of the app become problems of the stand-in.
    """

    def __init__(self, slack: Slack, user: User) -> None:
        self.user = user
        self._world = slack.world
        self._delivery = slack.delivery
        self._problems = slack.problems
        self._desk = slack.delivery.desk(user.id)
        self._telling = Telling(slack.world, slack.delivery)

    @property
    def id(self) -> str:
        return self.user.id

    @property
    def name(self) -> str:
        return self.user.name

    # What they see

    @property
    def views(self) -> list[View]:
        """Open modals, the topmost last."""
        return self._world.modals(self.id)

    @property
    def view(self) -> View:
        """The modal in front of them. Raises NotThere if there is none."""
        if not self.views:
            raise NotThere(f"{self.name} has no modal open")
        return self.views[-1]

    @property
    def errors(self) -> Json:
        """What the app complained about when a modal was handed in last, by block_id."""
        return self._desk.errors

    @property
    def home(self) -> View | None:
        """The Home tab as published last."""
        return self._world.home(self.id, self.user.team_id)

    @property
    def ephemerals(self) -> list[Message]:
        """Messages that only they see, oldest first."""
        return [one for one in self._world.messages() if one.ephemeral_to == self.id and not one.deleted]

    @property
    def direct(self) -> Channel:
        """Their conversation with the bot."""
        return self._world.direct(self.user.team_id, self.id)

    def sees(self, message: Message) -> bool:
        """Whether a message is there for them."""
        channel = self._telling.channel(message)
        return message in channel.seen_by(self.id) and (channel.kind == "public" or self.id in channel.members)

    # Writing

    async def mention(self, channel: Channel, text: str, thread: Thread = None) -> Delivered:
        """Says something to the bot in a channel; the mention is put in front if the text has none.

        Slack tells of it twice: returned is the app_mention, the `twin` is the message.
        """
        bot = self._telling.bot_in(channel).bot_user
        return await self.say(channel, text if f"<@{bot}>" in text else f"<@{bot}> {text}", thread)

    async def say(
        self, channel: Channel, text: str, thread: Thread = None, files: Sequence[Attachment] = ()
    ) -> Delivered:
        """Says something in a channel, as it is typed; what is written in Slack's signs (`<@U1>`) is meant."""
        uploaded = [self._uploaded(channel, one).as_json() for one in files]
        context = {"entities": self._desk.entities} if self._desk.entities and channel.is_direct else None
        message = self._world.add_message(
            channel,
            user=self.id,
            team=self.user.team_id,
            text=typed(text),
            thread_ts=_ts(thread),
            subtype="file_share" if uploaded else None,
            files=uploaded,
            app_context=context,
        )
        return await self._telling.posted(message)

    async def dm(self, text: str, thread: Thread = None, files: Sequence[Attachment] = ()) -> Delivered:
        """Says something to the bot where nobody else is."""
        return await self.say(self.direct, text, thread, files)

    async def upload(
        self, channel: Channel, name: str, content: bytes, text: str = "", thread: Thread = None
    ) -> Delivered:
        """Shares a file, with something said or nothing."""
        return await self.say(channel, text, thread, [(name, content)])

    async def edit(self, message: Message, text: str) -> Delivered:
        """Says it differently."""
        self._check_own(message)
        previous = self._telling.written(message)
        message.text, message.edited = typed(text), {"user": self.id, "ts": self._world.ts()}
        return await self._telling.edited(message, previous)

    async def delete(self, message: Message) -> Delivered:
        """Takes it back; replies stay."""
        self._check_own(message)
        previous = self._telling.written(message)
        message.deleted = True
        return await self._telling.deleted(message, previous)

    async def react(self, message: Message, name: str) -> Delivered:
        """Puts a reaction under a message."""
        self._check_sees(message)
        message.reactions.setdefault(name, []).append(self.id)
        return await self._reacted("reaction_added", message, name)

    async def unreact(self, message: Message, name: str) -> Delivered:
        """Takes a reaction away again."""
        message.reactions[name].remove(self.id)
        return await self._reacted("reaction_removed", message, name)

    # Commands, shortcuts, clicks

    async def command(self, name: str, text: str = "", channel: Channel | None = None) -> Delivered:
        """A slash command, in their conversation with the bot unless a channel is given; there are none in threads.

        `message` of what is returned is what the acknowledgement shows, if it says anything.
        """
        where = channel or self.direct
        team = self._telling.team(where)
        trigger = self._world.new_trigger(team.id, self.id)
        url = self._world.new_command_url(team.id, where.id, self.id)
        address = self._world.address(url)
        payload = self._interactions(team).command(name, typed(text), where, trigger, address)
        try:
            delivered = await self._delivery.deliver("slash_commands", payload)
            self._show(delivered, where, team)
            url.message = delivered.message
        finally:
            url.acknowledged.set()
        return delivered

    async def shortcut(self, callback_id: str, message: Message) -> Delivered:
        """An entry of the menu of a message."""
        self._check_sees(message)
        channel = self._telling.channel(message)
        more = {**self._reach(channel, message), "action_ts": self._world.ts()}
        interactions = self._interactions(self._telling.team(channel))
        return await self._interact(interactions.message_shortcut(callback_id, message, channel, **more))

    async def global_shortcut(self, callback_id: str) -> Delivered:
        """An entry of the menu for everything."""
        trigger = self._world.new_trigger(self.user.team_id, self.id)
        interactions = self._interactions(self._home_team)
        at = self._world.ts()
        return await self._interact(interactions.global_shortcut(callback_id, trigger_id=trigger, action_ts=at))

    async def click(self, target: Message | View, action_id: str, value: Any = None) -> Delivered:
        """Clicks a button or chooses from a menu in a message or a view; `value` says what, where there is a choice.

        Feedback buttons take "positive" or "negative", too; options are named by value or label.
        """
        element = find(self._blocks(target), action_id, value, self.id)
        chosen = await self._chosen(target, element, value)
        actions = [action(element, chosen, self._world.ts())]
        if isinstance(target, View):
            if element.type in VALUE_FIELDS:
                self._desk.drafts.setdefault(target.id, {})[action_id] = chosen
            return await self._interact(self._view_action(target, actions))
        return await self._interact(self._message_action(target, actions))

    async def options(self, target: Message | View, action_id: str, query: str = "") -> list[Json]:
        """What a menu that asks the app offers for what is typed; nothing if the app does not answer in time."""
        element = find(self._blocks(target), action_id, None, self.id)
        named = {"action_id": element.action_id, "block_id": element.block_id}
        view, message = (target, None) if isinstance(target, View) else (None, target)
        payload = self._interactions(self._team_of(target)).suggestion(view, message, named, query)
        delivered = await self._interact(payload)
        return self._offered(delivered.response or {})

    async def submit(self, view: View, values: Json | None = None) -> Delivered:
        """Hands a modal in, with values by action_id or block_id, and does what the app answers: see `errors`.

        Options are named by value or label, those of menus that ask the app as well.
        """
        blocks = self._blocks(view)
        self._desk.drafts[view.id] = given = await self._given(view, values or {})
        view.state = state_values(blocks, given, self.id)
        if empty := missing(blocks, view.state):
            raise NotThere(f"{empty} must be filled in")
        trigger = self._world.new_trigger(view.team, self.id)
        delivered = await self._interact(self._interactions(self._team_of(view)).view_submission(view, trigger))
        Modals(self._world, self._desk, self._problems).follow(view, delivered)
        return delivered

    async def close(self, view: View) -> Delivered | None:
        """Puts a modal away; None if the app did not ask to be told."""
        self._blocks(view)
        view.closed = True
        if not view.payload.get("notify_on_close"):
            return None
        return await self._interact(self._interactions(self._team_of(view)).view_closed(view, cleared=False))

    # The app's own surfaces

    async def open_home(self, tab: str = "home") -> Delivered:
        """Opens the app: its Home tab, or with "messages" the conversation with it."""
        team = self._home_team
        view = self.home.as_json(team.app_id, team.bot_id) if self.home else None
        event = payloads.app_home_opened(self.id, self.direct.id, tab, self._world.ts(), view)
        return await self._delivery.tell(event, team.id)

    async def look_at(self, *entities: Channel | Message | Json) -> Delivered:
        """Looks at channels or messages beside the conversation with the app; what is said there then names them."""
        self._desk.entities = [_entity(one) for one in entities]
        event = payloads.app_context_changed(self.id, self.direct.id, self._desk.entities, self._world.ts())
        return await self._delivery.tell(event, self.user.team_id)

    async def stop(self, channel: Channel, thread: str | Message) -> Delivered:
        """Presses the stop button: Slack stops what is streamed there and tells the app.

        Raises NotThere if the app does not show that it is at work there.
        """
        root = str(_ts(thread))
        running = [one for one in self._world.open_streams() if one.message in channel.in_thread(root)]
        if self._world.sessions.get((channel.id, root)) != "processing" and not running:
            raise NotThere(f"nothing can be stopped in {channel.name}, {root}")
        for stream in running:
            stream.close()
        streamed = [stream.message.ts for stream in running]
        event = payloads.agent_session_stopped(self.id, channel.id, root, streamed, self._world.ts())
        return await self._delivery.tell(event, self._telling.team(channel).id)

    async def rename_session(self, channel: Channel, thread: str | Message, title: str) -> Delivered:
        """Gives a conversation with the app another title."""
        root, team = str(_ts(thread)), self._telling.team(channel).id
        previous = self._world.titles.get((channel.id, root))
        self._world.titles[channel.id, root] = title
        at = self._world.ts()
        event = payloads.agent_session_title_changed(self.id, team, channel.id, root, title, previous, at)
        return await self._delivery.tell(event, team)

    async def open_assistant(self, looking_at: Channel | None = None) -> Delivered:
        """Begins a conversation as apps with the older assistant view have it; `message` is its root, by the bot."""
        team = self._home_team
        bot: Json = {"user": team.bot_user, "bot_id": team.bot_id, "app_id": team.app_id}
        root = self._world.add_message(self.direct, subtype="assistant_app_thread", text="New Assistant Thread", **bot)
        root.thread_ts = root.ts
        return await self._assistant(payloads.assistant_thread_started, root, looking_at)

    async def switch_assistant(self, root: Message, looking_at: Channel) -> Delivered:
        """Looks at another channel with such a conversation open."""
        return await self._assistant(payloads.assistant_thread_context_changed, root, looking_at)

    async def open_link(self, message: Message, url: str, external: Json) -> Delivered:
        """Opens an unfurled link beside the conversation; `external` is the reference that the app gave it."""
        self._check_sees(message)
        team = self._telling.team(self._telling.channel(message)).id
        trigger = self._world.new_trigger(team, self.id)
        at = self._world.ts()
        event = payloads.entity_details_requested(self.id, message.channel, message.ts, url, external, trigger, at)
        return await self._delivery.tell(event, team)

    # Administration

    async def join(self, channel: Channel) -> Delivered:
        """Is in the channel from now on."""
        return await self._joins(self.id, channel, None)

    async def invite_bot(self, channel: Channel) -> Delivered:
        """Adds the bot to a channel."""
        return await self._joins(self._telling.team(channel).bot_user, channel, self.id)

    def remove_bot(self, channel: Channel) -> None:
        """Takes the bot out of a channel; it hears nothing of that."""
        channel.members.discard(self._telling.team(channel).bot_user)

    async def uninstall(self) -> Delivered:
        """Removes the app from the workspace: its tokens are refused at once, and Slack tells of both."""
        await self.revoke_tokens()
        return await self._delivery.tell(payloads.app_uninstalled(), self.user.team_id)

    async def revoke_tokens(self) -> Delivered:
        """Has the app's tokens revoked."""
        team = self._home_team
        for installation in self._delivery.audience.installations(team.id):
            installation.revoked = True
        return await self._delivery.tell(payloads.tokens_revoked([team.bot_user], []), team.id)

    # How

    async def _interact(self, payload: Json) -> Delivered:
        return await self._delivery.deliver("interactive", payload)

    def _interactions(self, team: Team) -> Interactions:
        return Interactions(team, self.user, self._delivery.audience.is_org_wide(team.id))

    def _message_action(self, message: Message, actions: list[Json]) -> Json:
        channel = self._telling.channel(message)
        more = {"state": {"values": {}}, **self._reach(channel, message)}
        return self._interactions(self._telling.team(channel)).message_action(message, channel, actions, **more)

    def _view_action(self, view: View, actions: list[Json]) -> Json:
        view.state = state_values(view.payload["blocks"], self._desk.drafts.get(view.id, {}), self.id)
        trigger = self._world.new_trigger(view.team, self.id)
        return self._interactions(self._team_of(view)).view_action(view, actions, trigger_id=trigger)

    def _reach(self, channel: Channel, message: Message) -> Json:
        """What lets the app answer: a modal within three seconds, messages within half an hour."""
        url = self._world.new_response_url(channel.team, channel.id, self.id, message, message.thread_ts)
        return {"trigger_id": self._world.new_trigger(channel.team, self.id), "response_url": url}

    async def _reacted(self, kind: str, message: Message, name: str) -> Delivered:
        at = self._world.ts()
        event = payloads.reaction(kind, self.id, name, message.channel, message.ts, message.user, at)
        return await self._telling.about(message, event)

    async def _joins(self, user: str, channel: Channel, inviter: str | None) -> Delivered:
        channel.members.add(user)
        event = payloads.member_joined_channel(user, channel, inviter, self._world.ts())
        return await self._delivery.tell(event, channel.team)

    async def _assistant(self, event: Callable[..., Json], root: Message, looking_at: Channel | None) -> Delivered:
        context = {"channel_id": looking_at.id, "team_id": looking_at.team} if looking_at else {}
        told = event(self.id, root.channel, root.ts, context, self._world.ts())
        delivered = await self._delivery.tell(told, self.user.team_id)
        delivered.message = root
        return delivered

    def _uploaded(self, channel: Channel, attachment: Attachment) -> File:
        if isinstance(attachment, File):
            return attachment
        name, content = attachment
        mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return self._world.add_file(channel.team, self.id, name, content, mimetype)

    # What is chosen

    async def _given(self, view: View, values: Json) -> Json:
        """The values and what was chosen before, with options of the app's menus looked up."""
        given = {**self._desk.drafts.get(view.id, {}), **values}
        for element in elements(view.payload["blocks"], self.id):
            key = element.action_id if element.action_id in given else element.block_id
            if key in given:
                given[key] = await self._chosen(view, element, given[key])
        return given

    async def _chosen(self, target: Message | View, element: Element, value: Any) -> Any:
        """What is typed into a menu that asks the app is one of the options that it then offers."""
        if element.type not in EXTERNAL or value is None:
            return value
        if isinstance(value, list):
            return [await self._chosen(target, element, one) for one in value]
        offered = [] if isinstance(value, dict) else await self.options(target, element.action_id, value)
        return element.option(value, offered)

    def _offered(self, response: Json) -> list[Json]:
        groups = response.get("option_groups") or ()
        offered = [*(response.get("options") or ()), *(one for group in groups for one in group["options"])]
        if len(offered) > MOST_OPTIONS:
            self._problems.append(f"{len(offered)} options are offered; {MOST_OPTIONS} are allowed")
        return offered

    def _show(self, delivered: Delivered, channel: Channel, team: Team) -> None:
        """What a command is acknowledged with is a message, for one person unless it says otherwise."""
        response = delivered.response or {}
        if not response.get("text") and not response.get("blocks"):
            return
        self._problems.extend(check_message(response))
        private = response.get("response_type", "ephemeral") == "ephemeral"
        delivered.message = self._world.add_message(
            channel,
            user=team.bot_user,
            bot_id=team.bot_id,
            app_id=team.app_id,
            text=response.get("text") or "",
            blocks=self._world.with_block_ids(response)["blocks"],
            ephemeral_to=self.id if private else None,
        )

    # What is there

    @property
    def _home_team(self) -> Team:
        return self._world.teams[self.user.team_id]

    def _team_of(self, target: Message | View) -> Team:
        if isinstance(target, View):
            return self._world.teams[target.team]
        return self._telling.team(self._telling.channel(target))

    def _blocks(self, target: Message | View) -> Sequence[Json]:
        """What can be clicked there, by who sees it."""
        if isinstance(target, Message):
            self._check_sees(target)
            return target.blocks
        if target.user != self.id or target.closed:
            raise NotThere(f"{self.name} does not see the view {target.id}")
        blocks: Sequence[Json] = target.payload["blocks"]
        return blocks

    def _check_sees(self, message: Message) -> None:
        if not self.sees(message):
            raise NotThere(f"{self.name} does not see the message {message.ts}: {message.text[:80]!r}")

    def _check_own(self, message: Message) -> None:
        if message.user != self.id:
            raise NotThere(f"{self.name} did not write the message {message.ts}")


def _ts(thread: Thread) -> str | None:
    """The thread that a message is in, or begins."""
    return thread.thread if isinstance(thread, Message) else thread


def _entity(looked_at: Channel | Message | Json) -> Json:
    if isinstance(looked_at, Channel):
        return {"type": "slack#/types/channel_id", "value": looked_at.id, "team_id": looked_at.team}
    if isinstance(looked_at, Message):
        value = {"message_ts": looked_at.ts, "channel_id": looked_at.channel}
        return {"type": "slack#/types/message_context", "value": value, "team_id": looked_at.team}
    return looked_at
