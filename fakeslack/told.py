"""What the stand-in tells of itself to another process: everything as JSON."""

from dataclasses import asdict

from fakeslack.delivery import Delivered
from fakeslack.web_api.gateway import Call
from fakeslack.workspace import Json, Message, View


def message_json(message: Message) -> Json:
    """As Slack tells of it, and what Slack tells nobody."""
    hidden = {
        "channel": message.channel,
        "deleted": message.deleted,
        "ephemeral_to": message.ephemeral_to,
        "streaming": message.streaming,
        "markdown": message.markdown,
        "tasks": list(message.tasks.values()),
        "plan": message.plan,
        "unfurls": message.unfurls,
    }
    return message.as_json() | hidden


def view_json(view: View) -> Json:
    return view.as_json() | {"closed": view.closed, "user": view.user}


def delivered_json(delivered: Delivered) -> Json:
    """A delivery, its tries and their latencies; not the payload, but the event in it."""
    return {
        "kind": delivered.kind,
        "event_id": delivered.event_id,
        "event": delivered.event,
        "acked": delivered.acked,
        "skipped": delivered.skipped,
        "ms": delivered.ms,
        "response": delivered.response,
        "attempts": [asdict(attempt) for attempt in delivered.attempts],
        "message": message_json(delivered.message) if delivered.message else None,
        "twin": delivered_json(delivered.twin) if delivered.twin else None,
    }


def call_json(call: Call) -> Json:
    """A call of the Web API; tokens are left out."""
    return {
        "method": call.method,
        "arguments": call.arguments,
        "at": call.at,
        "status": call.status,
        "response": call.response,
        "processed": call.processed,
    }
