"""The file of keys: read again whenever it has changed, replaced as a whole, and never taken for empty by mistake."""

import logging
import os
import secrets
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout
from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

from bot.errors import KeyRefused, KeysUnavailable
from bot.keys import Key, KeyRing, KeyScope, checked_globs, checked_name, new_secret, sha256_of

LOCK_WAIT_S = 10.0  # others hold it for milliseconds

Signature = tuple[int, int, int, int]

logger = logging.getLogger(__name__)


@with_config(ConfigDict(extra="forbid"))  # what is not understood might have been a restriction
@dataclass(frozen=True, slots=True)
class Content:
    """What the file says."""

    version: Literal[1]
    keys: tuple[Key, ...]


CONTENT = TypeAdapter(Content)


class KeyFile:
    """The keys in the file at `path`; any number of processes may read and change it.

    Where there is no file no key was ever made. Without its last key the file stays: then nobody has one, which is not
    the same. Nor is a file that vanishes while it is being used, as with a disk that is taken away: it cannot be read.
    """

    def __init__(self, path: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.path = path
        self._now = now
        self._signature: Signature | None = None
        self._known: KeyRing | KeysUnavailable | None = None
        self._told = ""

    def ring(self) -> KeyRing | None:
        """All keys as they are now; None if none was ever made. Costs a look at the file's date while nothing changes.

        Raises KeysUnavailable, also for a file that is damaged.
        """
        try:
            ring = self._current()
        except KeysUnavailable as problem:
            self._tell(problem)
            raise
        self._told = ""
        return ring

    def holder(self, secret: str) -> Key | None:
        """The valid key of that secret. Raises KeysUnavailable."""
        ring = self.ring()
        return ring.holder(secret, self._now()) if ring else None

    def add(
        self, name: str, scope: KeyScope, documents: Iterable[str] = (), expires: datetime | None = None
    ) -> tuple[Key, str]:
        """A new key and its secret, which is kept nowhere. Raises KeyRefused and KeysUnavailable."""
        secret, globs = new_secret(), checked_globs(tuple(documents))
        key = Key(checked_name(name), secrets.token_hex(6), sha256_of(secret), scope, globs, self._now(), expires)
        with self._locked():
            ring = self.ring() or KeyRing(())
            if ring.named(name):
                raise KeyRefused(f"there is a key called {name} already; revoke it first, or choose another name")
            self._write((*ring.keys, key))
        return key, secret

    def revoke(self, name: str) -> KeyRing:
        """What is left without the key of that name. Raises KeyRefused if there is none, and KeysUnavailable."""
        with self._locked():
            ring = self.ring() or KeyRing(())
            if not ring.named(name):
                raise KeyRefused(f"there is no key called {name!r}")
            left = KeyRing(key for key in ring.keys if key.name != name)
            self._write(left.keys)
        return left

    def _current(self) -> KeyRing | None:
        try:
            signature = self._seen()
            if signature != self._signature:
                self._known = self._read()
                self._signature = signature
        except OSError as error:
            raise KeysUnavailable(f"{self.path} cannot be read: {error.strerror}") from error
        if isinstance(self._known, KeysUnavailable):
            raise self._known
        return self._known

    def _seen(self) -> Signature | None:
        """None if there never was a file. Raises OSError, also for one that is gone and for a link to nothing."""
        try:
            return _signature(self.path.stat())
        except FileNotFoundError:
            if self._signature or self.path.is_symlink():
                raise
            return None

    def _read(self) -> KeyRing | KeysUnavailable:
        """Remembered either way: a damaged file is not read again with every request."""
        try:
            return KeyRing(CONTENT.validate_json(self.path.read_bytes(), strict=True).keys)
        except ValidationError as error:
            place = ".".join(map(str, error.errors(include_url=False, include_input=False)[0]["loc"]))
            return KeysUnavailable(f"{self.path} is damaged{f' at {place}' if place else ''}")
        except ValueError as error:
            return KeysUnavailable(f"{self.path} is damaged: {error}")

    def _tell(self, problem: KeysUnavailable) -> None:
        """Once, not with every request."""
        if str(problem) != self._told:
            self._told = str(problem)
            logger.error("nobody gets in: %s", problem)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self.path.with_suffix(".lock"), timeout=LOCK_WAIT_S):
                yield
        except Timeout:
            raise KeysUnavailable(f"{self.path} is being changed by another process") from None
        except OSError as error:
            raise KeysUnavailable(f"{self.path} cannot be written: {error.strerror}") from error

    def _write(self, keys: tuple[Key, ...]) -> None:
        """A crash leaves either what was or what is to be; nobody but us may read it."""
        descriptor, draft = tempfile.mkstemp(".draft", "keys-", self.path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(CONTENT.dump_json(Content(1, keys), indent=2) + b"\n")
                file.flush()
                os.fsync(file.fileno())
            Path(draft).replace(self.path)
        finally:
            with suppress(FileNotFoundError):
                Path(draft).unlink()
        _make_durable(self.path.parent)


def _signature(seen: os.stat_result) -> Signature:
    """Changes whenever the file does: each of its versions is another file."""
    return seen.st_ino, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns


def _make_durable(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
