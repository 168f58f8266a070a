"""Whether Slack would take a message or a view: the SDK checks no dictionaries, and no limit on a whole."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from bot.slack import limits
from bot.slack.block_shapes import CHUNKS, IN_MESSAGES, VIEWS
from bot.slack.errors import PayloadInvalid
from bot.slack.shape import Check, inert_string, items

Payload = TypeVar("Payload", bound=Mapping[str, Any])

_SHOWN = ("text", "alt_text", "title", "details", "output", "url", "fallback")  # what counts as text of blocks
_PARTS: Mapping[str, Check] = {
    "text": inert_string(limits.MESSAGE_TEXT, 0),
    "markdown_text": inert_string(limits.MARKDOWN_TEXT, 0),
    "blocks": items(IN_MESSAGES, limits.MESSAGE_BLOCKS, 0),
    "chunks": items(CHUNKS, limits.MESSAGE_BLOCKS, 0),
}


def check_message(payload: Mapping[str, Any]) -> list[str]:
    """What is wrong with the arguments of a call that shows a message; empty if nothing is.

    Looks at `text`, `markdown_text`, `blocks` and `chunks` and leaves the call's other arguments alone.
    """
    given = {name: payload[name] for name in _PARTS if payload.get(name) is not None}
    problems = [line for name, part in given.items() for line in _PARTS[name](part, name)]
    if not any(given.values()) and not payload.get("attachments"):
        problems.append("the message shows nothing")
    if given.get("text") and given.get("markdown_text"):
        problems.append("text and markdown_text exclude each other")
    return problems or [*_as_a_whole(given.get("blocks") or ())]


def check_view(view: Mapping[str, Any]) -> list[str]:
    """What is wrong with a modal or a Home tab; empty if nothing is."""
    problems = [*VIEWS(view, "view")]
    if problems:
        return problems
    blocks = view["blocks"]
    problems += _distinct_block_ids(blocks)
    if view["type"] == "modal" and not view.get("submit") and any(block["type"] == "input" for block in blocks):
        problems.append("view: submit is missing beside input blocks")
    if (size := len(json.dumps(view).encode())) > limits.VIEW_BYTES:
        problems.append(f"view: has {size} bytes; {limits.VIEW_BYTES} are allowed")
    return problems


def checked(payload: Payload) -> Payload:
    """The message or view as it is; raises PayloadInvalid if Slack would refuse it."""
    problems = check_view(payload) if payload.get("type") in VIEWS.shapes else check_message(payload)
    if problems:
        raise PayloadInvalid(problems)
    return payload


def text_length(blocks: Sequence[Any]) -> int:
    """The characters of all text in blocks, which Slack limits for the message as a whole."""
    return sum(map(len, _texts(blocks)))


def _as_a_whole(blocks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield from _distinct_block_ids(blocks)
    markdown = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
    if markdown > limits.MARKDOWN_TEXT:
        yield f"blocks: have {markdown} characters of markdown; {limits.MARKDOWN_TEXT} are allowed"
    if (length := text_length(blocks)) > limits.BLOCKS_TEXT:
        yield f"blocks: have {length} characters of text; {limits.BLOCKS_TEXT} are allowed"
    if sum(block["type"] == "table" for block in blocks) > 1:
        yield "blocks: hold more than one table"


def _distinct_block_ids(blocks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    ids = [block["block_id"] for block in blocks if block.get("block_id")]
    if repeated := {one for one in ids if ids.count(one) > 1}:
        yield f"blocks: block_id {min(repeated)!r} stands there twice"


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, Mapping):
        for name, value in part.items():
            if isinstance(value, str) and name in _SHOWN:
                yield value
            else:
                yield from _texts(value)
    elif isinstance(part, list | tuple):
        for item in part:
            yield from _texts(item)
