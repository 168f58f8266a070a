"""Names under which files may be put into the documents folder: text from outside, of which nothing is trusted."""

import re
from dataclasses import dataclass
from itertools import accumulate
from pathlib import PurePosixPath
from typing import Self

from index.errors import NameRefused, RowRefused

MOST_BYTES = 1024  # of the whole name: every system we know opens such paths
MOST_BYTES_OF_PART = 255
_HIDDEN = (".", "~$")  # as the folder's listing has it; `.` and `..` are among them
_ROW = re.compile(r"\.jsonl#", re.IGNORECASE)
# Controls, line ends, halves of characters, what stands for lost ones, and marks that make a name look like another.
_STEERING = re.compile("[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffd]")


@dataclass(frozen=True, slots=True)
class FileName:
    """The path of a file below the documents folder, which is the id of its document; `parts` are the path's."""

    id: str
    parts: tuple[str, ...]

    @classmethod
    def checked(cls, id: str, suffixes: frozenset[str]) -> Self:
        """Raises NameRefused for what the folder's listing would not show, RowRefused for the address of a row."""
        if _ROW.search(id):
            raise RowRefused("a row of a .jsonl file comes and goes with its file")
        parts = tuple(id.split("/"))
        reason = _steering(id) or next(filter(None, map(_objection, parts)), None) or _length(id)
        if reason:
            raise NameRefused(f"the name {reason}")
        suffix = PurePosixPath(parts[-1]).suffix.lower()
        if suffix not in suffixes:
            raise NameRefused(f"the name must end with one of {', '.join(sorted(suffixes))}")
        return cls(id, parts)

    @property
    def folders(self) -> list[str]:
        """The paths of the folders that it lies in, the outermost first."""
        return list(accumulate(self.parts[:-1], "{}/{}".format))

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.parts[-1]).suffix

    def __str__(self) -> str:
        return self.id


def _steering(id: str) -> str | None:
    return "holds characters that cannot be shown" if _STEERING.search(id) else None


def _objection(part: str) -> str | None:
    if not part:
        return "is empty, or has an empty part"
    if part.startswith(_HIDDEN):
        return "has a part that begins as those of hidden files do"
    if "\\" in part:
        return "holds a backslash; folders are separated by /"
    if len(part.encode()) > MOST_BYTES_OF_PART:
        return f"has a part of more than {MOST_BYTES_OF_PART} bytes"
    return None


def _length(id: str) -> str | None:
    return f"has more than {MOST_BYTES:,} bytes" if len(id.encode()) > MOST_BYTES else None
