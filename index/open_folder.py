"""Folders below the documents folder, held open, so that nothing can be put in their place in the meantime."""

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from index.errors import NameRefused

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
Identity = tuple[int, int]


@contextmanager
def open_folder(root: Path, home: Path, parts: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """The folder `parts` below `root`, or the last one on the way that is there, and the parts that are missing.

    Links are followed up to `root` itself and never below. Raises NameRefused where the way leads through one, through
    a file or into `home`, and OSError.
    """
    closed_to_others = identity(home)
    descriptor = os.open(root, _FOLDER)
    try:
        missing = list(parts)
        while missing and (child := _child(descriptor, missing[0])) is not None:
            descriptor, outer = child, descriptor
            os.close(outer)
            if _identity(os.fstat(descriptor)) == closed_to_others:
                raise NameRefused("the name leads into a folder that is not of the documents")
            missing.pop(0)
        yield descriptor, missing
    finally:
        os.close(descriptor)


@contextmanager
def made_folder(descriptor: int, parts: Sequence[str]) -> Iterator[int]:
    """The folder `parts` below an open one, made where it is missing. Raises NameRefused as above, and OSError."""
    inner = os.dup(descriptor)
    try:
        for part in parts:
            _make(inner, part)
            child = _child(inner, part)
            if child is None:
                raise FileNotFoundError
            inner, outer = child, inner
            os.close(outer)
        yield inner
    finally:
        os.close(inner)


def regular_file(folder: int, name: str) -> os.stat_result | None:
    """The file of that name, None if there is nothing. Raises NameRefused for whatever is no plain file."""
    try:
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        kind = "a folder" if stat.S_ISDIR(status.st_mode) else "a link, or no plain file"
        raise NameRefused(f"what has that name now is {kind}")
    return status


def identity(path: Path) -> Identity | None:
    """What a folder is, whatever it is called; None if it is not there."""
    try:
        return _identity(path.stat())
    except OSError:
        return None


def _identity(status: os.stat_result) -> Identity:
    return status.st_dev, status.st_ino


def _child(folder: int, name: str) -> int | None:
    try:
        return os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=folder)
    except FileNotFoundError:
        return None
    except OSError as error:
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if stat.S_ISDIR(status.st_mode):
            raise
        kind = "a link" if stat.S_ISLNK(status.st_mode) else "a file"
        raise NameRefused(f"the name leads through {kind}") from error


def _make(folder: int, name: str) -> None:
    try:
        os.mkdir(name, dir_fd=folder)
    except FileExistsError:
        return  # somebody else has just made it
    os.fsync(folder)
