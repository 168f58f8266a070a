"""Installing the app by way of a browser."""

import secrets
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web

from fakeslack.installations import Installations
from fakeslack.scopes import BOT_SCOPES
from fakeslack.web_api.refusal import Refusal
from fakeslack.workspace import Installation, World

CODE_S = 600.0


@dataclass(slots=True, eq=False)
class _Code:
    redirect_uri: str | None
    scopes: frozenset[str]
    team: str | None
    enterprise: str | None
    user: str | None
    expires_at: float
    used: bool = False


class OAuth:
    """The consent page, without the page: `approving` is what whoever comes there decides, at once.

    `team` is the workspace that they choose, None (with `enterprise`) their whole organisation. `rotating` says
    whether the app's tokens expire.
    """

    def __init__(self, world: World, installations: Installations, problems: list[str]) -> None:
        self.client_id = "1.1"
        self.client_secret = secrets.token_hex(16)
        self.approving = True
        self.rotating = False
        self.team: str | None = "T1"
        self.enterprise: str | None = None
        self.user: str | None = "UADMIN"
        self._world = world
        self._installations = installations
        self._problems = problems
        self._codes: dict[str, _Code] = {}

    async def authorize(self, request: web.Request) -> web.Response:
        """The route /oauth/v2/authorize: back to where the app wants, with a code or `access_denied`."""
        query = request.query
        if query.get("client_id") != self.client_id:
            return web.Response(status=400, text="invalid client_id")
        scopes = frozenset(filter(None, query.get("scope", "").split(",")))
        if unknown := scopes - BOT_SCOPES:
            self._problems.append(f"authorize: there is no scope {min(unknown)}")
            return web.Response(status=400, text="invalid scope")
        answer = (
            {"error": "access_denied"}
            if not self.approving
            else {"code": self._code(scopes, query.get("redirect_uri"))}
        )
        target = query.get("redirect_uri", "")
        back = urlencode({**answer, "state": query.get("state", "")})
        return web.Response(status=302, headers={"Location": f"{target}{'&' if '?' in target else '?'}{back}"})

    def _code(self, scopes: frozenset[str], redirect_uri: str | None) -> str:
        code = secrets.token_hex(8)
        expires_at = self._world.clock.now() + CODE_S
        self._codes[code] = _Code(redirect_uri, scopes, self.team, self.enterprise, self.user, expires_at)
        return code

    def check_client(self, client_id: str | None, client_secret: str | None) -> None:
        """Raises Refusal for any other app."""
        if client_id != self.client_id:
            raise Refusal("invalid_client_id")
        if client_secret != self.client_secret:
            raise Refusal("bad_client_secret")

    def redeem(self, code: str, redirect_uri: str | None) -> Installation:
        """The installation that was approved. Raises Refusal."""
        approved = self._codes.get(code)
        if approved is None or self._world.clock.now() > approved.expires_at:
            raise Refusal("invalid_code")
        if approved.used:
            raise Refusal("code_already_used")
        if redirect_uri != approved.redirect_uri:
            raise Refusal("bad_redirect_uri")
        approved.used = True
        where = {"team": approved.team, "enterprise": approved.enterprise, "installer": approved.user}
        return self._installations.install(scopes=approved.scopes, rotating=self.rotating, **where)
