"""What there is to measure of a server's parts."""

import time
from collections.abc import Callable, Iterable

from bot.gauges import Measure
from bot.look import Look
from index.catalog import Catalog

QUEUE = "footnote_queue_depth", "Questions that wait: for a thread, or in Slack for their turn and their answer."


class LastLook:
    """The latest look at the documents folder that went well."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._latest: tuple[Look, float] | None = None

    def see(self, look: Look) -> None:
        self._latest = look, self._clock()

    @property
    def age(self) -> float | None:
        """Seconds since it; None before the first."""
        latest = self._latest
        return self._clock() - latest[1] if latest else None

    @property
    def failed(self) -> int | None:
        """How many files could not be read then."""
        latest = self._latest
        return len(latest[0].report.failed) if latest else None


def index_measures(catalog: Catalog, last: LastLook) -> Iterable[Measure]:
    """How large, how whole and how fresh the index is."""
    return (
        Measure("footnote_index_documents", "Documents in the index.", lambda: catalog.counts.documents),
        Measure("footnote_index_passages", "Passages in the index.", lambda: catalog.counts.passages),
        Measure("footnote_index_change", "The number of the index's latest change.", lambda: catalog.change),
        Measure("footnote_index_failed_files", "Files that could not be read.", lambda: last.failed),
        Measure("footnote_index_age_seconds", "Since the last successful look at the folder.", lambda: last.age),
    )


def waiting_measure(queue: str, waiting: Callable[[], int]) -> Measure:
    """How many questions wait in that queue."""
    return Measure(*QUEUE, waiting, {"queue": queue})


def connection_measure(name: str, is_connected: Callable[[], bool]) -> Measure:
    """1 while we are connected to that service, else 0."""
    return Measure(f"footnote_{name}_connected", "Whether we are connected to it.", lambda: float(is_connected()))
