"""Keys as a list for people and for programs; neither ever says a secret, or its hash."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

from bot.keys import Key


class KeyJson(TypedDict):
    """A key; times in UTC, RFC 3339. `documents` are globs, null for all documents."""

    name: str
    id: str
    scope: str
    documents: list[str] | None
    created: str
    expires: str | None
    expired: bool


def as_json(keys: Sequence[Key], now: datetime) -> list[KeyJson]:
    return [_key_json(key, now) for key in keys]


def render(keys: Sequence[Key], now: datetime) -> str:
    """One key a line, the oldest first."""
    return "\n".join(_line(key, now) for key in keys) or "no keys; `footnote keys add NAME` makes one"


def _line(key: Key, now: datetime) -> str:
    what = "asks" if key.scope == "ask" else "asks and manages"
    about = ", ".join(key.documents) if key.documents else "all documents"
    return f"{key.name}: {what} ({about}), made {key.created:%Y-%m-%d}, {_end(key, now)}"


def _end(key: Key, now: datetime) -> str:
    if key.expires is None:
        return "never expires"
    return f"{'expired' if key.has_expired(now) else 'expires'} {key.expires:%Y-%m-%d %H:%M} UTC"


def _key_json(key: Key, now: datetime) -> KeyJson:
    return {
        "name": key.name,
        "id": key.id,
        "scope": key.scope,
        "documents": list(key.documents) if key.documents else None,
        "created": key.created.isoformat(),
        "expires": key.expires.isoformat() if key.expires else None,
        "expired": key.has_expired(now),
    }
