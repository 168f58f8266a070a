"""What Slack tells an app of what has happened: the events, and what they are wrapped in.

Everything here is plain data in, plain data out. A message is given as the Web API tells it.
"""

import secrets
from urllib.parse import urlsplit

from fakeslack.workspace import Channel, Json

VERIFICATION_TOKEN = "fake-verification-token"  # noqa: S105 - every payload still carries the deprecated one
EVENT_ID_BYTES = 5
RATE_LIMIT_MINUTE_S = 60


def event_id() -> str:
    """A new one; never the same twice, not even in another run against the same database."""
    return f"Ev{secrets.token_hex(EVENT_ID_BYTES).upper()}"


def timestamp(now: float) -> str:
    """A point in time as Slack writes it in events: seconds with six digits after the point."""
    return f"{now:.6f}"


# What events are wrapped in


def event_callback(
    event: Json,
    *,
    team: str | None,
    app: str,
    bot_user: str,
    at: float,
    id: str,
    enterprise: str | None = None,
    org_wide: bool = False,
    shared: bool = False,
) -> Json:
    """The outer event. `team` is that of the installation; an installation for a whole organisation names none."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": team,
        "context_team_id": team,
        "context_enterprise_id": enterprise,
        **({"enterprise_id": enterprise} if enterprise else {}),
        "api_app_id": app,
        "event": event,
        "type": "event_callback",
        "event_id": id,
        "event_time": int(at),
        "authorizations": [_authorization(team, enterprise, bot_user, org_wide)],
        "is_ext_shared_channel": shared,
        "event_context": f"4-{id}",
    }


def _authorization(team: str | None, enterprise: str | None, bot_user: str, org_wide: bool) -> Json:
    return {
        "enterprise_id": enterprise,
        "team_id": None if org_wide else team,
        "user_id": bot_user,
        "is_bot": True,
        "is_enterprise_install": org_wide,
    }


def url_verification(challenge: str) -> Json:
    """What a request URL is asked when it is entered: it has to answer with the challenge."""
    return {"token": VERIFICATION_TOKEN, "challenge": challenge, "type": "url_verification"}


def app_rate_limited(team: str, app: str, at: float) -> Json:
    """No event is inside: Slack tells that it leaves out events for the rest of the minute."""
    return {
        "token": VERIFICATION_TOKEN,
        "type": "app_rate_limited",
        "team_id": team,
        "minute_rate_limited": int(at // RATE_LIMIT_MINUTE_S) * RATE_LIMIT_MINUTE_S,
        "api_app_id": app,
    }


# Messages


def message_event(message: Json, channel: Channel) -> Json:
    """A message that is new: what was said by anybody, the app itself included."""
    return {
        **message,
        "type": "message",
        "channel": channel.id,
        "channel_type": channel.type,
        "event_ts": message["ts"],
        **_strangers(message, channel),
    }


def app_mention(message: Json, channel: Channel) -> Json:
    """The same message for those who listen to mentions: it says nothing of the kind of channel."""
    told = {**message, "type": "app_mention", "channel": channel.id, "event_ts": message["ts"]}
    return told | _strangers(message, channel)


def _strangers(message: Json, channel: Channel) -> Json:
    """Where several workspaces meet, each message says which of them it comes from."""
    return {"user_team": message["team"], "source_team": message["team"]} if channel.shared_with else {}


def message_changed(message: Json, previous: Json, channel: Channel, at: str) -> Json:
    """An edit, or the deletion of a message that has replies; `ts` is the change's own, not the message's."""
    return {
        "type": "message",
        "subtype": "message_changed",
        "message": message,
        "previous_message": previous,
        "channel": channel.id,
        "channel_type": channel.type,
        "hidden": True,
        "ts": at,
        "event_ts": at,
    }


def message_deleted(previous: Json, channel: Channel, at: str) -> Json:
    """A message is gone; what it said is told once more."""
    return {
        "type": "message",
        "subtype": "message_deleted",
        "previous_message": previous,
        "deleted_ts": previous["ts"],
        "channel": channel.id,
        "channel_type": channel.type,
        "hidden": True,
        "ts": at,
        "event_ts": at,
    }


def tombstone(previous: Json) -> Json:
    """What stands in for a deleted message that has replies: those are still there."""
    kept: Json = {key: previous[key] for key in ("ts", "thread_ts", "reply_count") if key in previous}
    return {
        **kept,
        "type": "message",
        "subtype": "tombstone",
        "user": "USLACKBOT",
        "text": "This message was deleted.",
        "hidden": True,
    }


# What people do elsewhere


def app_home_opened(user: str, channel: str, tab: str, at: str, view: Json | None = None) -> Json:
    """`view` is the Home tab as published last; the messages tab has none."""
    opened = {"type": "app_home_opened", "user": user, "channel": channel, "tab": tab, "event_ts": at}
    return {**opened, "view": view} if view and tab == "home" else opened


def app_context_changed(user: str, channel: str, entities: list[Json], at: str) -> Json:
    """What somebody looks at beside the conversation with the app, most relevant first."""
    return {
        "type": "app_context_changed",
        "channel": channel,
        "user": user,
        "context": {"entities": entities},
        "event_ts": at,
    }


def agent_session_stopped(user: str, channel: str, thread: str, streaming: list[str], at: str) -> Json:
    """Somebody has pressed the stop button; Slack has already stopped the streams it names."""
    return {
        "type": "agent_session_stopped",
        "channel": channel,
        "user": user,
        "thread_ts": thread,
        "streaming_message_ts": streaming,
        "event_ts": at,
    }


def agent_session_title_changed(
    user: str, team: str, channel: str, thread: str, title: str, previous: str | None, at: str
) -> Json:
    """Somebody has renamed the session."""
    changed = {
        "type": "agent_session_title_changed",
        "channel": channel,
        "user": user,
        "team_id": team,
        "thread_ts": thread,
        "title": title,
        "event_ts": at,
    }
    return {**changed, "previous_title": previous} if previous else changed


def assistant_thread_started(user: str, channel: str, thread: str, context: Json, at: str) -> Json:
    """Only apps with the older assistant view hear of this."""
    return _assistant_thread("assistant_thread_started", user, channel, thread, context, at)


def assistant_thread_context_changed(user: str, channel: str, thread: str, context: Json, at: str) -> Json:
    """Likewise: somebody looks at another channel with the pane open."""
    return _assistant_thread("assistant_thread_context_changed", user, channel, thread, context, at)


def _assistant_thread(kind: str, user: str, channel: str, thread: str, context: Json, at: str) -> Json:
    return {
        "type": kind,
        "assistant_thread": {"user_id": user, "context": context, "channel_id": channel, "thread_ts": thread},
        "event_ts": at,
    }


def app_uninstalled() -> Json:
    """The workspace has removed the app: its tokens are worth nothing any more."""
    return {"type": "app_uninstalled"}


def tokens_revoked(bots: list[str], users: list[str]) -> Json:
    """By the ids of the users whose tokens they were."""
    return {"type": "tokens_revoked", "tokens": {"oauth": users, "bot": bots}}


def link_shared(
    user: str, channel: str, message: str, urls: list[str], at: str, *, unfurl: str, thread: str | None, member: bool
) -> Json:
    """Links of a domain that the app unfurls; `member` says whether the app is in that channel."""
    shared = {
        "type": "link_shared",
        "channel": channel,
        "is_bot_user_member": member,
        "user": user,
        "message_ts": message,
        "links": [{"domain": urlsplit(url).hostname, "url": url} for url in urls],
        "unfurl_id": unfurl,
        "source": "conversations_history",
        "event_ts": at,
    }
    return {**shared, "thread_ts": thread} if thread else shared


def entity_details_requested(
    user: str, channel: str, message: str, url: str, external: Json, trigger: str, at: str
) -> Json:
    """Somebody has opened an unfurled link beside the conversation; the answer is for them alone."""
    return {
        "type": "entity_details_requested",
        "user": user,
        "trigger_id": trigger,
        "link": {"url": url, "domain": urlsplit(url).hostname},
        "entity_url": url,
        "app_unfurl_url": url,
        "external_ref": external,
        "user_locale": "en-US",
        "message_ts": message,
        "channel": channel,
        "event_ts": at,
    }


def member_joined_channel(user: str, channel: Channel, inviter: str | None, at: str) -> Json:
    """Somebody, or the app itself, is in a channel from now on."""
    joined = {
        "type": "member_joined_channel",
        "user": user,
        "channel": channel.id,
        "channel_type": "C" if channel.kind == "public" else "G",
        "team": channel.team,
        "event_ts": at,
    }
    return {**joined, "inviter": inviter} if inviter else joined


def reaction(kind: str, user: str, name: str, channel: str, message: str, author: str | None, at: str) -> Json:
    """`kind` is reaction_added or reaction_removed; the text of the message is not told."""
    event = {
        "type": kind,
        "user": user,
        "reaction": name,
        "item": {"type": "message", "channel": channel, "ts": message},
        "event_ts": at,
    }
    return {**event, "item_user": author} if author else event
