"""agents.sessions.*: what an agent says of its work in a thread."""

from bot.slack import limits
from fakeslack.tiers import TIER_3
from fakeslack.web_api.caller import Caller
from fakeslack.web_api.method import Method
from fakeslack.web_api.refusal import invalid_arguments
from fakeslack.workspace import Json

STATUSES = ("processing", "active", "suspended", "closed")


def set_status(caller: Caller) -> Json:
    """While it is processing, people see a button to stop it."""
    channel = caller.joined(caller.arguments["channel_id"])
    thread = caller.thread(channel, caller.get("thread_ts")) or ""
    caller.one_of("status", *STATUSES)
    if title := caller.get("title"):
        _set_title(caller, channel.id, thread, title)
    set_session(caller, channel.id, thread, caller.arguments["status"])
    return {"ok": True}


def set_session(caller: Caller, channel: str, thread: str, status: str) -> None:
    """The status of a session, which begins with its first one."""
    caller.world.sessions[channel, thread] = status


def rename(caller: Caller) -> Json:
    channel = caller.joined(caller.arguments["channel_id"])
    _set_title(caller, channel.id, caller.thread(channel, caller.get("thread_ts")) or "", caller.arguments["title"])
    return {"ok": True}


def _set_title(caller: Caller, channel: str, thread: str, title: str) -> None:
    if len(title) > limits.SESSION_TITLE:
        raise invalid_arguments(f"title must have at most {limits.SESSION_TITLE} characters")
    caller.world.titles[channel, thread] = title


def methods() -> tuple[Method, ...]:
    dress = "icon_emoji icon_url username"
    more = f"thread_ts title initiator_user_id {dress}"
    scopes = ("chat:write",)
    return (
        Method("agents.sessions.setStatus", set_status, "channel_id status", more, scopes, TIER_3),
        Method("agents.sessions.rename", rename, "channel_id title", "thread_ts", scopes, TIER_3),
    )
