"""entity.*: what is shown beside a conversation of something elsewhere."""

from fakeslack.tiers import TIER_3
from fakeslack.web_api.caller import Caller
from fakeslack.web_api.method import Method
from fakeslack.web_api.refusal import invalid_arguments
from fakeslack.web_api.views import take_trigger
from fakeslack.workspace import Json

MORE = "metadata user_auth_required user_auth_url error"


def present_details(caller: Caller) -> Json:
    """For the person who asked for it, within three seconds."""
    trigger = take_trigger(caller)
    if not any(caller.get(name) for name in MORE.split()):
        raise invalid_arguments("metadata, user_auth_required or error is missing")
    trigger.used = True
    caller.world.details.append({**caller.arguments, "user": trigger.user})
    return {"ok": True}


def methods() -> tuple[Method, ...]:
    return (Method("entity.presentDetails", present_details, "trigger_id", MORE, per_minute=TIER_3),)
