"""auth.*: what a token is, and its end."""

from fakeslack.tiers import HUNDREDS, TIER_3
from fakeslack.web_api.caller import Caller
from fakeslack.web_api.method import Method
from fakeslack.workspace import Json


def test(caller: Caller) -> Json:
    """An organisation's token is that of no single workspace."""
    bot, team = caller.bot, caller.team
    told = {"ok": True, "url": f"https://{team.id.lower()}.slack.com/", "team": team.name, "user": "footnote"}
    told |= {"team_id": bot.team or bot.enterprise, "user_id": team.bot_user, "bot_id": bot.bot_id}
    if bot.enterprise:
        told["enterprise_id"] = bot.enterprise
    return told | {"is_enterprise_install": bot.is_enterprise}


def revoke(caller: Caller) -> Json:
    """With `test`, nothing is revoked."""
    if caller.get("test"):
        return {"ok": True, "revoked": False}
    team = caller.team
    caller.slack.installations.revoke(caller.token)
    caller.slack.echo.revoked(team)
    return {"ok": True, "revoked": True}


def methods() -> tuple[Method, ...]:
    return (
        Method("auth.test", test, per_minute=HUNDREDS),
        Method("auth.revoke", revoke, optional="test", per_minute=TIER_3),
    )
