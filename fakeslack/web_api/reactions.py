"""reactions.*: the bot's own."""

from fakeslack.tiers import TIER_2, TIER_3
from fakeslack.web_api.caller import Caller
from fakeslack.web_api.method import Method
from fakeslack.web_api.refusal import Refusal
from fakeslack.workspace import Json, Message


def add(caller: Caller) -> Json:
    message, name, bot = _meant(caller)
    who = message.reactions.setdefault(name, [])
    if bot in who:
        raise Refusal("already_reacted")
    who.append(bot)
    caller.slack.echo.reacted("reaction_added", bot, name, message)
    return {"ok": True}


def remove(caller: Caller) -> Json:
    message, name, bot = _meant(caller)
    if bot not in message.reactions.get(name, []):
        raise Refusal("no_reaction")
    message.reactions[name].remove(bot)
    caller.slack.echo.reacted("reaction_removed", bot, name, message)
    return {"ok": True}


def _meant(caller: Caller) -> tuple[Message, str, str]:
    channel = caller.joined(caller.arguments["channel"])
    message = caller.message(channel, caller.arguments["timestamp"])
    name = caller.arguments["name"]
    if not name or ":" in name or " " in name:
        raise Refusal("invalid_name")
    return message, name, caller.team_in(channel).bot_user


def methods() -> tuple[Method, ...]:
    arguments, scopes = "channel name timestamp", ("reactions:write",)
    return (
        Method("reactions.add", add, arguments, "", scopes, TIER_3),
        Method("reactions.remove", remove, arguments, "file file_comment", scopes, TIER_2),
    )
