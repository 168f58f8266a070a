"""What may be asked about, in a few figures and titles."""

import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.ports import Source
from bot.scope import Scope
from index.document_summary import DocumentSummary

TITLES = 10
MOST_REMEMBERED = 32
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Overview:
    """The documents of a scope: `titles` are of those that came into the index last, the last one first.

    `changed_at` is when the latest of their files was saved, as the file system says; None where there is none.
    """

    documents: int
    passages: int
    titles: tuple[str, ...]
    changed_at: datetime | None


class Overviews:
    """Looks through all documents once for each change of the index. Usable from any thread."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._lock = threading.Lock()
        self._known: dict[Scope, tuple[int, Overview]] = {}

    def of(self, scope: Scope) -> Overview:
        change = self._source.change  # before the documents: a number too old only costs another look
        with self._lock:
            known = self._known.get(scope)
        if known and known[0] == change:
            return known[1]
        overview = overview_of([one for one in self._source.listing() if scope.allows(one.id)])
        with self._lock:
            self._known.pop(scope, None)
            self._known[scope] = change, overview
            if len(self._known) > MOST_REMEMBERED:
                del self._known[next(iter(self._known))]
        return overview


def overview_of(documents: Sequence[DocumentSummary]) -> Overview:
    """Of these documents and no others; of those that came with one change, in their order."""
    latest = sorted(documents, key=lambda one: -one.change)[:TITLES]
    return Overview(
        documents=len(documents),
        passages=sum(one.passages for one in documents),
        titles=tuple(one.title for one in latest),
        changed_at=_time(max((one.mtime_ns for one in documents), default=None)),
    )


def _time(nanoseconds: int | None) -> datetime | None:
    """None for times that no calendar has: a file's may be anything."""
    with suppress(OverflowError):
        return None if nanoseconds is None else EPOCH + timedelta(microseconds=nanoseconds // 1000)
    return None
