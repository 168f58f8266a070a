"""Progress on stderr: a bar in a terminal, now and then a plain line elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from index.progress import Listener, Progress

if TYPE_CHECKING:
    from rich.console import Console

LINE_EVERY = 10  # percent


@contextmanager
def shown_progress(err: "Console") -> Iterator[Listener]:
    """A listener whose display begins when there is something to show; a bar is gone when the block ends."""
    if not err.is_terminal:
        yield _Lines(err).show
        return
    bar = _Bar(err)
    try:
        yield bar.show
    finally:
        bar.close()


class _Bar:
    def __init__(self, err: "Console") -> None:
        from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Columns

        self._doing = ""
        self._columns = Columns(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(),
            console=err,
            transient=True,
        )
        self._task = self._columns.add_task("", total=1, visible=False)

    def show(self, progress: Progress) -> None:
        """What is done changes now and then: the estimate of the time that remains then begins anew."""
        if progress.doing != self._doing:
            self._doing = progress.doing
            self._columns.reset(self._task, description=progress.doing, visible=True)
            self._columns.start()
        self._columns.update(self._task, completed=progress.done, total=max(progress.total, 1))

    def close(self) -> None:
        self._columns.stop()


class _Lines:
    def __init__(self, err: "Console") -> None:
        self._err = err
        self._last = ("", 0)

    def show(self, progress: Progress) -> None:
        """A line when something else has begun, and every few percent; what is done at once needs none."""
        doing, percent = self._last
        due = progress.doing != doing or progress.percent - percent >= LINE_EVERY
        if due and progress.done and progress.percent < 100:
            self._last = (progress.doing, progress.percent)
            self._err.file.write(f"{progress.doing}, {progress.percent} %\n")
            self._err.file.flush()
