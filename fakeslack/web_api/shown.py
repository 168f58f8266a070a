"""What a call shows: its text and blocks, checked as Slack checks them."""

from bot.slack import limits
from bot.slack.validation import check_message, check_view, text_length
from fakeslack.web_api.caller import Caller
from fakeslack.web_api.refusal import Refusal, invalid_arguments
from fakeslack.workspace import Json

SHOWS = "text blocks attachments markdown_text"
BLOCKS_TEXT = 13_200  # what Slack has been seen to refuse, not the margin that apps should keep


def message_fields(caller: Caller) -> Json:
    """The text, blocks and metadata of a message that is posted or updated, as Message has them."""
    checked_message(caller, caller.arguments)
    markdown = caller.get("markdown_text")
    fields = caller.world.with_block_ids({"blocks": caller.get("blocks", [])})
    fields |= {"text": markdown or caller.get("text", ""), "markdown": bool(markdown)}
    return fields | {"attachments": caller.get("attachments", [])}


def checked_message(caller: Caller, given: Json) -> None:
    """Refuses what Slack would refuse; whatever no sound app sends is a problem, too."""
    shown = {name: given.get(name) or None for name in SHOWS.split()}
    if not any(shown.values()):
        raise Refusal("no_text")
    if shown["markdown_text"] and (shown["text"] or shown["blocks"]):
        raise Refusal("markdown_text_conflict")
    checked_length(shown["markdown_text"])
    if len(shown["text"] or "") > limits.MESSAGE_TEXT:
        raise Refusal("msg_too_long")
    checked_blocks(caller, shown)


def checked_length(markdown_text: str | None) -> None:
    """What one call takes in."""
    if len(markdown_text or "") > limits.MARKDOWN_TEXT:
        raise Refusal("msg_too_long")


def checked_blocks(caller: Caller, shown: Json) -> None:
    """Only text and blocks of the right shape and size."""
    problems = check_message(shown)
    for problem in problems:
        caller.problem(problem)
    if text_length(shown.get("blocks") or ()) > BLOCKS_TEXT:
        raise Refusal("msg_blocks_too_long")
    if problems:
        raise Refusal("invalid_blocks", errors=problems, response_metadata={"messages": problems})


def checked_view(caller: Caller, type_: str) -> Json:
    """The view of the arguments, which must be a "modal" or the "home" tab."""
    view: Json = caller.arguments["view"]
    problems = check_view(view)
    for problem in problems:
        caller.problem(problem)
    if problems or view["type"] != type_:
        raise invalid_arguments(*(problems or [f"view must be of type {type_}"]))
    return view


def checked_metadata(caller: Caller) -> Json | None:
    """Refuses metadata without a type and a payload."""
    metadata: Json | None = caller.arguments.get("metadata")
    if metadata is None:
        return None
    typed = isinstance(metadata.get("event_type"), str) and isinstance(metadata.get("event_payload"), dict)
    if not typed and not isinstance(metadata.get("entities"), list):
        raise Refusal("invalid_metadata_format")
    return metadata
