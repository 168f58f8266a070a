"""Keys: who may ask, about which documents, and who may change these. Only their holders know their secrets."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from bot.errors import KeyRefused
from bot.scope import Scope

KeyScope = Literal["ask", "manage"]

SECRET = re.compile(r"fn_[A-Za-z0-9_-]{43}")
NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
ANONYMOUS = "anonymous"  # what those without a key are called, so no key is
LONGEST_GLOB = 500


@dataclass(frozen=True, slots=True)
class Key:
    """A key without its secret, of which only the SHA-256 is kept: whoever reads the file gets in nowhere.

    `documents` are the globs of a Scope, None for all documents. The `id` outlives no key: another of the same name is
    another key, and finds none of the first one's conversations.
    """

    name: Annotated[str, Field(pattern=NAME)]
    id: Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    scope: KeyScope
    documents: Annotated[tuple[str, ...], Field(min_length=1)] | None
    created: AwareDatetime
    expires: AwareDatetime | None

    @property
    def may_manage(self) -> bool:
        return self.scope == "manage"

    @property
    def documents_scope(self) -> Scope:
        """What its holder may see."""
        return Scope(self.documents)

    def has_expired(self, now: datetime) -> bool:
        return self.expires is not None and self.expires <= now


class KeyRing:
    """All keys there are, at one moment."""

    def __init__(self, keys: Iterable[Key]) -> None:
        """Raises ValueError if two of them could be taken for each other."""
        self.keys = tuple(keys)
        self._by_sha256 = {key.sha256: key for key in self.keys}
        names, ids = {key.name for key in self.keys}, {key.id for key in self.keys}
        if not len(self.keys) == len(self._by_sha256) == len(names) == len(ids):
            raise ValueError("two keys are the same")

    def named(self, name: str) -> Key | None:
        return next((key for key in self.keys if key.name == name), None)

    def holder(self, secret: str, now: datetime) -> Key | None:
        """The key of that secret; None if there is none, or it has expired.

        How long this takes says something about a hash at most, from which nothing follows for the secret.
        """
        digest = sha256_of(secret)
        key = self._by_sha256.get(digest)
        if key is None or not hmac.compare_digest(key.sha256, digest):
            return None
        return None if key.has_expired(now) else key


def new_secret() -> str:
    """256 random bits, in characters that need no quoting anywhere."""
    return f"fn_{secrets.token_urlsafe(32)}"


def sha256_of(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def checked_name(name: str) -> str:
    """Raises KeyRefused for what would be unclear in a log, or in a list."""
    if not re.fullmatch(NAME.strip("^$"), name) or name.lower() == ANONYMOUS:
        raise KeyRefused(
            f"a key cannot be called {name!r}: names have up to 64 letters, digits, dots, hyphens and underscores, "
            f"begin with a letter or digit, and are not {ANONYMOUS!r}"
        )
    return name


def checked_globs(globs: Iterable[str]) -> tuple[str, ...] | None:
    """None for none. Raises KeyRefused for globs that can match no document: such a key would open nothing."""
    for glob in globs:
        if not glob.isprintable() or not 0 < len(glob.strip()) <= LONGEST_GLOB or glob.startswith(("/", "./", "../")):
            raise KeyRefused(
                f"{glob!r} can match no document: globs are compared with names below the documents folder, as in "
                "hr/* or faq.md"
            )
    return tuple(globs) or None
