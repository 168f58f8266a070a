"""What Slack tells us, and who deals with it: one table for each kind, the same for Socket Mode and HTTP.

Events that must not be lost are taken in before Bolt acknowledges them; if that fails, Slack delivers them again.
Everything else is acknowledged at once and done in the background. Whatever has no entry here is acknowledged, too.
"""

import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

from bot.slack import actions
from bot.slack.asking import Asking
from bot.slack.background import Background
from bot.slack.caller import Caller, installed_in
from bot.slack.documents_menu import DocumentsMenu
from bot.slack.home import Home
from bot.slack.incoming import Installation
from bot.slack.intake import Intake
from bot.slack.interaction import Interaction
from bot.slack.passages import Passages
from bot.slack.place import Place
from bot.slack.previews import Previews
from bot.slack.sharing import Sharing
from bot.slack.votes import Votes

Body = dict[str, Any]
Next = Callable[[], Awaitable[None]]
ANYTHING = re.compile("")


class Listeners:
    """Everything that answers to Slack, in the order of a person's day: asking, looking, voting."""

    def __init__(
        self,
        intake: Intake,
        asking: Asking,
        home: Home,
        passages: Passages,
        votes: Votes,
        sharing: Sharing,
        menu: DocumentsMenu,
        previews: Previews,
        background: Background,
    ) -> None:
        self._intake = intake
        self._asking = asking
        self._home = home
        self._passages = passages
        self._votes = votes
        self._sharing = sharing
        self._menu = menu
        self._previews = previews
        self._background = background

    def register(self, app: AsyncApp) -> None:
        """Once. The tables come before what catches the rest."""
        app.middleware(self._take_in)
        app.event(ANYTHING)(_noted)
        for command in COMMANDS:
            app.command(command)(self._command)
        for callback_id in SHORTCUTS:
            app.shortcut(callback_id)(self._shortcut)
        for callback_id in VIEWS:
            app.view(callback_id)(self._view)
        app.options(actions.DOCUMENT)(self._options)
        for action_id in ACTIONS:
            app.action(action_id)(self._action)
        for catch_all in (app.action, app.shortcut, app.command, app.view_submission, app.view_closed, app.options):
            catch_all(ANYTHING)(_acknowledged)

    # Events

    async def _take_in(self, body: Body, context: AsyncBoltContext, next: Next) -> None:
        """Runs before the acknowledgement, so that a failure here is one that Slack hears of."""
        event = body.get("event")
        if isinstance(event, dict) and "event_id" in body:
            handler = EVENT_HANDLERS.get(str(event.get("type")))
            if handler:
                await handler(self, body, context)
        await next()

    async def _message(self, body: Body, context: AsyncBoltContext) -> None:
        await self._intake.message(body, _ours(context))

    async def _home_opened(self, body: Body, context: AsyncBoltContext) -> None:
        event, caller = body["event"], Caller.of(context, body)
        if event.get("tab") == "home":
            self._background.run(self._home.publish(caller), "the Home tab")
        else:
            self._background.run(self._home.suggest(caller, event["channel"]), "suggested prompts")

    async def _thread_started(self, body: Body, context: AsyncBoltContext) -> None:
        """Where the app is still an assistant of the older kind."""
        thread = body["event"]["assistant_thread"]
        suggesting = self._home.suggest(Caller.of(context, body), thread["channel_id"], thread["thread_ts"])
        self._background.run(suggesting, "suggested prompts")

    async def _stopped(self, body: Body, context: AsyncBoltContext) -> None:
        event = body["event"]
        await self._intake.stop(Place(_ours(context).team, event["channel"], event["thread_ts"]))

    async def _joined(self, body: Body, context: AsyncBoltContext) -> None:
        """We only greet where we are the one who has come, and once."""
        event = body["event"]
        if event.get("user") == context.bot_user_id and await self._intake.claim(f"event:{body['event_id']}"):
            self._background.run(self._home.greet(Caller.of(context, body), event["channel"]), "a greeting")

    async def _link_shared(self, body: Body, context: AsyncBoltContext) -> None:
        self._background.run(self._previews.unfurl(body["event"], Caller.of(context, body)), "a preview")

    async def _details(self, body: Body, context: AsyncBoltContext) -> None:
        self._background.run(self._previews.details(body["event"], Caller.of(context, body)), "a document's details")

    async def _nothing(self, body: Body, context: AsyncBoltContext) -> None:
        """We subscribe to it because Slack needs that, or deal with it elsewhere."""

    # Commands, shortcuts, forms

    async def _command(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack(**await self._asking.command(body, Caller.of(context, body)))

    async def _shortcut(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        await ack()
        opening = self._asking.open_form(Interaction.of(body), Caller.of(context, body))
        self._background.run(opening, "the form for a question")

    async def _view(self, ack: AsyncAck, body: Body, view: Body, context: AsyncBoltContext) -> None:
        caller = Caller.of(context, body)
        if view["callback_id"] == actions.ASK_VIEW:
            await ack(**await self._asking.submit(view, caller))
        else:
            await ack()
            self._background.run(self._votes.reason(view, caller), "a reason for a vote")

    async def _options(self, ack: AsyncAck, body: Body) -> None:
        await ack(options=await self._menu.options(body))

    # Buttons

    async def _action(self, ack: AsyncAck, body: Body, action: Body, context: AsyncBoltContext) -> None:
        await ack()
        handler, value = ACTIONS[action["action_id"]](self), str(action.get("value") or "")
        handling = handler(Interaction.of(body), value, Caller.of(context, body))
        self._background.run(handling, f"the button {action['action_id']}")


async def _noted() -> None:
    """Nothing more to do: the event was taken in before, or is none of ours. Bolt acknowledges it."""


async def _acknowledged(ack: AsyncAck) -> None:
    """A link's button, a form that was closed, something that an older version has posted."""
    await ack()


def _ours(context: AsyncBoltContext) -> Installation:
    return Installation(installed_in(context), context.enterprise_id, context.bot_user_id or "")


EventHandler = Callable[[Listeners, Body, AsyncBoltContext], Awaitable[None]]
ActionHandler = Callable[[Interaction, str, Caller], Coroutine[Any, Any, None]]

EVENT_HANDLERS: Mapping[str, EventHandler] = {
    "app_mention": Listeners._message,
    "message": Listeners._message,
    "app_home_opened": Listeners._home_opened,
    "app_context_changed": Listeners._nothing,  # each message says itself what its author is looking at
    "agent_session_stopped": Listeners._stopped,
    "agent_session_title_changed": Listeners._nothing,  # titles are the person's own
    "assistant_thread_started": Listeners._thread_started,
    "assistant_thread_context_changed": Listeners._nothing,
    "member_joined_channel": Listeners._joined,
    "link_shared": Listeners._link_shared,
    "entity_details_requested": Listeners._details,
    "app_uninstalled": Listeners._nothing,  # Bolt's own listeners forget the installation
    "tokens_revoked": Listeners._nothing,
}
COMMANDS = ("/ask",)
SHORTCUTS = (actions.ANSWER_MESSAGE, actions.ASK)
VIEWS = (actions.ASK_VIEW, actions.REASON_VIEW)
ACTIONS: Mapping[str, Callable[[Listeners], ActionHandler]] = {
    actions.SHOW_PASSAGE: lambda listeners: listeners._passages.open,
    actions.SHOW_CLOSEST: lambda listeners: listeners._passages.open,
    actions.PASSAGE_PAGE: lambda listeners: listeners._passages.turn,
    actions.VOTE: lambda listeners: listeners._votes.vote,
    actions.MISSING: lambda listeners: listeners._votes.missing,
    actions.SHARE: lambda listeners: listeners._sharing.share,
    actions.EXAMPLE: lambda listeners: listeners._asking.example,
}
