"""A document's file as it is, to be handed on."""

import os
import stat
from pathlib import Path
from typing import BinaryIO, Self

from index.errors import FileMissing, IndexProblem

_OPENING = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Original:
    """An open file of the documents folder, `size` bytes long: what is added to it meanwhile is not read."""

    def __init__(self, name: str, file: BinaryIO, size: int) -> None:
        self.name = name
        self.size = size
        self._file = file
        self._remaining = size

    @classmethod
    def open(cls, root: Path, place: Path) -> Self:
        """The file at `place`, which may be a link to another below `root`.

        Raises FileMissing if it is not there any more, or no longer inside; IndexProblem if it cannot be opened.
        """
        try:
            return cls._opened(place.name, _inside(root, place))
        except (FileNotFoundError, RuntimeError) as error:
            raise FileMissing("its file is not in the documents folder any more") from error
        except OSError as error:
            raise IndexProblem(f"its file cannot be opened ({(error.strerror or 'unknown reason').lower()})") from error

    @classmethod
    def _opened(cls, name: str, path: Path) -> Self:
        descriptor = os.open(path, _OPENING)
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            os.close(descriptor)
            raise FileMissing("what is in its place is no file")
        return cls(name, os.fdopen(descriptor, "rb"), status.st_size)

    def read(self, most: int) -> bytes:
        """The next bytes; none at the end."""
        data = self._file.read(min(most, self._remaining))
        self._remaining -= len(data)
        return data

    def close(self) -> None:
        self._file.close()


def _inside(root: Path, place: Path) -> Path:
    path = place.resolve(strict=True)
    if not path.is_relative_to(root.resolve()):
        raise FileNotFoundError
    return path
