"""The documents folder as it is now: which files there are, found by looking at names and dates only."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_ISREG

from index.errors import DocumentsMissing


@dataclass(frozen=True, slots=True)
class File:
    """A file below the folder; `path` is its path from there, with forward slashes.

    `stamp_ns` is when its content, name or rights were last changed, whichever was later: a copy may
    bring an old date of its content along, but not an old date of its being put here.
    """

    path: str
    size: int
    stamp_ns: int


@dataclass(slots=True)
class Listing:
    """Files by path, in the order of paths; `unreadable` are places that could not be seen, with reasons."""

    files: dict[str, File] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)

    def hides(self, path: str) -> bool:
        """Whether the file may still be there, in a place that could not be seen."""
        return any(path.startswith(f"{place}/") for place in self.unreadable)


class Folder:
    """The documents: a folder or a single file, without what is hidden, of another kind, or our own `home`.

    Names that begin with a dot are hidden, and so are the lock files of office programs. Links to files
    are followed inside the folder only. Links to folders never are: what they lead to is listed anyway,
    or outside.
    """

    def __init__(self, root: Path, suffixes: frozenset[str], home: Path) -> None:
        self._root = root
        self._suffixes = suffixes
        self._home = home

    def locate(self, path: str) -> Path:
        """Where a listed file is."""
        return self._root.parent / path if self._root.is_file() else self._root / path

    def list(self) -> Listing:
        """What is there now. Raises DocumentsMissing if the folder is not, which an empty folder is not."""
        if self._root.is_file():
            return self._single_file()
        listing = Listing()
        self._walk(listing)
        listing.files = dict(sorted(listing.files.items()))
        return listing

    def _single_file(self) -> Listing:
        if self._root.suffix.lower() not in self._suffixes:
            raise DocumentsMissing(f"{self._root} is of a kind that is not read")
        return Listing({self._root.name: _file(self._root.name, self._root.stat())})

    def _walk(self, listing: Listing) -> None:
        root, home = self._root.resolve(), self._home.resolve()
        pending = [""]
        while pending:
            below = pending.pop()
            for entry in self._entries(root, below, listing):
                path = f"{below}/{entry.name}" if below else entry.name
                if entry.is_dir(follow_symlinks=False):
                    if entry.path != str(home):
                        pending.append(path)
                elif status := self._status(entry, root):
                    listing.files[path] = _file(path, status)

    def _entries(self, root: Path, below: str, listing: Listing) -> Iterator["os.DirEntry[str]"]:
        """What is not hidden in the folder `below` the root."""
        try:
            with os.scandir(root / below) as entries:
                for entry in entries:
                    if entry.name.startswith((".", "~$")):
                        continue
                    if _is_text(entry.name):
                        yield entry
                    else:
                        listing.unreadable[_shown(f"{below}/{entry.name}")] = "has a name that is not text"
        except OSError as error:
            reason = (error.strerror or "unknown reason").lower()
            if not below:
                raise DocumentsMissing(f"the documents in {self._root} cannot be listed: {reason}") from error
            listing.unreadable[below] = f"cannot be listed ({reason})"

    def _status(self, entry: "os.DirEntry[str]", root: Path) -> os.stat_result | None:
        """None if it is not a file of a kind that is read, or leads out of the folder, or is gone again."""
        if Path(entry.name).suffix.lower() not in self._suffixes:
            return None
        try:
            if entry.is_symlink() and not Path(entry.path).resolve(strict=True).is_relative_to(root):
                return None
            status = entry.stat()
        except (OSError, RuntimeError):  # a link that leads nowhere, or in circles
            return None
        return status if S_ISREG(status.st_mode) else None


def _file(path: str, status: os.stat_result) -> File:
    return File(path, status.st_size, max(status.st_mtime_ns, status.st_ctime_ns))


def _is_text(name: str) -> bool:
    """Bytes that are no UTF-8 arrive as lone surrogates, which can be neither stored nor shown."""
    return _shown(name) == name


def _shown(name: str) -> str:
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace").lstrip("/")
