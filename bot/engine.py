"""The engine of a server: a thread that keeps the index equal to the folder, while questions are answered."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Protocol

from bot.errors import NotReady
from bot.interruption import Interrupted, Interruption
from bot.look import Look, Watcher
from bot.rounds import Rounds
from bot.scope import EVERYTHING, Scope
from bot.sync_log import SyncLog
from index.document import Document
from index.document_summary import DocumentSummary
from index.progress import Listener, Progress
from index.retriever import Hit
from index.sync import Report

GRACE_S = 30  # what cannot be interrupted, such as an import, ends by itself; nobody waits longer
STUCK = "indexing has failed and is tried again; the server's log says why"  # the reason may name what is secret
PAUSE_PER_LOOK = 20  # looking at a large folder in which nothing changes takes a twentieth of a core


class Sync(Protocol):
    """Makes the index equal to the folder."""

    def run(self, progress: Listener) -> Report: ...


class Source(Protocol):
    """What questions are answered from, at any moment as it is."""

    @property
    def is_empty(self) -> bool: ...

    def retrieve(
        self, question: str, limit: int, beside: Sequence[tuple[str, float]] = (), scope: Scope = EVERYTHING
    ) -> list[Hit]: ...

    def document(self, id: str) -> Document | None: ...

    def listing(self) -> Sequence[DocumentSummary]: ...

    @property
    def change(self) -> int: ...


@dataclass(frozen=True, slots=True)
class State:
    """How far the index is; `detail` says it in words that anybody may read, as in "indexing, 42 %"."""

    ready: bool
    percent: int
    detail: str


class Engine:
    """Runs `sync` at once and then every `interval` seconds, and answers from `source`.

    It is ready when the first sync is done; or at once, if there is an index from earlier: that serves until
    then. A sync that fails is logged and tried again. `interruption` is what the parts of `sync` obey. `watchers` are
    told of each one that went well, in the engine's thread.
    """

    def __init__(
        self,
        source: Source,
        sync: Sync,
        interruption: Interruption,
        interval: float,
        watchers: Sequence[Watcher] = (),
    ) -> None:
        self._source = source
        self._sync = sync
        self._interruption = interruption
        self._interval = interval
        self._watchers = watchers
        self._state = State(not source.is_empty, 0, "indexing, 0 %")
        self._log = SyncLog()
        self._rounds: Rounds[Report] = Rounds()
        self._thread = threading.Thread(target=self._live, name="engine", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def close(self) -> None:
        """Stop after the step that is under way; what is not indexed then is indexed by the next start."""
        self._interruption.request()
        self._rounds.close()
        if self._thread.is_alive():
            self._thread.join(GRACE_S)

    @property
    def state(self) -> State:
        return self._state

    def next_report(self) -> Future[Report]:
        """Look at the folder as soon as possible; what a sync that began after this call has found, when it has ended.

        Its `result()` blocks: whatever was in the folder before the call can then be found, unless the report names it
        as failed. Raises what the sync raised, and ServerStopping when the engine is closed before.
        """
        awaited = self._rounds.next()
        self._interruption.wake()
        return awaited

    def retrieve(
        self, question: str, limit: int, beside: Sequence[tuple[str, float]] = (), scope: Scope = EVERYTHING
    ) -> list[Hit]:
        """The best passages inside the scope; `beside` as in Retriever. Raises NotReady while there are none."""
        state = self._state
        if not state.ready:
            raise NotReady(state.percent)
        return self._source.retrieve(question, limit, beside, scope)

    def document(self, id: str) -> Document | None:
        return self._source.document(id)

    def listing(self) -> Sequence[DocumentSummary]:
        return self._source.listing()

    @property
    def change(self) -> int:
        return self._source.change

    def _live(self) -> None:
        try:
            self._look()  # opens what is needed, so it says nothing of how long the next looks take
            pause = self._interval
            while True:
                self._interruption.wait(pause)
                started = time.monotonic()
                news = self._look()
                pause = self._interval if news else max(self._interval, PAUSE_PER_LOOK * (time.monotonic() - started))
        except Interrupted:
            return

    def _look(self) -> bool:
        """Whether there was anything new."""
        started = time.monotonic()
        self._rounds.begin()
        try:
            report = self._sync.run(self._hear)
        except Interrupted:
            raise
        except Exception as error:  # noqa: BLE001 - the thread must outlive it: the next round may go well
            self._state = replace(self._state, detail=STUCK)
            self._log.problem(error)
            self._rounds.fail(error)
            return True
        self._state = State(True, 100, "ready")
        news = self._log.done(report)
        self._rounds.succeed(report)
        look = Look(report, time.monotonic() - started, news)
        for watcher in self._watchers:
            watcher(look)
        return news

    def _hear(self, progress: Progress) -> None:
        self._interruption.check()
        detail = f"{progress.doing}, {progress.percent} %"
        self._state = replace(self._state, percent=progress.percent, detail=detail)
