"""What a sync has to do: the difference between the documents folder and the catalog's records of it."""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Self

from index.catalog import FileRecord
from index.folder import File, Folder, Listing

_UNTRUSTED = -1
_GRANULARITY_NS = 2_000_000_000  # of the dates in the coarsest file systems


@dataclass(slots=True)
class Plan:
    """Every file of the folder is counted once: unchanged, or in one of the lists but `removed` and `seen`.

    `unchanged` is only their number. `renamed` pairs the old path with the new record. `reread` are files
    that are the same but have to be read again. `seen` are records to be kept of files that will not be read.
    """

    unchanged: int = 0
    added: list[FileRecord] = field(default_factory=list)
    changed: list[FileRecord] = field(default_factory=list)
    reread: list[FileRecord] = field(default_factory=list)
    renamed: list[tuple[str, FileRecord]] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failed: list[FileRecord] = field(default_factory=list)
    seen: list[FileRecord] = field(default_factory=list)

    @classmethod
    def make(cls, folder: Folder, listing: Listing, known: Mapping[str, FileRecord], *, reread: bool) -> Self:
        """Only files whose size or dates are not those of their record are opened, to compare their sha256.

        `reread` has every file read again, because reading itself has changed.
        """
        plan = cls()
        for file in listing.files.values():
            record = known.get(file.path)
            plan._sort_in(record, _look(folder.locate(file.path), file, record), reread)
        plan.removed = [path for path in known if path not in listing.files and not listing.hides(path)]
        if not reread:
            plan._find_renamed(known)
        return plan

    @property
    def to_read(self) -> list[FileRecord]:
        return [*self.added, *self.changed, *self.reread]

    def _sort_in(self, known: FileRecord | None, record: FileRecord, reread: bool) -> None:
        if not record.sha256:
            self.failed.append(record)
        elif known is None:
            self.added.append(record)
            return
        elif record.sha256 != known.sha256:
            self.changed.append(record)
            return
        elif reread:
            self.reread.append(record)
            return
        elif known.failure:  # it would fail again
            record = replace(record, failure=known.failure)
            self.failed.append(record)
        else:
            self.unchanged += 1
        if record != known:
            self.seen.append(record)

    def _find_renamed(self, known: Mapping[str, FileRecord]) -> None:
        """A file that is gone and a new one of the same content and kind are one file with a new name."""
        gone = {_content(known[path]): path for path in self.removed if not known[path].failure}
        matched = [(gone.pop(_content(record), None), record) for record in self.added]
        self.renamed = [(old_path, record) for old_path, record in matched if old_path is not None]
        self.added = [record for old_path, record in matched if old_path is None]
        renamed = {old_path for old_path, _ in self.renamed}
        self.removed = [path for path in self.removed if path not in renamed]


def _content(record: FileRecord) -> tuple[str, str]:
    """The suffix decides how a file is read."""
    return record.sha256, PurePosixPath(record.path).suffix.lower()


def _look(place: Path, file: File, known: FileRecord | None) -> FileRecord:
    """The record as it should be; without a sha256, but with the reason, if the file cannot be opened.

    A file that is changed twice within the granularity of its dates looks unchanged afterwards. So the
    date of one that was changed just before it is opened is not recorded, and the next look opens it
    again.
    """
    if known and known.sha256 and (known.size, known.mtime_ns) == (file.size, file.stamp_ns):
        return known
    settled = time.time_ns() - file.stamp_ns > _GRANULARITY_NS
    record = FileRecord(file.path, file.size, file.stamp_ns if settled else _UNTRUSTED, "")
    try:
        with place.open("rb") as content:
            return replace(record, sha256=hashlib.file_digest(content, "sha256").hexdigest())
    except OSError as error:
        return replace(record, failure=f"cannot be opened ({(error.strerror or 'unknown reason').lower()})")
