"""Who may do what: with a key what it says, without one what the settings allow."""

import hashlib
import logging
import re
from http import HTTPStatus
from typing import Protocol
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.access import Access
from bot.errors import KeysMissing
from bot.http.address import client_of, host_of, is_loopback
from bot.http.visitor import visitor
from bot.keys import ANONYMOUS, SECRET, Key, KeyRing
from bot.settings import Settings
from bot.surface import Surface

COOKIE = "footnote_key"
OPEN = "open"  # whose conversations those without a key have
INVALID = "the key is not valid: it is unknown, was revoked or has expired"
PASSED_ON = ("forwarded", "via", "x-real-ip")  # uvicorn has made the client of X-Forwarded-For already
logger = logging.getLogger(__name__)
_BEARER = re.compile(r"bearer +([!-~]+)", re.IGNORECASE)


class Keys(Protocol):
    """The keys as they are at each moment. Both raise KeysUnavailable."""

    def ring(self) -> KeyRing | None:
        """None if no key was ever made."""
        ...

    def holder(self, secret: str) -> Key | None:
        """The valid key of that secret."""
        ...


class Admission:
    """Finds the key that a request brings, and what its sender may."""

    def __init__(self, keys: Keys, settings: Settings) -> None:
        self._keys = keys
        self._open = settings.open
        self._reaches_others = not is_loopback(settings.host)
        self.public_url = settings.public_url
        self._is_public = _is_public(settings)

    @property
    def needs_key(self) -> bool:
        """Whether nobody may ask without one. Raises KeysUnavailable."""
        return not self._open and (self._reaches_others or self._keys.ring() is not None)

    @property
    def is_local(self) -> bool:
        """Whether everybody on this machine, and nobody else, may do everything. Raises KeysUnavailable."""
        return not (self._open or self._is_public or self.needs_key)

    def key(self, request: Request) -> Key | None:
        """The valid key that the request brings, in a header or else in a cookie. Raises KeysUnavailable."""
        headers = request.headers.getlist("authorization")
        secret = _secret(headers) if headers else request.cookies.get(COOKIE)
        return self._keys.holder(secret) if secret else None

    def access(self, request: Request, key: Key | None) -> Access | None:
        """What the sender may, None for nothing; raises 421 for a request that a trick has led to this machine.

        Where no key is needed, only a header with what looks like one of ours is in vain: clients of other APIs always
        send something.
        """
        local = self.is_local
        if local:
            _require_local(request)
        if key is None and (self.needs_key or _is_ours(request)):
            return None
        holder = key.id if key else OPEN if local else _stranger(request)
        owner, surface = _owner(request, holder), _surface(request)
        if key is None:
            return Access(owner, may_manage=local, name=ANONYMOUS, surface=surface)
        return Access(owner, key.documents_scope, key.may_manage, key.name, surface)


def require_admittable(keys: Keys, settings: Settings) -> None:
    """Raises KeysMissing for a server that others could reach and that could let nobody in, and KeysUnavailable."""
    ring = keys.ring()
    if settings.open or (ring and ring.keys):
        return
    if _is_public(settings):
        logger.warning("anybody who reaches %s may ask: make a key, or say so with --open", settings.public_url)
    if not is_loopback(settings.host):
        raise KeysMissing(
            f"others could reach {settings.host}, and there is no key to tell them by: "
            "make one with `footnote keys add NAME`, or let anybody ask with --open"
        )


def _is_public(settings: Settings) -> bool:
    return settings.public_url is not None and not is_loopback(urlsplit(settings.public_url).hostname or "")


def refusal(request: Request) -> HTTPException:
    """What to say to a request without access: 401 as RFC 6750 has it."""
    if "authorization" in request.headers:
        return unauthorised(INVALID, 'Bearer error="invalid_token"')
    return unauthorised("this needs a key: send it in the header Authorization: Bearer fn_…", "Bearer")


def unauthorised(detail: str, challenge: str = "Bearer") -> HTTPException:
    return HTTPException(HTTPStatus.UNAUTHORIZED, detail, headers={"WWW-Authenticate": challenge})


def brings_bearer(request: Request) -> bool:
    """Whether it has a header that no foreign web page can make a browser send."""
    return _secret(request.headers.getlist("authorization")) is not None


def _secret(headers: list[str]) -> str | None:
    found = _BEARER.fullmatch(headers[0].strip()) if len(headers) == 1 else None
    return found[1] if found else None


def _require_local(request: Request) -> None:
    """A page of somebody else's whose name now leads to this machine still sends that name, a proxy its client."""
    came_from = request.client.host if request.client else "localhost"
    passed_on = any(name in request.headers for name in PASSED_ON)
    if passed_on or not is_loopback(host_of(request)) or not is_loopback(came_from):
        raise HTTPException(
            HTTPStatus.MISDIRECTED_REQUEST,
            "this server answers on this machine alone, as localhost; others need a key (`footnote keys add`), "
            "or its public address must be set (FOOTNOTE_PUBLIC_URL)",
        )


def _is_ours(request: Request) -> bool:
    secret = _secret(request.headers.getlist("authorization"))
    return secret is not None and SECRET.fullmatch(secret) is not None


def _owner(request: Request, holder: str) -> str:
    browser = visitor(request)
    return f"{holder}:{_short_hash(browser)}" if browser else holder


def _stranger(request: Request) -> str:
    """Where anybody may ask, strangers must not read each other's conversations; browsers are told apart better."""
    return OPEN if visitor(request) else f"{OPEN}@{_short_hash(client_of(request))}"


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:16]


def _surface(request: Request) -> Surface:
    return "web" if visitor(request) and "authorization" not in request.headers else "http"
