"""What the log says of the rounds of a server: each thing once, however many rounds meet it."""

import logging

from bot.inert import inert_line
from index.errors import IndexProblem
from index.sync import Report

logger = logging.getLogger(__name__)


class SyncLog:
    """Compares each round with the one before."""

    def __init__(self) -> None:
        self._problem = ""
        self._failed: frozenset[tuple[str, str]] = frozenset()

    def done(self, report: Report) -> bool:
        """Log what is new in this round, and say whether anything is."""
        failed = frozenset(report.failed)
        for name, reason in sorted(failed - self._failed):
            logger.warning("%s", inert_line(f"{name} {reason}"))
        news = failed != self._failed or any((report.added, report.changed, report.renamed, report.removed))
        if news:
            logger.info("%s", report.line())
        self._problem, self._failed = "", failed
        return news

    def problem(self, error: Exception) -> None:
        """Log why a round failed; with its stack if nobody foresaw it."""
        if repr(error) != self._problem:
            self._problem = repr(error)
            foreseen = isinstance(error, IndexProblem)
            reason = inert_line(str(error)) if foreseen else type(error).__name__  # else the words of who knows whom
            logger.warning("indexing is tried again: %s", reason, exc_info=None if foreseen else error)
