"""assistant.threads.*: status lines, suggested prompts, titles."""

from bot.slack import limits
from fakeslack.tiers import HUNDREDS, TIER_3
from fakeslack.web_api.caller import Caller
from fakeslack.web_api.method import Method
from fakeslack.web_api.refusal import Refusal, invalid_arguments
from fakeslack.workspace import Channel, Json


def set_status(caller: Caller) -> Json:
    """An empty status shows none."""
    channel = caller.joined(caller.arguments["channel_id"])
    thread = caller.thread(channel, caller.arguments["thread_ts"]) or ""
    messages = caller.get("loading_messages", [])
    if len(messages) > limits.LOADING_MESSAGES or not all(isinstance(one, str) for one in messages):
        raise invalid_arguments(f"loading_messages must be at most {limits.LOADING_MESSAGES} texts")
    caller.world.set_status(channel.id, thread, caller.arguments["status"], tuple(messages))
    return {"ok": True}


def set_suggested_prompts(caller: Caller) -> Json:
    """Without a thread they stand at the top of the direct conversation."""
    channel = _direct(caller)
    thread = caller.thread(channel, caller.get("thread_ts")) or ""
    prompts = caller.arguments["prompts"]
    if not prompts or len(prompts) > limits.PROMPTS or not all(map(_is_prompt, prompts)):
        raise invalid_arguments(f"prompts must be 1 to {limits.PROMPTS} objects of title and message")
    caller.world.prompts[channel.id, thread] = {"title": caller.get("title"), "prompts": prompts}
    return {"ok": True}


def _is_prompt(prompt: object) -> bool:
    return isinstance(prompt, dict) and set(prompt) == {"title", "message"} and all(map(_is_text, prompt.values()))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def set_title(caller: Caller) -> Json:
    channel = _direct(caller)
    thread = caller.thread(channel, caller.arguments["thread_ts"]) or ""
    caller.world.titles[channel.id, thread] = caller.arguments["title"]
    return {"ok": True}


def _direct(caller: Caller) -> Channel:
    channel = caller.joined(caller.arguments["channel_id"])
    if not channel.is_direct:
        raise Refusal("channel_type_not_supported")
    return channel


def methods() -> tuple[Method, ...]:
    dress = "loading_messages icon_emoji icon_url username"
    status, write = ("chat:write", "assistant:write"), ("assistant:write",)
    prompts = "assistant.threads.setSuggestedPrompts"
    return (
        Method("assistant.threads.setStatus", set_status, "channel_id thread_ts status", dress, status, HUNDREDS),
        Method(prompts, set_suggested_prompts, "channel_id prompts", "thread_ts title", write, TIER_3),
        Method("assistant.threads.setTitle", set_title, "channel_id thread_ts title", "", write, TIER_3),
    )
