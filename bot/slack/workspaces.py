"""The workspaces that have installed the app by themselves."""

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt.authorization import AuthorizeResult
from slack_sdk.oauth.installation_store import Bot

from bot.slack.errors import SlackRefused
from bot.slack.installations import Installations
from bot.slack.token_rotation import TokenRotation

CACHED_S = 60.0
MOST_CACHED = 1000

logger = logging.getLogger(__name__)

_Place = tuple[str, str | None]
_Cache = dict[_Place, tuple[Bot, float]]


class Workspaces:
    """Tokens and identities by workspace, or by organisation, whose id stands for that of a workspace then.

    `now` is in seconds, from any beginning.

    What has been looked up is remembered for a while, as it is needed for everything that Slack sends: what another
    process is told takes so long to be known here.
    """

    def __init__(
        self,
        installations: Installations,
        rotation: TokenRotation,
        now: Callable[[], float] = time.monotonic,
        cached_s: float = CACHED_S,
    ) -> None:
        self._installations = installations
        self._rotation = rotation
        self._now = now
        self._cached_s = cached_s
        self._cache: _Cache = {}

    async def token(self, team: str, enterprise: str | None) -> str:
        """Raises SlackRefused where the app is not installed, other SlackProblems, and HistoryUnavailable."""
        cache = self._cache
        bot = await self._bot(team, enterprise)
        if bot is None:
            raise SlackRefused("every call", "not_installed")
        current = await self._rotation.current(bot)
        if current is not bot:
            self._remember(cache, (team, enterprise), current)
        return current.bot_token

    async def refused(self, team: str, enterprise: str | None, code: str) -> None:
        """Look again next time: perhaps somebody has installed it again."""
        self._cache = {}  # an organisation's token is remembered for each of its workspaces
        logger.warning("Slack does not accept the token for %s any more: %s", team or enterprise, code)

    async def told(self, event: Mapping[str, Any], team: str | None, enterprise: str | None, at: float) -> None:
        """That the app was uninstalled, or its token withdrawn, at that time; anything else means nothing here.

        `team` is None if that is so for a whole organisation.
        """
        if event.get("type") == "app_uninstalled" or (event.get("tokens") or {}).get("bot"):
            await self._installations.forget(enterprise, team, at)
            self._cache = {}  # a new one: who is looking it up now may have found what was there before
            logger.info("the app was uninstalled in %s", team or enterprise)

    async def authorize(self, *, team_id: str | None, enterprise_id: str | None) -> AuthorizeResult | None:
        """For Bolt: who we are there; None where the app is not installed. It takes no call of Slack."""
        bot = await self._bot(team_id or enterprise_id or "", enterprise_id)
        if bot is None:
            logger.warning("Slack tells of %s, where the app is not installed", team_id or enterprise_id)
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id or bot.team_id,
            team=bot.team_name,
            bot_id=bot.bot_id,
            bot_user_id=bot.bot_user_id,
            bot_token=bot.bot_token,
            bot_scopes=bot.bot_scopes,
        )

    async def close(self) -> None:
        await self._installations.close()

    async def _bot(self, team: str, enterprise: str | None) -> Bot | None:
        cache = self._cache
        known = cache.get((team, enterprise))
        if known is not None and self._now() < known[1]:
            return known[0]
        bot = await self._installations.bot(team, enterprise)
        if bot is not None:  # else it may be installed at any moment
            self._remember(cache, (team, enterprise), bot)
        return bot

    def _remember(self, cache: _Cache, place: _Place, bot: Bot) -> None:
        if len(cache) >= MOST_CACHED:
            cache.clear()
        cache[place] = (bot, self._now() + self._cached_s)
