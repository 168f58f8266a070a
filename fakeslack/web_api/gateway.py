"""The route /api/{method}: tokens, rates, arguments, faults; then the method itself."""

import json
import traceback
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from fakeslack.faults import Faults
from fakeslack.spoiling import rate_limited, spoilt
from fakeslack.tiers import Tiers
from fakeslack.web_api import arguments
from fakeslack.web_api.caller import Caller, Slack
from fakeslack.web_api.method import Method
from fakeslack.web_api.refusal import Refusal
from fakeslack.workspace import Installation, Json


@dataclass(slots=True, eq=False)
class Call:
    """A call as it arrived. `response` is what was sent back, None where faults left no such thing.

    `processed` says whether the method was carried out: a refusal is, a call that a fault kept away is not.
    """

    method: str
    arguments: Json
    token: str
    at: float
    response: Json | None = None
    status: int = 0
    processed: bool = False

    @property
    def ok(self) -> bool:
        return bool(self.response and self.response.get("ok"))

    @property
    def error(self) -> str | None:
        """Slack's word for why not."""
        return self.response.get("error") if self.response else None


class Gateway:
    """All methods, and the log of their calls."""

    def __init__(self, slack: Slack, faults: Faults, tiers: Tiers, methods: Mapping[str, Method]) -> None:
        self.calls: list[Call] = []
        self._slack = slack
        self._faults = faults
        self._tiers = tiers
        self._methods = methods

    async def handle(self, request: web.Request) -> web.Response:
        """The route."""
        call = Call(request.match_info["method"], {}, "", self._slack.world.clock.now())
        self.calls.append(call)
        faults = self._faults.take(call.method)
        try:
            call.arguments = await arguments.given(request)
        except Refusal as refusal:
            return _noted(call, web.json_response(refusal.as_json()))
        call.token = arguments.bearer(request) or str(call.arguments.get("token", ""))
        call.arguments.pop("token", None)

        async def answering() -> web.Response:
            return self._carry_out(call)

        answer = await spoilt(request, faults, self._slack.world.clock, answering)
        return _noted(call, answer)

    def _carry_out(self, call: Call) -> web.Response:
        call.processed = True
        try:
            return self._performed(call)
        except Refusal as refusal:
            self._complain(call, refusal)
            return web.json_response(refusal.as_json())
        except Exception:  # noqa: BLE001 - whatever it is, it is the stand-in's fault, and the test's to show
            self._slack.problems.append(f"{call.method}: {traceback.format_exc()}")
            return web.json_response({"ok": False, "error": "internal_error"}, status=500)

    def _performed(self, call: Call) -> web.Response:
        method = self._methods.get(call.method)
        if method is None:
            raise Refusal("unknown_method", req_method=call.method)
        installation = self._authenticated(method, call)
        if wait := self._tiers.admit(method.name, _whose(method, installation, call), method.per_minute):
            return rate_limited(str(wait))
        checked = arguments.checked(method, call.arguments, self._slack.rules.strict)
        caller = Caller(self._slack, method.name, checked, call.token, installation)
        caller.require(*method.scopes)
        return web.json_response(method.perform(caller), headers=_scope_headers(method, installation))

    def _authenticated(self, method: Method, call: Call) -> Installation | None:
        """What the token stands for; None where no bot's is needed."""
        if method.needs == "none":
            return None
        if not call.token:
            raise Refusal("not_authed")
        installation = self._slack.world.installations.get(call.token)
        app = call.token in self._slack.installations.app_tokens
        if installation is None and not app:
            raise Refusal("invalid_auth")
        if app != (method.needs == "app"):
            raise Refusal("not_allowed_token_type")
        return installation and self._valid(installation)

    def _valid(self, installation: Installation) -> Installation:
        if installation.revoked:
            raise Refusal("token_revoked")
        if installation.expires_at is not None and self._slack.world.clock.now() >= installation.expires_at:
            raise Refusal("token_expired")
        return installation

    def _complain(self, call: Call, refusal: Refusal) -> None:
        if refusal.code in ("unknown_method", "invalid_arguments"):
            why = refusal.details.get("response_metadata", {}).get("messages", "")
            self._slack.problems.append(f"{call.method}: {refusal.code} {why}".rstrip())


def _whose(method: Method, installation: Installation | None, call: Call) -> str:
    """Whose calls are counted together."""
    workspace = installation and (installation.team or installation.enterprise)
    return f"{workspace} {call.arguments.get('channel', '') if method.each_channel else ''}"


def _noted(call: Call, answer: web.Response) -> web.Response:
    """What really goes out: a fault may have put something else in the answer's place."""
    call.status = answer.status
    try:
        call.response = json.loads(answer.text or "")
    except ValueError:
        call.response = None
    return answer


def _scope_headers(method: Method, installation: Installation | None) -> dict[str, str]:
    if installation is None:
        return {}
    accepted, granted = ",".join(method.scopes), ",".join(sorted(installation.scopes))
    return {"X-Accepted-OAuth-Scopes": accepted, "X-OAuth-Scopes": granted}
