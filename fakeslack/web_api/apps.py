"""apps.*: what the app does as itself."""

from fakeslack.socket_mode import SocketModeOff
from fakeslack.tiers import CONNECTIONS
from fakeslack.web_api.caller import Caller
from fakeslack.web_api.method import Method
from fakeslack.web_api.refusal import Refusal
from fakeslack.workspace import Json


def open_connection(caller: Caller) -> Json:
    """Where to connect a websocket, once."""
    scopes = caller.slack.installations.app_tokens[caller.token]
    if "connections:write" not in scopes:
        raise Refusal("missing_scope", needed="connections:write", provided=",".join(sorted(scopes)))
    try:
        return {"ok": True, "url": caller.slack.socket.open_ticket(caller.token)}
    except SocketModeOff as off:
        raise Refusal("socket_mode_not_enabled") from off


def methods() -> tuple[Method, ...]:
    return (Method("apps.connections.open", open_connection, per_minute=CONNECTIONS, needs="app"),)
