"""The documents folder as a source of answers, for a process that shares the index with others."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait

from bot.engine import Source
from bot.errors import NotReady
from bot.interruption import Interrupted, Interruption
from bot.scope import EVERYTHING, Scope
from bot.sync_log import SyncLog
from index.document import Document
from index.document_summary import DocumentSummary
from index.errors import IndexBusy
from index.progress import Listener, Progress
from index.retriever import Hit
from index.sync import Report

PATIENCE_S = 3.0  # that a question has for a look at the folder, where an index can answer meanwhile
FIRST_PATIENCE_S = 20.0  # where there is none yet: programs wait about a minute for a tool

Look = Callable[[Listener], Report]

logger = logging.getLogger(__name__)


class FolderSource:
    """Looks at the folder before a question is answered, unless that has just been done.

    `look` makes the index equal to the folder, owning it only meanwhile, so nobody else is kept from it for long. While
    another process owns it, that one keeps it up to date, and questions are answered from it as it is. `interruption`
    is what the parts of `look` obey. Usable from any thread.
    """

    def __init__(self, source: Source, look: Look, interruption: Interruption, interval: float) -> None:
        self._source = source
        self._look_at_folder = look
        self._interruption = interruption
        self._interval = interval
        self._lock = threading.Lock()
        self._looking: Future[None] | None = None
        self._looked_at = float("-inf")
        self._answers = not source.is_empty
        self._percent = 0
        self._log = SyncLog()
        self._thread = ThreadPoolExecutor(1, "folder")

    def start(self) -> None:
        """Begin to look; returns at once."""
        self._look()

    def close(self) -> None:
        """What is not indexed then is indexed by whoever looks next."""
        self._interruption.request()
        self._thread.shutdown()

    def retrieve(
        self, question: str, limit: int, beside: Sequence[tuple[str, float]] = (), scope: Scope = EVERYTHING
    ) -> list[Hit]:
        """The best passages of the folder as it is now, or of the index if that takes too long to say.

        Raises NotReady while there is no index.
        """
        self.be_current()
        return self._source.retrieve(question, limit, beside, scope)

    def document(self, id: str) -> Document | None:
        """As it is in the index: what is cited from is not replaced while an answer is made."""
        return self._source.document(id)

    def listing(self) -> Sequence[DocumentSummary]:
        self.be_current()
        return self._source.listing()

    @property
    def change(self) -> int:
        return self._source.change

    def be_current(self) -> None:
        """Wait until the folder has been looked at, but not for ever. Raises NotReady while there is no index."""
        wait([self._look()], PATIENCE_S if self._answers else FIRST_PATIENCE_S)
        if not self._answers:
            raise NotReady(self._percent)

    def _look(self) -> "Future[None]":
        """The look that is under way, or was a moment ago, or else a new one."""
        with self._lock:
            recent = time.monotonic() - self._looked_at < self._interval
            if self._looking is None or (self._looking.done() and not recent):
                self._looking = self._thread.submit(self._make_current)
            return self._looking

    def _make_current(self) -> None:
        try:
            self._log.done(self._look_at_folder(self._hear))
            self._answers = True
        except Interrupted:
            return
        except IndexBusy as busy:
            logger.debug("%s", busy)
            self._answers = self._answers or not self._source.is_empty
        except Exception as error:  # noqa: BLE001 - questions are answered from what there is: the next look may go well
            self._log.problem(error)
        finally:
            self._looked_at = time.monotonic()

    def _hear(self, progress: Progress) -> None:
        self._interruption.check()
        self._percent = progress.percent
