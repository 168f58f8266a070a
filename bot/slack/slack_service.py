"""The whole Slack surface as one thing that lives beside the HTTP server, on the same event loop."""

import logging
import os
import socket
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from functools import partial
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit
from uuid import uuid4

import aiohttp
from pydantic import SecretStr
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.settings import Settings
from bot.slack.access import Access, Tokens, access_to
from bot.slack.asking import Asking
from bot.slack.attachments import Attachments
from bot.slack.background import Background
from bot.slack.destination import Destination
from bot.slack.dispatcher import Dispatcher
from bot.slack.documents_menu import DocumentsMenu
from bot.slack.errors import SlackBusy, SlackUnreachable
from bot.slack.guard import Guard
from bot.slack.home import Home
from bot.slack.intake import Intake
from bot.slack.listeners import Listeners
from bot.slack.outlets import Outlets
from bot.slack.pacing import Pacing
from bot.slack.passages import Passages
from bot.slack.paths import EVENTS
from bot.slack.previews import Previews
from bot.slack.product import Product
from bot.slack.question import SlackQuestion
from bot.slack.refusals import OF_APP_TOKEN, OF_BOT_TOKEN, in_words
from bot.slack.replying import Replying
from bot.slack.response_url import ResponseUrls
from bot.slack.sharing import Sharing
from bot.slack.signature import Signature
from bot.slack.signs import Signs
from bot.slack.slack_api import SlackApi
from bot.slack.slack_session import slack_client, slack_session
from bot.slack.slack_settings import SlackSettings
from bot.slack.socket import Socket
from bot.slack.thread_context import ThreadContext
from bot.slack.timing import REAL, Timing
from bot.slack.votes import Votes
from bot.slack.withdrawal import Withdrawal

BESIDE_GRACE_S = 1.0  # for what nobody waits for
SLACK_FILES = "files.slack.com"

logger = logging.getLogger(__name__)


class SlackService:
    """Enter it on the event loop that it lives on; leaving it drains what is under way.

    Also an ASGI application, for what Slack sends over HTTP: what comes before it is entered is refused, and Slack
    sends it again. Entering raises SlackRefused if Slack does not accept our tokens.
    """

    def __init__(
        self,
        slack: SlackSettings,
        settings: Settings,
        product: Product,
        environment: Mapping[str, str],
        timing: Timing = REAL,
    ) -> None:
        self._slack = slack
        self._settings = settings
        self._product = product
        self._environment = environment
        self._timing = timing
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
        sleep, clock, api_url = self._timing.sleep, self._timing.clock, self._slack.api_url
        session = await self._stack.enter_async_context(slack_session(self._timing.attempt_s))
        client = slack_client(session, api_url, self._environment)
        access = await self._stack.enter_async_context(self._access(client))
        await self._introduced(access.tokens)
        api = SlackApi(client, access.tokens, Pacing(clock=clock, sleep=sleep), sleep, clock)
        responses = ResponseUrls(session, api_url, self._environment, sleep, clock)
        signs = Signs(api, self._background, self._product.inbox.is_over, sleep=sleep)
        self._stack.callback(signs.close)
        dispatcher = Dispatcher(
            self._product.inbox,
            self._replying(api, responses, signs, session, access.tokens),
            f"{socket.gethostname()[:60]}-{os.getpid()}-{uuid4().hex[:8]}",
            self._settings.slack_concurrency,
            self._timing.lease_s,
        )
        self._listeners(api, responses, signs, dispatcher).register(access.app)
        self._stack.push_async_callback(self._background.close, BESIDE_GRACE_S)
        await self._listen(access.app, client, dispatcher)

    def _access(self, client: AsyncWebClient) -> AbstractAsyncContextManager[Access]:
        welcome, timing = self._settings.slack_workspaces, self._timing
        return access_to(self._slack, self._product.history_url, welcome, client, timing.clock, timing.now)

    async def _introduced(self, tokens: Tokens) -> None:
        """Whose token is wrong would hear of questions and could answer none."""
        if self._slack.bot_token:
            try:
                with in_words(OF_BOT_TOKEN):
                    await tokens.authorize(team_id=None, enterprise_id=None)
            except (SlackBusy, SlackUnreachable) as problem:
                logger.warning("it is not known yet who we are in Slack: %s", problem)

    async def _listen(self, app: AsyncApp, client: AsyncWebClient, dispatcher: Dispatcher) -> None:
        """The socket is closed last, so that what comes in meanwhile is still taken in, for the next process."""
        if self._slack.app_token:
            opened = self._new_socket(app, client, self._slack.app_token)
            self._stack.push_async_callback(opened.close)
            with in_words(OF_APP_TOKEN):
                await opened.open()
            self._socket = opened
        if self._slack.signing_secret:
            handler: Any = AsyncSlackRequestHandler(app, path=EVENTS)  # its types are narrower than ASGI's
            signature = Signature(self._slack.signing_secret)
            self._guard = Guard(handler, signature, installs=self._slack.for_many_workspaces)
        dispatcher.start()
        self._dispatcher = dispatcher
        self._stack.push_async_callback(dispatcher.close, self._timing.grace_s)

    def _new_socket(self, app: AsyncApp, client: AsyncWebClient, app_token: SecretStr) -> Socket:
        return Socket.over(
            app,
            client,
            app_token,
            self._environment,
            ping_s=self._timing.ping_s,
            now=self._timing.clock,
            sleep=self._timing.sleep,
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
            self._timing.sleep,
            self._timing.clock,
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
            self._timing.sleep,
        )

    def _listeners(self, api: SlackApi, responses: ResponseUrls, signs: Signs, dispatcher: Dispatcher) -> Listeners:
        product, channels = self._product, self._product.channels
        base_url = self._settings.public_url
        accepted = partial(self._accepted, signs)
        removed = Withdrawal(api, self._background)
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
