"""chat.*: posting, changing and deleting messages. Streams are apart."""

from fakeslack.tiers import HUNDREDS, TIER_3, TIER_4
from fakeslack.web_api.caller import Caller
from fakeslack.web_api.method import Method
from fakeslack.web_api.refusal import Refusal
from fakeslack.web_api.shown import SHOWS, checked_metadata, message_fields
from fakeslack.workspace import Channel, Json, Message

DRESS = "username icon_emoji icon_url"
WRITE = ("chat:write",)


def post_message(caller: Caller) -> Json:
    """The status line of the thread disappears with it."""
    channel = caller.postable(caller.arguments["channel"])
    thread = caller.thread(channel, caller.get("thread_ts"))
    fields = message_fields(caller) | {"metadata": checked_metadata(caller), "thread_ts": thread}
    if thread and caller.get("reply_broadcast"):
        fields["subtype"] = "thread_broadcast"
    message = add(caller, channel, **fields, **_unfurling(caller))
    caller.world.clear_status(channel.id, message.thread)
    caller.slack.echo.posted(message)
    return {"ok": True, "channel": channel.id, "ts": message.ts, "message": message.as_json()}


def add(caller: Caller, channel: Channel, **fields: object) -> Message:
    """A message by the bot."""
    team, bot = caller.team_in(channel), caller.bot
    author = {"team": team.id, "user": team.bot_user, "bot_id": bot.bot_id, "app_id": bot.app_id}
    return caller.world.add_message(channel, **author, **fields)


def _unfurling(caller: Caller) -> Json:
    return {name: caller.arguments.get(name, True) for name in ("unfurl_links", "unfurl_media")}


def post_ephemeral(caller: Caller) -> Json:
    """For one member of the channel; never to be changed or found again."""
    channel = caller.joined(caller.arguments["channel"])
    user = caller.user(caller.arguments["user"])
    if user.id not in channel.members:
        raise Refusal("user_not_in_channel")
    thread = caller.thread(channel, caller.get("thread_ts"))
    message = add(caller, channel, **message_fields(caller), thread_ts=thread, ephemeral_to=user.id)
    return {"ok": True, "message_ts": message.ts}


def update(caller: Caller) -> Json:
    """Replaces text and blocks; metadata stays unless there is new metadata."""
    channel = caller.channel(caller.arguments["channel"])
    message = caller.own(caller.message(channel, caller.arguments["ts"]), "cant_update_message")
    _check_complete(caller, message, "streaming_state_conflict")
    fields = message_fields(caller)
    if (metadata := checked_metadata(caller)) is not None:
        fields["metadata"] = metadata
    change(caller, message, fields)
    return {"ok": True, "channel": channel.id, "ts": message.ts, "text": message.text, "message": message.as_json()}


def _check_complete(caller: Caller, message: Message, otherwise: str) -> None:
    """Refuses what cannot be done to a message while it is streamed."""
    if any(stream.message is message for stream in caller.world.open_streams()):
        raise Refusal(otherwise)


def change(caller: Caller, message: Message, fields: Json) -> None:
    """Another content for a message, marked as edited."""
    previous = message.as_json()
    for name, value in fields.items():
        setattr(message, name, value)
    message.tasks, message.plan = {}, None
    message.edited = {"user": message.user, "ts": caller.world.ts()}
    caller.slack.echo.changed(message, previous)


def delete(caller: Caller) -> Json:
    channel = caller.channel(caller.arguments["channel"])
    message = caller.own(caller.message(channel, caller.arguments["ts"]), "cant_delete_message")
    _check_complete(caller, message, "cant_delete_message")
    previous = message.as_json()
    message.deleted = True
    caller.slack.echo.deleted(message, previous)
    return {"ok": True, "channel": channel.id, "ts": message.ts}


def permalink(caller: Caller) -> Json:
    channel = caller.channel(caller.arguments["channel"])
    message = caller.message(channel, caller.arguments["message_ts"])
    path = f"archives/{channel.id}/p{message.ts.replace('.', '')}"
    query = f"?thread_ts={message.thread_ts}&cid={channel.id}" if message.thread_ts else ""
    return {"ok": True, "channel": channel.id, "permalink": f"https://{channel.team}.slack.com/{path}{query}"}


def unfurl(caller: Caller) -> Json:
    """Previews of links in somebody's message, which must contain them."""
    message = _linking(caller)
    unfurls, metadata = caller.get("unfurls", {}), caller.get("metadata")
    if not unfurls and not metadata and not caller.get("user_auth_required"):
        raise Refusal("missing_unfurls")
    if any(url not in message.text.replace("&amp;", "&") for url in unfurls):
        raise Refusal("cannot_unfurl_url")
    message.unfurls |= unfurls
    caller.world.unfurls.append(
        {"channel": message.channel, "ts": message.ts, "unfurls": unfurls, "metadata": metadata}
    )
    return {"ok": True}


def _linking(caller: Caller) -> Message:
    by_id = caller.world.unfurl_ids.get(caller.get("unfurl_id", ""))
    if by_id is not None:
        return by_id
    channel = caller.world.channel(caller.get("channel", ""))
    message = channel.message(caller.get("ts")) if channel else None
    if channel is None or message is None:
        raise Refusal("cannot_find_message")
    caller.team_in(channel)
    return message


def methods() -> tuple[Method, ...]:
    post = f"{SHOWS} thread_ts {DRESS} link_names parse as_user"
    more = "reply_broadcast unfurl_links unfurl_media mrkdwn metadata container_id"
    auth = "user_auth_blocks user_auth_message user_auth_required user_auth_url"
    change = f"{SHOWS} as_user link_names parse reply_broadcast metadata file_ids"
    return (
        Method("chat.postMessage", post_message, "channel", f"{post} {more}", WRITE, each_channel=True),
        Method("chat.postEphemeral", post_ephemeral, "channel user", post, WRITE, TIER_4),
        Method("chat.update", update, "channel ts", change, WRITE, TIER_3),
        Method("chat.delete", delete, "channel ts", "as_user", WRITE, TIER_3),
        Method("chat.getPermalink", permalink, "channel message_ts", per_minute=HUNDREDS),
        Method(
            "chat.unfurl",
            unfurl,
            "",
            f"channel ts unfurl_id source unfurls metadata {auth}",
            ("links:write", "links.embed:write"),
            TIER_3,
        ),
    )
