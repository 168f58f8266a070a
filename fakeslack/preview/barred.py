"""Something at the left of each line: the bar that Slack draws beside quotes and frames, or nothing but room."""

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.segment import Segment
from rich.style import Style

WIDTH = 2


class Barred:
    """Whatever rich can print, with a bar beside each of its lines, wrapped ones too; a bar of "" moves it in."""

    def __init__(self, inside: RenderableType, colour: str = "bright_black", bar: str = "│") -> None:
        self._inside = inside
        self._style = Style(color=colour)
        self._bar = bar.ljust(WIDTH)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        narrower = options.update(width=max(1, options.max_width - WIDTH))
        for line in console.render_lines(self._inside, narrower, pad=False):
            yield Segment(self._bar, self._style)
            yield from line
            yield Segment.line()
