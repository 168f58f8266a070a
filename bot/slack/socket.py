"""Socket Mode: a connection to Slack that somebody watches, and makes anew when it ends."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Protocol, Self

from pydantic import SecretStr
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.errors import SlackBusy, SlackProblem, SlackRefused, SlackUnreachable
from bot.slack.slack_failure import FAILURES, problem_of
from bot.slack.socket_line import PING_S, SocketLine

METHOD = "apps.connections.open"
LOOK_S = 0.5
STEADY_S = 60.0  # a connection that has held so long was no accident

# Seconds from one try to the next. Slack allows about one a minute, and some more while that is rare.
PAUSES_S = (0.0, 1.0, 2.0, 5.0, 15.0, 30.0)
LONG_PAUSE_S = 60.0

# Reasons to go that another connection would not outlive.
_FULL, _OFF = "too_many_websockets", "link_disabled"

logger = logging.getLogger(__name__)


class Line(Protocol):
    """One connection; see SocketLine."""

    ending: str | None

    @property
    def is_open(self) -> bool: ...

    async def connect(self, url: str) -> None: ...

    async def close(self) -> None: ...


class Socket:
    """Keeps one connection, if Slack allows it. A new one stands before one that Slack announces to close is closed.

    `address` asks Slack where to connect to. `now` is in seconds, from any beginning.
    """

    def __init__(
        self,
        line: Callable[[], Line],
        address: Callable[[], Awaitable[str]],
        *,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._new_line = line
        self._address = address
        self._now = now
        self._sleep = sleep
        self._line: Line | None = None
        self._unclosed: list[Line] = []
        self._since = 0.0  # when it was connected
        self._tries = 0
        self._next_try = 0.0
        self._watching: asyncio.Task[None] | None = None

    @classmethod
    def over(
        cls,
        app: AsyncApp,
        client: AsyncWebClient,
        app_token: SecretStr,
        environment: Mapping[str, str],
        *,
        ping_s: float = PING_S,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> Self:
        """Hands what Slack sends to `app`. `environment` names proxies."""

        async def address() -> str:
            return await socket_address(client, app_token)

        return cls(lambda: SocketLine(app, environment, ping_s), address, now=now, sleep=sleep)

    @property
    def connected(self) -> bool:
        """Whether Slack can tell us anything now."""
        return self._line is not None and self._line.is_open

    async def open(self) -> None:
        """Connects and watches from then on. Raises SlackRefused if the app token is wrong.

        A Slack that cannot be reached is waited for.
        """
        self._next_try = self._now()
        try:
            await self._renew()
        except SlackRefused:
            raise
        except SlackProblem as problem:
            logger.warning("not connected to Slack yet: %s", problem)
        self._watching = asyncio.create_task(self._watch())

    async def close(self) -> None:
        """Ends the connection after acknowledging what came in. Closing twice is harmless."""
        if self._watching is not None:
            self._watching.cancel()
            with suppress(asyncio.CancelledError):
                await self._watching
        self._line = None
        for line in [*self._unclosed]:
            await self._shut(line)

    async def _watch(self) -> None:
        """Never ends by itself."""
        while True:
            await self._sleep(LOOK_S)
            try:
                await self._look()
            except SlackProblem as problem:
                logger.warning("not connected to Slack: %s", problem)
            except Exception:
                logger.exception("not connected to Slack")

    async def _look(self) -> None:
        if self.connected and self._line is not None and not self._line.ending:
            if self._tries and self._now() - self._since >= STEADY_S:
                self._tries = 0
                self._next_try = self._now()
        elif self._now() >= self._next_try:
            await self._renew()

    async def _renew(self) -> None:
        self._wait_before_next()
        old = self._line
        if old is not None and (not old.is_open or old.ending in (_FULL, _OFF)):
            self._line = None
            await self._shut(old)
            old = None
        self._line = await self._connected()
        self._since = self._now()
        logger.info("connected to Slack")
        if old is not None:
            await self._shut(old)

    async def _connected(self) -> Line:
        """Nothing is left behind if it fails."""
        line = self._new_line()
        self._unclosed.append(line)
        try:
            await line.connect(await self._address())
        except BaseException as error:
            await self._shut(line)
            if isinstance(error, SlackBusy):
                self._next_try = max(self._next_try, self._now() + error.retry_after)
            raise
        return line

    async def _shut(self, line: Line) -> None:
        """Whoever is stopped while closing leaves that to `close`."""
        await line.close()
        self._unclosed.remove(line)

    def _wait_before_next(self) -> None:
        pause = PAUSES_S[self._tries + 1] if self._tries + 1 < len(PAUSES_S) else LONG_PAUSE_S
        self._tries += 1
        self._next_try = self._now() + pause


async def socket_address(client: AsyncWebClient, app_token: SecretStr) -> str:
    """Where to connect to, once. Raises SlackProblem."""
    try:
        response = await client.apps_connections_open(app_token=app_token.get_secret_value())
    except FAILURES as error:
        raise problem_of(METHOD, error) from error
    url = response.get("url")
    if not isinstance(url, str) or not url.startswith(("ws://", "wss://")):
        raise SlackUnreachable(METHOD, "no address")
    return url
