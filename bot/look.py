"""One look at the documents folder, as told to whoever watches the server."""

from collections.abc import Callable
from dataclasses import dataclass

from index.sync import Report


@dataclass(frozen=True, slots=True)
class Look:
    """A sync that went well, just ended after so many seconds; `news` says whether it found anything new."""

    report: Report
    seconds: float
    news: bool


Watcher = Callable[[Look], None]
