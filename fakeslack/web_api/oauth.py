"""oauth.v2.access: a code, or a refresh token, for an access token."""

from fakeslack.tiers import TIER_4
from fakeslack.web_api.caller import Caller
from fakeslack.web_api.method import Method
from fakeslack.web_api.refusal import Refusal, invalid_arguments
from fakeslack.workspace import Installation, Json


def access(caller: Caller) -> Json:
    """The app proves itself by its secret; each code and each refresh token serves once."""
    caller.slack.oauth.check_client(caller.get("client_id"), caller.get("client_secret"))
    caller.one_of("grant_type", "authorization_code", "refresh_token")
    return _told(caller, _refreshed(caller) if caller.get("grant_type") == "refresh_token" else _exchanged(caller))


def _refreshed(caller: Caller) -> Installation:
    installation = caller.slack.installations.refreshed(caller.get("refresh_token", ""))
    if installation is None:
        raise Refusal("invalid_refresh_token")
    return installation


def _exchanged(caller: Caller) -> Installation:
    if not (code := caller.get("code")):
        raise invalid_arguments("code is missing")
    return caller.slack.oauth.redeem(code, caller.get("redirect_uri"))


def _told(caller: Caller, bot: Installation) -> Json:
    team = caller.world.teams.get(bot.team or "")
    told = {"ok": True, "app_id": bot.app_id, "authed_user": {"id": bot.installer}, "token_type": "bot"}
    told |= {"scope": ",".join(sorted(bot.scopes)), "access_token": bot.token, "bot_user_id": bot.bot_user}
    told |= {"team": {"id": team.id, "name": team.name} if team else None, "is_enterprise_install": bot.is_enterprise}
    told["enterprise"] = {"id": bot.enterprise, "name": bot.enterprise} if bot.enterprise else None
    if bot.expires_at is None:
        return told
    left = round(bot.expires_at - caller.world.clock.now())
    return told | {"expires_in": left, "refresh_token": bot.refresh_token}


def methods() -> tuple[Method, ...]:
    known = "client_id client_secret code redirect_uri grant_type refresh_token"
    return (Method("oauth.v2.access", access, "", known, per_minute=TIER_4, needs="none"),)
