"""views.*: modals and the Home tab."""

from fakeslack.tiers import TIER_4
from fakeslack.web_api.caller import Caller
from fakeslack.web_api.method import Method
from fakeslack.web_api.refusal import Refusal, invalid_arguments
from fakeslack.web_api.shown import checked_view
from fakeslack.workspace import Json, Trigger, View


def open_(caller: Caller) -> Json:
    """A modal for whoever caused the trigger, within three seconds of that."""
    trigger = take_trigger(caller)
    payload = checked_view(caller, "modal")
    external_id = payload.get("external_id")
    if external_id and any(view.external_id == external_id for view in caller.world.views.values()):
        raise Refusal("duplicate_external_id")
    trigger.used = True
    return _told(caller, caller.world.add_view(trigger.team, trigger.user, payload, external_id))


def take_trigger(caller: Caller) -> Trigger:
    """The trigger that is named, if it can still be used; using it up is the caller's."""
    if not (trigger_id := caller.get("trigger_id") or caller.get("interactivity_pointer")):
        raise invalid_arguments("trigger_id is missing")
    trigger = caller.world.triggers.get(trigger_id)
    if trigger is None or not caller.reaches(caller.world.teams[trigger.team]):
        raise Refusal("invalid_trigger_id")
    if caller.world.clock.now() > trigger.expires_at:
        raise Refusal("expired_trigger_id")
    if trigger.used:
        raise Refusal("exchanged_trigger_id")
    return trigger


def update(caller: Caller) -> Json:
    """Of a modal that is still open; a hash must be its present one."""
    payload = checked_view(caller, "modal")
    view = _meant(caller)
    _check_hash(caller, view)
    caller.world.change_view(view, payload)
    return _told(caller, view)


def _meant(caller: Caller) -> View:
    view_id, external_id = caller.get("view_id"), caller.get("external_id")
    if not view_id and not external_id:
        raise invalid_arguments("view_id or external_id is missing")
    mine = (view for view in caller.world.views.values() if caller.reaches(caller.world.teams[view.team]))
    view = next((one for one in mine if one.id == view_id or (external_id and one.external_id == external_id)), None)
    if view is None or view.closed:
        raise Refusal("not_found")
    return view


def publish(caller: Caller) -> Json:
    """The Home tab of one person."""
    user = caller.user(caller.arguments["user_id"])
    payload = checked_view(caller, "home")
    view = caller.world.home(user.id, user.team_id)
    if view is None:
        return _told(caller, caller.world.add_view(user.team_id, user.id, payload))
    _check_hash(caller, view)
    caller.world.change_view(view, payload)
    return _told(caller, view)


def _check_hash(caller: Caller, view: View) -> None:
    if caller.get("hash", view.hash) != view.hash:
        raise Refusal("hash_conflict")


def _told(caller: Caller, view: View) -> Json:
    return {"ok": True, "view": view.as_json(caller.bot.app_id, caller.bot.bot_id)}


def methods() -> tuple[Method, ...]:
    return (
        Method("views.open", open_, "view", "trigger_id interactivity_pointer", per_minute=TIER_4),
        Method("views.update", update, "view", "view_id external_id hash", per_minute=TIER_4),
        Method("views.publish", publish, "user_id view", "hash", per_minute=TIER_4),
    )
