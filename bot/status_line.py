"""What is being done just now: a line on stderr that is gone when something else is to be read."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.inert import inert_line

if TYPE_CHECKING:
    from rich.console import Console
    from rich.status import Status


class StatusLine:
    """Shown to whoever sits at a terminal; elsewhere nothing of it is written."""

    def __init__(self, err: "Console") -> None:
        self._err = err
        self._shown: Status | None = None

    def show(self, words: str) -> None:
        """Instead of what it said before."""
        if not self._err.is_terminal or self._err.is_dumb_terminal:
            return
        from rich.status import Status
        from rich.text import Text

        text = Text(inert_line(words), "dim", no_wrap=True, overflow="ellipsis")
        if self._shown:
            self._shown.update(text)
        else:
            self._shown = Status(text, console=self._err)
            self._shown.start()

    def clear(self) -> None:
        """Take it away."""
        if self._shown:
            self._shown.stop()
            self._shown = None

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Out of the way while the block prints something that stays."""
        if self._shown:
            self._shown.stop()
        try:
            yield
        finally:
            if self._shown:
                self._shown.start()
