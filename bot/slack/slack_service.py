"""The whole Slack surface as one thing that lives beside the HTTP server, on the same event loop."""

import asyncio
import logging
import os
import socket
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit
from uuid import uuid4

import aiohttp
from pydantic import SecretStr
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp

from bot.queued import Queued
from bot.scope import Scope
from bot.settings import Settings
from bot.slack.access import Tokens, access_to
from bot.slack.asking import Asking
from bot.slack.attachments import Attachments
from bot.slack.background import Background
from bot.slack.channels import Channels
from bot.slack.destination import Destination
from bot.slack.dispatcher import LEASE_S, Dispatcher
from bot.slack.documents_menu import DocumentsMenu
from bot.slack.errors import SlackBusy, SlackRefused, SlackUnreachable
from bot.slack.guard import EVENTS, Guard
from bot.slack.home import Home
from bot.slack.intake import Intake
from bot.slack.listeners import Listeners
from bot.slack.outlets import Outlets
from bot.slack.pacing import Pacing
from bot.slack.passages import Passages
from bot.slack.ports import Answering, Feedback, Inbox, Readiness
from bot.slack.previews import Previews
from bot.slack.question import SlackQuestion
from bot.slack.refusals import OF_APP_TOKEN, OF_BOT_TOKEN, in_words
from bot.slack.replying import Replying
from bot.slack.response_url import ResponseUrls
from bot.slack.sharing import Sharing
from bot.slack.signature import Signature
from bot.slack.signs import Signs
from bot.slack.slack_api import SlackApi
from bot.slack.slack_session import TOTAL_S, slack_client, slack_session
from bot.slack.slack_settings import SlackSettings
from bot.slack.socket import Socket
from bot.slack.socket_line import PING_S
from bot.slack.thread_context import ThreadContext
from bot.slack.votes import Votes
from bot.turn import Turn

GRACE_S = 5.0  # for answers on their way when the server is told to stop: supervisors kill after ten seconds
BESIDE_GRACE_S = 1.0  # for what nobody waits for
SLACK_FILES = "files.slack.com"
GONE = frozenset({"message_not_found", "channel_not_found", "not_in_channel"})

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Product:
    """What the surface shows to people.

    `turns` are those of a conversation that were asked before a moment. `examples` gives questions that the documents
    of a scope answer, `titles` the id and title of each of them. `history_url` is where workspaces that install the app
    are kept.
    """

    answering: Answering
    readiness: Readiness
    inbox: Inbox
    feedback: Feedback
    turns: Callable[[str, datetime], list[Turn]]
    examples: Callable[[Scope], Awaitable[list[str]]]
    titles: Callable[[Scope], Awaitable[list[tuple[str, str]]]]
    channels: Channels
    history_url: str = field(repr=False)  # may hold a password


