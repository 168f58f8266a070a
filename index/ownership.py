"""Ownership: one process at a time may write an index."""

import json
import os
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from filelock import FileLock, Timeout

from index.errors import IndexBusy, IndexDamaged


class Ownership:
    """The exclusive right to write the index below `home`; readers need none.

    The kernel holds the lock, so a killed owner leaves nothing to clean up. It is held as long as this object
    lives, so keep it. Locking truncates the locked file, so who owns the index is written beside it.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._owner = home / "owner.json"
        self._lock = FileLock(home / "lock", thread_local=False)

    def acquire(self, command: str) -> Self:
        """Become the owner; `command` is what others are told, as in `footnote serve`.

        Raises IndexBusy naming the present owner, at once and not after a while.
        """
        try:
            self._home.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
            self._sign(command)
        except Timeout:
            raise IndexBusy(f"the index in {self._home} is in use by {self._present_owner()}") from None
        except OSError as error:
            self._lock.release()
            raise IndexDamaged(f"{self._home} cannot be written: {error.strerror}") from error
        return self

    def release(self) -> None:
        """Let others own the index; harmless when it is not owned."""
        if self._lock.is_locked:
            self._owner.unlink(missing_ok=True)
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _sign(self, command: str) -> None:
        since = datetime.now().isoformat(timespec="minutes")
        owner = {"pid": os.getpid(), "command": command, "since": since}
        draft = self._owner.with_suffix(".draft")
        draft.write_text(json.dumps(owner), encoding="utf-8")
        draft.replace(self._owner)

    def _present_owner(self) -> str:
        """In words; a lock taken a moment ago, or by something else, has no readable owner."""
        try:
            owner: dict[str, Any] = json.loads(self._owner.read_text(encoding="utf-8"))
            since = datetime.fromisoformat(owner["since"])
            return f"process {int(owner['pid'])} ({_one_line(owner['command'])}, since {_short(since)})"
        except (OSError, ValueError, TypeError, KeyError):
            return "another process"


def _one_line(command: object) -> str:
    return " ".join(str(command).split())


def _short(moment: datetime) -> str:
    today = moment.date() == datetime.now().date()
    return f"{moment:%H:%M}" if today else f"{moment:%Y-%m-%d %H:%M}"
