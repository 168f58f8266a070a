"""Replies for a FakeLLM in the language of Anthropic's messages API: named events, each with one JSON object.

with FakeLLM(Reply.of(*begin(read=900), say("Otunge commands it. [1]"), *end(written=12))) as server:
    settings = Settings(llm_provider="anthropic", llm_base_url=address(server), ...)
"""

import json
from typing import Any

from tests.fake_llm import FakeLLM, Raw, Step


def address(server: FakeLLM) -> str:
    """To which Anthropic's client itself adds the version."""
    return server.base_url.removesuffix("/v1")


def begin(read: int) -> list[Step]:
    """The message and its block of text; `read` is how many tokens were read."""
    message = {
        "id": "msg_scripted",
        "type": "message",
        "role": "assistant",
        "content": [],
        "model": "scripted",
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": read, "output_tokens": 1},
    }
    return [
        _event("message_start", message=message),
        _event("content_block_start", index=0, content_block={"type": "text", "text": ""}),
        _event("ping"),
    ]


def say(text: str) -> Step:
    """A piece of the text."""
    return _event("content_block_delta", index=0, delta={"type": "text_delta", "text": text})


def end(written: int, reason: str = "end_turn") -> list[Step]:
    """The end of the block and of the message, why it ended, and how many tokens were written."""
    return [
        _event("content_block_stop", index=0),
        _event(
            "message_delta",
            delta={"stop_reason": reason, "stop_sequence": None},
            usage={"output_tokens": written},
        ),
        _event("message_stop"),
    ]


def _event(name: str, **content: Any) -> Raw:
    return Raw(f"event: {name}\ndata: {json.dumps({'type': name, **content})}\n\n".encode())