class SlackService:
    """Enter it on the event loop that it lives on; leaving it drains what is under way.

    Also an ASGI application, for what Slack sends over HTTP: what comes before it is entered is refused, and Slack
    sends it again. Entering raises SlackRefused if Slack does not accept our tokens. `sleep` and `clock` are the
    time that it goes by when it waits for Slack; `now` is that at which tokens expire, in Unix seconds.
    """

    def __init__(
        self,
        slack: SlackSettings,
        settings: Settings,
        product: Product,
        environment: Mapping[str, str],
        lease_s: float = LEASE_S,
        grace_s: float = GRACE_S,
        ping_s: float = PING_S,
        attempt_s: float = TOTAL_S,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._slack = slack
        self._settings = settings
        self._product = product
        self._environment = environment
        self._lease_s = lease_s
        self._grace_s = grace_s
        self._ping_s = ping_s
        self._attempt_s = attempt_s
        self._sleep = sleep
        self._clock = clock
        self._now = now
        self._stack = AsyncExitStack()
        self._background = Background()
        self._socket: Socket | None = None
        self._guard: Guard | None = None
        self._dispatcher: Dispatcher | None = None

    async def __aenter__(self) -> Self:
        try:
            await self._open()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def __call__(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
        send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ) -> None:
        if self._guard is None:
            await send({"type": "http.response.start", "status": 503, "headers": []})
            await send({"type": "http.response.body", "body": b""})
        else:
            await self._guard(scope, receive, send)

    @property
    def connected(self) -> bool:
        """Whether Slack can tell us anything now."""
        return self._socket.connected if self._socket else self._guard is not None

    @property
    def busy(self) -> bool:
        """Whether a question is being worked on here, or waits for it."""
        return self._dispatcher is not None and bool(self._dispatcher.busy or self._product.inbox.waiting())

    # What is made of what, and ended in the opposite order

    async def _open(self) -> None:
        session = await self._stack.enter_async_context(slack_session(self._attempt_s))
        client = slack_client(session, self._slack.api_url, self._environment)
        access = await self._stack.enter_async_context(
            access_to(
                self._slack, self._product.history_url, self._settings.slack_workspaces, client, self._clock, self._now
            )
        )
        await self._introduced(access.tokens)
        pacing = Pacing(clock=self._clock, sleep=self._sleep)
        api = SlackApi(client, access.tokens, pacing, self._sleep, self._clock)
        responses = ResponseUrls(session, self._slack.api_url, self._environment, self._sleep, self._clock)
        signs = Signs(api, self._background, self._product.inbox.is_over, sleep=self._sleep)
        self._stack.callback(signs.close)
        dispatcher = Dispatcher(
            self._product.inbox,
            self._replying(api, responses, signs, session, access.tokens),
            f"{socket.gethostname()[:60]}-{os.getpid()}-{uuid4().hex[:8]}",
            self._settings.slack_concurrency,
            self._lease_s,
        )
        self._listeners(api, responses, signs, dispatcher).register(access.app)
        self._stack.push_async_callback(self._background.close, BESIDE_GRACE_S)
        await self._listen(access.app, client, dispatcher)

    async def _introduced(self, tokens: Tokens) -> None:
        """Whose token is wrong would hear of questions and could answer none."""
        if self._slack.bot_token:
            try:
                with in_words(OF_BOT_TOKEN):
                    await tokens.authorize(team_id=None, enterprise_id=None)
            except (SlackBusy, SlackUnreachable) as problem:
                logger.warning("it is not known yet who we are in Slack: %s", problem)

    async def _listen(self, app: AsyncApp, client: Any, dispatcher: Dispatcher) -> None:
        """The socket is closed last, so that what comes in meanwhile is still taken in, for the next process."""
        if self._slack.app_token:
            line = self._line(app, client, self._slack.app_token)
            self._stack.push_async_callback(line.close)
            with in_words(OF_APP_TOKEN):
                await line.open()
            self._socket = line
        if self._slack.signing_secret:
            handler: Any = AsyncSlackRequestHandler(app, path=EVENTS)  # its types are narrower than ASGI's
            signature = Signature(self._slack.signing_secret)
            self._guard = Guard(
                handler,
                signature,
                installs=self._slack.for_many_workspaces,
            )
        dispatcher.start()
        self._dispatcher = dispatcher
        self._stack.push_async_callback(dispatcher.close, self._grace_s)

    def _line(self, app: AsyncApp, client: Any, app_token: SecretStr) -> Socket:
        return Socket.over(
            app,
            client,
            app_token,
            self._environment,
            ping_s=self._ping_s,
            now=self._clock,
            sleep=self._sleep,
        )

    def _replying(
        self, api: SlackApi, responses: ResponseUrls, signs: Signs, session: aiohttp.ClientSession, tokens: Tokens
    ) -> Replying:
        product = self._product
        outlets = Outlets(
            api,
            responses,
            signs,
            product.inbox.posted,
            product.examples,
            self._settings.public_url,
            self._sleep,
            self._clock,
        )
        own = urlsplit(self._slack.api_url)
        attachments = Attachments(session, tokens, {("https", SLACK_FILES), (own.scheme, own.hostname or "")})
        self._stack.callback(attachments.close)
        return Replying(
            product.answering,
            outlets,
            product.channels,
            ThreadContext(api),
            attachments,
            self._settings.max_question_chars,
            product.turns,
            self._sleep,
        )

    def _listeners(self, api: SlackApi, responses: ResponseUrls, signs: Signs, dispatcher: Dispatcher) -> Listeners:
        product, channels = self._product, self._product.channels
        base_url = self._settings.public_url
        accepted = partial(self._accepted, signs)
        removed = partial(self._removed, api)
        intake = Intake(product.inbox, channels, accepted, removed, dispatcher.wake)
        longest = self._settings.max_question_chars
        return Listeners(
            intake,
            Asking(api, responses, intake, channels, product.examples, longest),
            Home(api, product.answering, product.readiness, product.inbox.recent, channels, product.examples),
            Passages(api, product.answering, channels, base_url),
            Votes(api, responses, product.feedback, channels),
            Sharing(api, responses, product.answering, channels, base_url, intake.claim, self._asker),
            DocumentsMenu(product.titles, channels),
            Previews(api, product.answering, channels, base_url),
            self._background,
        )

    def _asker(self, answer_id: str) -> str | None:
        """Private answers have the ids of their questions."""
        queued = self._product.inbox.by_id(answer_id)
        return SlackQuestion.of_json(queued.content).user if queued else None

    def _accepted(self, signs: Signs, question: SlackQuestion, id: str) -> None:
        """Nobody who was not asked shows that it works."""
        if question.place and question.surface != "unasked":
            signs.begin(Destination.of(question, id), self._product.channels.of(question.channel).words)

    def _removed(self, api: SlackApi, queued: Queued) -> None:
        """The question is gone, and so is the answer that was given to it before."""
        question = SlackQuestion.of_json(queued.content)
        for ts in queued.reply.get("messages") or ():
            deleting = _deleted(api, question, str(ts))
            self._background.run(deleting, "an answer whose question is gone")


async def _deleted(api: SlackApi, question: SlackQuestion, ts: str) -> None:
    try:
        await api.call(question.team, "chat.delete", enterprise=question.enterprise, channel=question.channel, ts=ts)
    except SlackRefused as refusal:
        if refusal.code not in GONE:
            raise
