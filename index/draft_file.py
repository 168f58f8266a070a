"""A file while it is being received: beside its later place, under a name that the folder's listing passes over."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

_BEGINNING = ".footnote-draft-"
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class DraftFile:
    """Locked as long as it is open: one that is not locked was left behind by a process that died.

    All methods raise OSError.
    """

    def __init__(self, folder: int, suffix: str) -> None:
        self._folder = os.dup(folder)
        self.size = 0
        try:
            self.name, self._file = _new(self._folder, suffix)
        except BaseException:
            os.close(self._folder)
            raise

    def write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            written = os.write(self._file, rest)
            self.size += written
            rest = rest[written:]

    def flush(self) -> None:
        """Have it on the disk."""
        os.fsync(self._file)

    def allow(self, mode: int) -> None:
        """Let those use it whom the mode names."""
        os.fchmod(self._file, mode)

    def move(self, folder: int, name: str) -> None:
        """Take that place, and that of what is there, at once and for good."""
        os.rename(self.name, name, src_dir_fd=self._folder, dst_dir_fd=folder)
        os.fsync(folder)

    def close(self) -> None:
        """Remove what has not been moved. It cannot be used afterwards."""
        try:
            os.unlink(self.name, dir_fd=self._folder)
        except FileNotFoundError:
            pass
        finally:
            os.close(self._file)
            os.close(self._folder)


def sweep(root: Path) -> None:
    """Remove what processes that died have left behind, at any depth; what cannot be removed stays, hidden."""
    for path in _drafts(root):
        try:
            file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
            finally:
                os.close(file)
        except OSError:  # it is locked: somebody is writing it
            continue


def _drafts(root: Path) -> Iterator[Path]:
    for folder, _, names in os.walk(root):
        yield from (Path(folder, name) for name in names if name.startswith(_BEGINNING))


def _new(folder: int, suffix: str) -> tuple[str, int]:
    """Locked before it counts: who sweeps just then may have taken it away."""
    while True:
        name = f"{_BEGINNING}{secrets.token_hex(8)}{suffix}"
        file = os.open(name, _NEW, 0o666, dir_fd=folder)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            if os.fstat(file).st_nlink:
                return name, file
        except BaseException:
            os.close(file)
            raise
        os.close(file)
