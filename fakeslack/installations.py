"""Tokens: who has the app, what it may do there, and for how long."""

import secrets
from collections.abc import Iterable

from fakeslack.scopes import BOT_SCOPES
from fakeslack.workspace import Installation, Team, World

TOKEN_S = 12 * 3600  # of a token that rotates


class Installations:
    """All tokens that have been given out, valid or not; those that rotate last `token_s` seconds."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.app_tokens: dict[str, set[str]] = {}
        self.token_s = float(TOKEN_S)

    def install(
        self,
        team: str | None = "T1",
        scopes: Iterable[str] | None = None,
        rotating: bool = False,
        enterprise: str | None = None,
        installer: str | None = None,
    ) -> Installation:
        """A new token for a workspace or, with `team` None, for all workspaces of an organisation.

        Without `scopes` it may do everything. A rotating one lasts `token_s`, twelve hours, and can be refreshed.
        """
        bot = self._a_team(team, enterprise)
        installation = Installation(
            token=_token("xoxe.xoxb-1-" if rotating else f"xoxb-{team or enterprise}-"),
            team=team,
            enterprise=enterprise if team is None else bot.enterprise,
            scopes=set(BOT_SCOPES if scopes is None else scopes),
            bot_user=bot.bot_user,
            bot_id=bot.bot_id,
            expires_at=self._world.clock.now() + self.token_s if rotating else None,
            refresh_token=_token("xoxe-1-") if rotating else None,
            installer=installer,
        )
        self._world.installations[installation.token] = installation
        return installation

    def refreshed(self, refresh_token: str) -> Installation | None:
        """A new token in place of one that rotates. Each refresh token serves once; None for any other.

        The former token works until it expires.
        """
        known = self._world.installations.values()
        former = next((one for one in known if one.refresh_token == refresh_token and not one.revoked), None)
        if former is None:
            return None
        former.refresh_token = None
        return self.install(former.team, former.scopes, True, former.enterprise, former.installer)

    def revoke(self, token: str) -> None:
        """The token is refused from now on."""
        self._world.installations[token].revoked = True

    def app_token(self, scopes: Iterable[str] = ("connections:write",)) -> str:
        """A token of the app itself, as Socket Mode needs it."""
        token = _token("xapp-1-A1-")
        self.app_tokens[token] = set(scopes)
        return token

    def _a_team(self, team: str | None, enterprise: str | None) -> Team:
        teams = self._world.teams
        return teams[team] if team else next(one for one in teams.values() if one.enterprise == enterprise)


def _token(prefix: str) -> str:
    return f"{prefix}{secrets.token_hex(12)}"
