"""What one person sees of the stand-in, printed in a terminal as it changes."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from rich.console import Console, RenderableType
from rich.text import Text

from fakeslack.preview.entries import Entries
from fakeslack.preview.presses import Press, Presses, SuggestedPrompt
from fakeslack.preview.terminal_preview import TerminalPreview
from fakeslack.preview.terminal_words import label_text
from fakeslack.workspace import Channel, Message, Thread, View, World

Seen = dict[str, int]


class Screen:
    """Numbers in what is printed stand for what can be pressed, until something with numbers is printed again."""

    def __init__(self, world: World, viewer: str, out: Console) -> None:
        self._world = world
        self._viewer = viewer
        self._out = out
        self._presses = Presses()
        self._seen: Seen = {}
        self._modals: tuple[str, ...] = ()

    def press(self, number: int) -> Press | None:
        """What has that number now, if anything has."""
        return self._presses.numbered(number)

    def line(self, words: str) -> None:
        """Something that is said beside what Slack shows."""
        self._out.print(label_text(words, "bright_black"))

    def text(self, words: str) -> None:
        """The same in several lines, which are our own."""
        self._out.print(Text(words))

    def changes(self) -> bool:
        """Prints what is new or different since the last time, and says whether anything was."""
        changed = [message for message in self.messages() if self._is_news(_key(message), message)]
        gone = [one for one in self._world.messages() if one.deleted and self._seen.pop(_key(one), 0)]
        views = [view for view in self._world.modals(self._viewer)[-1:] if self._is_news(view.id, view)]
        shut = self._closed()
        self._print(changed, views)
        for entry in map(Entries.of_world(self._world).entry, gone):
            self.line(f"{entry.author}'s message of {entry.at} is gone")
        if shut:
            self.line("the modal is closed")
        return bool(changed or gone or views or shut)

    def home(self) -> None:
        """Prints the person's Home tab."""
        home = self._world.home(self._viewer)
        if home is None:
            self.line("the app has published no Home tab")
        else:
            self._print([], [home])

    def prompts(self, thread: Thread) -> None:
        """Prints what the app suggests there."""
        given = self._world.prompts.get(thread) or {}
        prompts = [SuggestedPrompt(one.get("title", ""), one.get("message", "")) for one in given.get("prompts", ())]
        if not prompts:
            self.line("the app suggests nothing")
            return
        presses = Presses()
        self._show([self._preview(presses).prompts(given.get("title") or "", prompts)], presses)

    def views(self) -> list[View]:
        """What stands in front of the person: the Home tab, if it has been published, and modals."""
        home = self._world.home(self._viewer)
        return [*([home] if home else []), *self._world.modals(self._viewer)]

    def messages(self) -> list[Message]:
        """All that the person can read, oldest first."""
        readable = (channel for team in self._world.teams.values() for channel in team.channels.values())
        found = [one for channel in readable if self._reads(channel) for one in channel.seen_by(self._viewer)]
        return sorted(found, key=lambda one: float(one.ts))

    # Printing

    def _print(self, messages: Sequence[Message], views: Sequence[View]) -> None:
        presses = Presses()
        preview, entries = self._preview(presses), Entries.of_world(self._world)
        lines: list[RenderableType] = []
        for place, group in groupby(_in_threads(messages), entries.place):
            lines += [label_text(f"── {place}", "bright_black"), *map(preview.message, group)]
        self._show([*lines, *map(preview.view, views)], presses)

    def _preview(self, presses: Presses) -> TerminalPreview:
        return TerminalPreview(Entries.of_world(self._world), presses)

    def _show(self, lines: Iterable[RenderableType], presses: Presses) -> None:
        for line in lines:
            self._out.print(line)
        self._presses = presses if presses.numbered(1) else self._presses

    # What has changed

    def _is_news(self, key: str, shown: Message | View) -> bool:
        look = _look(shown)
        is_news = self._seen.get(key) != look
        self._seen[key] = look
        return is_news

    def _closed(self) -> bool:
        before, self._modals = self._modals, tuple(view.id for view in self._world.modals(self._viewer))
        return bool(before) and not self._modals

    def _reads(self, channel: Channel) -> bool:
        return self._viewer in channel.members


def _key(message: Message) -> str:
    return message.ts + message.channel


def _look(shown: Message | View) -> int:
    if isinstance(shown, View):
        return hash((shown.hash, repr(shown.state)))
    parts = (shown.blocks, shown.attachments, shown.reactions, shown.tasks, shown.plan, shown.unfurls, shown.files)
    return hash((shown.text, repr(parts), shown.streaming, shown.edited is None))


def _in_threads(messages: Sequence[Message]) -> list[Message]:
    """Each thread together, in the order in which they began."""
    return sorted(messages, key=lambda one: (one.channel, float(one.thread), float(one.ts)))
