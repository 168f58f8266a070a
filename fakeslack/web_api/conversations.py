"""conversations.*: channels, who is in them, and what was said there."""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import TypeVar

from fakeslack.scopes import HISTORY, READ
from fakeslack.tiers import TIER_3, TIER_4
from fakeslack.web_api.caller import Caller
from fakeslack.web_api.method import Method
from fakeslack.web_api.refusal import Refusal, invalid_arguments
from fakeslack.workspace import Channel, Json, Message

Item = TypeVar("Item")
MEMBERS_PAGE = 100
WINDOW = "oldest latest inclusive limit cursor include_all_metadata"


def info(caller: Caller) -> Json:
    channel = caller.channel(caller.arguments["channel"])
    caller.require(READ[channel.kind])
    told = channel.as_json(bool(caller.get("include_num_members"))) | {"is_member": caller.is_member(channel)}
    if channel.is_direct:
        told["user"] = next(iter(channel.members - {caller.bot.bot_user}), "")
    return {"ok": True, "channel": told}


def open_(caller: Caller) -> Json:
    """The conversation with one person, or with several, begun if it was not."""
    users = caller.get("users", "").split(",") if caller.get("users") else []
    caller.require("im:write" if len(users) <= 1 else "mpim:write")
    if named := caller.get("channel"):
        return _opened(caller, caller.channel(named), True)
    if not users:
        raise invalid_arguments("users or channel is missing")
    people = [caller.user(user) for user in users]
    if len(people) == 1:
        known = caller.world.teams[people[0].team_id].direct_with(people[0].id)
        return _opened(caller, known or caller.world.direct(people[0].team_id, people[0].id), known is not None)
    return _opened(caller, *_group(caller, {one.id for one in people}))


def _opened(caller: Caller, channel: Channel, already: bool) -> Json:
    told = channel.as_json() if caller.get("return_im") else {"id": channel.id}
    return {"ok": True, "channel": told} | ({"already_open": True, "no_op": True} if already else {})


def _group(caller: Caller, people: set[str]) -> tuple[Channel, bool]:
    team = caller.team
    members = people | {team.bot_user}
    groups = (one for one in team.channels.values() if one.kind == "mpim" and one.members == members)
    known = next(groups, None)
    return known or caller.world.add_channel(team.id, "mpdm", "mpim", members), known is not None


def members(caller: Caller) -> Json:
    channel = caller.channel(caller.arguments["channel"])
    caller.require(READ[channel.kind])
    page, following = _page(caller, sorted(channel.members), MEMBERS_PAGE, 1000)
    return {"ok": True, "members": list(page), **_next(following)}


def replies(caller: Caller) -> Json:
    """The thread's first message comes first on every page; the replies follow, earliest first."""
    channel = _read(caller)
    first = caller.message(channel, caller.arguments["ts"], "thread_not_found")
    following = [one for one in channel.in_thread(first.thread) if one is not first and _is_in_window(caller, one)]
    rules = caller.slack.rules
    page, after = _page(caller, following, rules.history_page, rules.history_page)
    parent = first.as_json(_with_metadata(caller)) | _counts(channel, first)
    told = [parent, *({**_told(caller, one), "parent_user_id": first.user} for one in page)]
    return {"ok": True, "messages": told, "has_more": after is not None, **_next(after)}


def history(caller: Caller) -> Json:
    """What stands in the channel itself, latest first; replies only where they were broadcast."""
    channel = _read(caller)
    top = [one for one in channel.seen_by() if one.thread == one.ts or one.subtype == "thread_broadcast"]
    within = [one for one in reversed(top) if _is_in_window(caller, one)]
    rules = caller.slack.rules
    page, after = _page(caller, within, min(MEMBERS_PAGE, rules.history_page), rules.history_page)
    told = [_told(caller, one) | _counts(channel, one) for one in page]
    return {"ok": True, "messages": told, "has_more": after is not None, "pin_count": 0, **_next(after)}


def _read(caller: Caller) -> Channel:
    channel = caller.channel(caller.arguments["channel"])
    caller.require(HISTORY[channel.kind])
    if not caller.is_member(channel):
        raise Refusal("not_in_channel")
    return channel


def _is_in_window(caller: Caller, message: Message) -> bool:
    oldest, latest, at = caller.get("oldest"), caller.get("latest"), float(message.ts)
    if message.ts in (oldest, latest):
        return bool(caller.get("inclusive"))
    try:
        return float(oldest or 0) < at and (latest is None or at < float(latest))
    except ValueError as no_number:
        raise Refusal("invalid_ts_oldest") from no_number


def _with_metadata(caller: Caller) -> bool:
    return bool(caller.get("include_all_metadata"))


def _told(caller: Caller, message: Message) -> Json:
    return message.as_json(_with_metadata(caller))


def _counts(channel: Channel, message: Message) -> Json:
    """What the first message of a thread says of its replies."""
    replies = [one for one in channel.in_thread(message.ts) if one.ts != message.ts]
    if not replies:
        return {}
    users = list(dict.fromkeys(one.user for one in replies if one.user))
    counted = {"reply_count": len(replies), "reply_users": users, "reply_users_count": len(users)}
    return counted | {"thread_ts": message.ts, "latest_reply": replies[-1].ts}


def _page(caller: Caller, items: Sequence[Item], default: int, most: int) -> tuple[Sequence[Item], int | None]:
    """The items asked for, and where those begin that follow."""
    limit = min(caller.get("limit", default), most)
    start = _start(caller.get("cursor"))
    end = start + max(1, limit)
    return items[start:end], end if end < len(items) else None


def _start(cursor: str | None) -> int:
    try:
        return int(b64decode(cursor or "", validate=True).decode().removeprefix("next:") or 0)
    except ValueError as no_cursor:
        raise Refusal("invalid_cursor") from no_cursor


def _next(start: int | None) -> Json:
    return {"response_metadata": {"next_cursor": b64encode(f"next:{start}".encode()).decode() if start else ""}}


def methods() -> tuple[Method, ...]:
    return (
        Method("conversations.info", info, "channel", "include_locale include_num_members", per_minute=TIER_3),
        Method("conversations.open", open_, "", "channel users return_im", per_minute=TIER_3),
        Method("conversations.members", members, "channel", "cursor limit", per_minute=TIER_4),
        Method("conversations.replies", replies, "channel ts", WINDOW, per_minute=TIER_3),
        Method("conversations.history", history, "channel", WINDOW, per_minute=TIER_3),
    )
