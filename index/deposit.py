"""The documents folder as a place to put files into and to take them out of, safely, by names from anywhere."""

import errno
import os
import stat
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Protocol, Self

from index.document import Document
from index.draft_file import DraftFile, sweep
from index.errors import (
    DiskFull,
    DocumentsMissing,
    FileMissing,
    FileTooLarge,
    FolderReadOnly,
    IndexProblem,
    NameRefused,
)
from index.file_name import FileName
from index.open_folder import made_folder, open_folder, regular_file
from index.readers import MEGABYTE

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_READ_ONLY = {errno.EACCES, errno.EPERM, errno.EROFS}


class Reader(Protocol):
    """Reads a file, or raises UnreadableDocument."""

    def read(self, path: Path, id: str) -> Sequence[Document]: ...


class Deposit:
    """Puts files of at most `max_bytes` below `root` and removes them; never below `home`, never through a link.

    Usable from several threads. What a process has left behind that was killed in the middle is removed before the
    first file is put. Raises NameRefused and RowRefused for names, FileTooLarge, FolderReadOnly, DiskFull,
    DocumentsMissing; and IndexProblem for whatever else the file system says.
    """

    def __init__(self, root: Path, home: Path, reader: Reader, suffixes: frozenset[str], max_bytes: int) -> None:
        self._root = root
        self._home = home
        self._reader = reader
        self._suffixes = suffixes
        self._max_bytes = max_bytes
        self._sweeping = threading.Lock()
        self._is_swept = False

    def check(self, id: str) -> FileName:
        """The name, if a file might have it."""
        return FileName.checked(id, self._suffixes)

    def in_the_way(self, id: str) -> list[str]:
        """The files that could stand where the folders of that name have to be: putting it tells whether they do."""
        return [path for path in self.check(id).folders if PurePosixPath(path).suffix.lower() in self._suffixes]

    def begin(self, id: str) -> "Receipt":
        """Begin to receive a file. Nothing is seen of it until it is kept; leave or close what is returned."""
        name = self.check(id)
        with _in_words(self._root):
            self._sweep()
            with open_folder(self._folder, self._home, name.parts[:-1]) as (folder, missing):
                if not missing:
                    regular_file(folder, name.parts[-1])
                draft = DraftFile(folder, name.suffix)
                return Receipt(self._root, self._home, name, draft, self._reader, self._max_bytes, len(missing))

    def remove(self, id: str) -> None:
        """Remove a file; folders stay, even empty ones. Raises FileMissing."""
        name = self.check(id)
        with (
            _in_words(self._root),
            open_folder(self._folder, self._home, name.parts[:-1]) as (folder, missing),
        ):
            if missing or regular_file(folder, name.parts[-1]) is None:
                raise FileMissing(f"there is no file {id!r} in the documents folder")
            os.unlink(name.parts[-1], dir_fd=folder)
            os.fsync(folder)

    @property
    def _folder(self) -> Path:
        if self._root.is_file():
            raise FolderReadOnly("the documents are a single file, beside which nothing can be put")
        return self._root

    def _sweep(self) -> None:
        with self._sweeping:
            if not self._is_swept:
                sweep(self._root)
                self._is_swept = True


class Receipt:
    """A file that is being received; one thread at a time uses it. Leaving it drops what was not kept."""

    def __init__(
        self,
        root: Path,
        home: Path,
        name: FileName,
        draft: DraftFile,
        reader: Reader,
        max_bytes: int,
        missing: int,
    ) -> None:
        self._root = root
        self._home = home
        self._name = name
        self._draft = draft
        self._reader = reader
        self._max_bytes = max_bytes
        self._beside = root.joinpath(*name.parts[: len(name.parts) - 1 - missing])  # where the draft is
        self._lock = threading.Lock()
        self._is_open = True

    def write(self, data: bytes) -> None:
        """Add some of it. Raises FileTooLarge and DiskFull."""
        with self._lock, _in_words(self._root):
            self._require_open()
            if self._draft.size + len(data) > self._max_bytes:
                raise FileTooLarge(
                    f"the file is too large: FOOTNOTE_MAX_FILE_MB allows {self._max_bytes / MEGABYTE:g} MB"
                )
            self._draft.write(data)

    def keep(self) -> bool:
        """Read it, and if it can be read, let it take its place; says whether there was a file before.

        On disk for good when this returns. Raises UnreadableDocument, whose message goes on from the file's name; then,
        as after any other error, the older file is as it was.
        """
        with self._lock, _in_words(self._root):
            self._require_open()
            self._draft.flush()
            self._reader.read(self._beside / self._draft.name, self._name.id)
            return self._take_its_place()

    def close(self) -> None:
        """Drop what was not kept; waits for what another thread is doing with it."""
        with self._lock:
            if self._is_open:
                self._is_open = False
                with _in_words(self._root):
                    self._draft.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _take_its_place(self) -> bool:
        *folders, last = self._name.parts
        with (
            open_folder(self._root, self._home, folders) as (nearest, missing),
            made_folder(nearest, missing) as folder,
        ):
            older = regular_file(folder, last)
            if older:
                self._draft.allow(stat.S_IMODE(older.st_mode))
            self._draft.move(folder, last)
            return older is not None

    def _require_open(self) -> None:
        if not self._is_open:
            raise IndexProblem("the file is not being received any more")


@contextmanager
def _in_words(root: Path) -> Iterator[None]:
    """The one place where the file system's errors become ours."""
    try:
        yield
    except OSError as error:
        raise _problem(error, root) from error


def _problem(error: OSError, root: Path) -> IndexProblem:
    reason = (error.strerror or "unknown reason").lower()
    if error.errno in _FULL:
        return DiskFull(f"there is no room for the file in the documents folder ({reason})")
    if error.errno in _READ_ONLY:
        return FolderReadOnly(f"the documents folder cannot be written ({reason})")
    if error.errno == errno.ENAMETOOLONG:
        return NameRefused("the name is too long")
    if isinstance(error, FileNotFoundError | NotADirectoryError) and not root.is_dir():
        return DocumentsMissing("the documents folder is not there")
    return IndexProblem(f"the documents folder cannot be written ({reason})")
