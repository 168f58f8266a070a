"""Tokens that expire are exchanged for new ones in time: by one at a time, in this process and in others."""

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.errors import SlackProblem, SlackRefused, SlackUnreachable
from bot.slack.installations import Installations
from bot.slack.slack_failure import FAILURES, problem_of

METHOD = "oauth.v2.access"
EARLY_S = 2 * 3600  # before a token expires it is exchanged
LEASE_S = 30.0  # longer than an exchange takes; then another process takes over from one that has died
PAUSE_S = 0.2
AFTER_FAILURE_S = 60.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Of the app itself."""

    client_id: str
    client_secret: SecretStr


class TokenRotation:
    """A refresh token serves once: two who use it at the same time lose the installation. `now` is in Unix seconds."""

    def __init__(
        self,
        installations: Installations,
        client: AsyncWebClient,
        credentials: Credentials,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._installations = installations
        self._client = client
        self._credentials = credentials
        self._now = now
        self._sleep = sleep
        self._locks: dict[str, asyncio.Lock] = {}
        self._not_before: dict[str, float] = {}  # after a failure

    def is_due(self, bot: Bot) -> bool:
        """Whether its token expires soon, or has."""
        return bot.bot_token_expires_at is not None and bot.bot_token_expires_at <= self._now() + EARLY_S

    async def current(self, bot: Bot) -> Bot:
        """The same with a token that is valid. Raises SlackProblem if there is none, HistoryUnavailable."""
        if not self.is_due(bot) or (self._is_valid(bot) and self._now() < self._not_before.get(_name(bot), 0.0)):
            return bot
        async with self._locks.setdefault(_name(bot), asyncio.Lock()):
            return await self._in_turn(bot)

    async def _in_turn(self, bot: Bot) -> Bot:
        name, owner = _name(bot), secrets.token_hex(8)
        while not await self._installations.claim(name, owner, self._now(), self._now() + LEASE_S):
            latest = await self._latest(bot)  # another process is at it
            if self._is_valid(latest):
                return latest
            await self._sleep(PAUSE_S)
        try:
            latest = await self._latest(bot)
            return await self._exchanged(latest) if self.is_due(latest) else latest
        finally:
            await self._installations.release(name, owner)

    async def _exchanged(self, bot: Bot) -> Bot:
        try:
            new = await self._refreshed(bot)
        except SlackProblem as problem:
            self._not_before[_name(bot)] = self._now() + AFTER_FAILURE_S
            logger.warning("the token for %s could not be exchanged: %s", bot.team_name or _name(bot), problem)
            if self._is_valid(bot):
                return bot
            raise
        if not await self._installations.exchange(bot, new):  # uninstalled meanwhile, or installed again
            return await self._latest(bot)
        return new

    async def _refreshed(self, bot: Bot) -> Bot:
        try:
            response = await self._client.oauth_v2_access(
                client_id=self._credentials.client_id,
                client_secret=self._credentials.client_secret.get_secret_value(),
                grant_type="refresh_token",
                refresh_token=bot.bot_refresh_token,
            )
        except FAILURES as error:
            raise problem_of(METHOD, error) from error
        return _renewed(bot, response, self._now())

    async def _latest(self, bot: Bot) -> Bot:
        found = await self._installations.same_bot(bot.enterprise_id, bot.team_id)
        if found is None:
            raise SlackRefused("every call", "not_installed")
        return found

    def _is_valid(self, bot: Bot) -> bool:
        return bot.bot_token_expires_at is None or bot.bot_token_expires_at > self._now()


def _renewed(bot: Bot, response: Any, now: float) -> Bot:
    token, refresh_token, lasts = (response.get(name) for name in ("access_token", "refresh_token", "expires_in"))
    if not (isinstance(token, str) and isinstance(refresh_token, str) and isinstance(lasts, int)):
        raise SlackUnreachable(METHOD, "no token")
    new = Bot(**bot.to_dict_for_copying())
    new.bot_token, new.bot_refresh_token, new.bot_token_expires_at = token, refresh_token, int(now + lasts)
    return new


def _name(bot: Bot) -> str:
    return f"{bot.enterprise_id or ''}/{bot.team_id or ''}"
