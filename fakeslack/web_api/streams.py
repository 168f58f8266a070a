"""chat.startStream, chat.appendStream, chat.stopStream: messages that are written while they are read."""

from collections.abc import Iterable

from bot.slack import limits
from fakeslack.tiers import TIER_2, TIER_4
from fakeslack.web_api.agents import STATUSES, set_session
from fakeslack.web_api.caller import Caller
from fakeslack.web_api.chat import DRESS, WRITE, add
from fakeslack.web_api.method import Method
from fakeslack.web_api.refusal import Refusal
from fakeslack.web_api.shown import checked_blocks, checked_length, checked_metadata
from fakeslack.workspace import Channel, Json, Stream

CONTENT = "markdown_text chunks"


def start(caller: Caller) -> Json:
    """Outside direct conversations it has to be said for whom; the status line disappears."""
    channel = caller.joined(caller.arguments["channel"])
    caller.one_of("task_display_mode", "timeline", "plan")
    _check_recipient(caller, channel)
    chunks = _chunks(caller)
    thread = caller.thread(channel, caller.arguments["thread_ts"])
    _check_length(caller, 0, chunks)
    message = add(caller, channel, thread_ts=thread, streaming=True, markdown=True)
    stream = Stream(message, caller.world.clock.now(), mode=caller.get("task_display_mode", "timeline"))
    caller.world.streams[channel.id, message.ts] = stream
    _write(caller, stream, chunks)
    caller.world.clear_status(channel.id, message.thread)
    caller.slack.echo.posted(message)
    return _told(stream)


def append(caller: Caller) -> Json:
    """More of it."""
    stream = _stream(caller)
    chunks = _chunks(caller)
    _check_content(caller, stream)
    if not chunks:
        raise Refusal("no_text")
    _check_length(caller, stream.length, chunks)
    previous = stream.message.as_json()
    _write(caller, stream, chunks)
    caller.slack.echo.changed(stream.message, previous)
    return _told(stream)


def stop(caller: Caller) -> Json:
    """The last of it; the blocks at its end have a limit of their own."""
    stream = _stream(caller)
    caller.one_of("session_status", *STATUSES)
    chunks, metadata = _chunks(caller), checked_metadata(caller)
    _check_content(caller, stream)
    _check_length(caller, stream.length, chunks)
    blocks = caller.get("blocks", [])
    if blocks:
        checked_blocks(caller, {"blocks": blocks})
    message, previous = stream.message, stream.message.as_json()
    _write(caller, stream, chunks)
    _show(caller, stream, blocks)
    message.metadata = metadata or message.metadata
    stream.close()
    if status := caller.get("session_status"):
        set_session(caller, message.channel, message.thread, status)
    caller.slack.echo.changed(message, previous)
    return {**_told(stream), "message": message.as_json()}


def _told(stream: Stream) -> Json:
    return {"ok": True, "channel": stream.message.channel, "ts": stream.message.ts}


def _check_recipient(caller: Caller, channel: Channel) -> None:
    team, user = caller.get("recipient_team_id"), caller.get("recipient_user_id")
    if channel.is_direct and not team and not user:
        return
    if not team:
        raise Refusal("missing_recipient_team_id")
    if not user:
        raise Refusal("missing_recipient_user_id")
    if caller.user(user).team_id != team:  # a guest's own workspace is meant, not the channel's
        raise Refusal("user_not_found")


def _stream(caller: Caller) -> Stream:
    """The open stream that is meant."""
    channel = caller.channel(caller.arguments["channel"])
    message = caller.own(caller.message(channel, caller.arguments["ts"]), "message_not_owned_by_app")
    stream = next((one for one in caller.world.open_streams() if one.message is message), None)
    if stream is None:
        raise Refusal("message_not_in_streaming_state")
    return stream


def _chunks(caller: Caller) -> list[Json]:
    """What the call brings, text included, in order."""
    markdown, chunks = caller.get("markdown_text"), caller.get("chunks", [])
    if markdown and chunks:
        raise Refusal("cannot_provide_both_markdown_text_and_chunks")
    checked_length(markdown or _text(chunks))
    if chunks:
        checked_blocks(caller, {"chunks": chunks})
    return [{"type": "markdown_text", "text": markdown}] if markdown else chunks


def _check_content(caller: Caller, stream: Stream) -> None:
    """A stream that began with text goes on with text, one that began with chunks with chunks."""
    if (content := _content(caller)) and stream.content not in ("", content):
        raise Refusal("streaming_mode_mismatch")


def _content(caller: Caller) -> str:
    return next((name for name in CONTENT.split() if caller.get(name)), "")


def _text(chunks: Iterable[Json]) -> str:
    texts = (one for one in chunks if isinstance(one, dict) and one.get("type") == "markdown_text")
    return "".join(str(one.get("text", "")) for one in texts)


def _check_length(caller: Caller, so_far: int, chunks: list[Json]) -> None:
    """Refused as a whole: nothing of it is shown."""
    if so_far + len(_text(chunks)) > caller.slack.rules.stream_characters:
        raise Refusal("msg_too_long")


def _write(caller: Caller, stream: Stream, chunks: list[Json]) -> None:
    message = stream.message
    stream.content = stream.content or _content(caller)
    for chunk in chunks:
        match chunk["type"]:
            case "markdown_text":
                message.text += chunk["text"]
                stream.length += len(chunk["text"])
            case "task_update":
                message.tasks[chunk["id"]] = _updated(message.tasks.get(chunk["id"], {}), chunk)
            case "plan_update":
                message.plan = chunk["title"]
            case "blocks":
                _count_blocks(stream, chunk["blocks"])
                _show(caller, stream, chunk["blocks"])


def _updated(task: Json, chunk: Json) -> Json:
    """Title and status replace what was there; details and output are added to it."""
    longer = {name: task.get(name, "") + chunk[name] for name in ("details", "output") if chunk.get(name)}
    return {**task, **chunk, **longer}


def _count_blocks(stream: Stream, blocks: list[Json]) -> None:
    stream.blocks += len(blocks)
    if stream.blocks > limits.MESSAGE_BLOCKS:
        raise Refusal("invalid_blocks")


def _show(caller: Caller, stream: Stream, blocks: list[Json]) -> None:
    stream.message.blocks += caller.world.with_block_ids({"blocks": blocks})["blocks"]


def methods() -> tuple[Method, ...]:
    opening = f"{CONTENT} recipient_team_id recipient_user_id task_display_mode {DRESS}"
    closing = f"{CONTENT} blocks metadata session_status"
    return (
        Method("chat.startStream", start, "channel thread_ts", opening, WRITE, TIER_2),
        Method("chat.appendStream", append, "channel ts", CONTENT, WRITE, TIER_4),
        Method("chat.stopStream", stop, "channel ts", closing, WRITE, TIER_2),
    )
