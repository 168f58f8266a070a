"""Messages and views in a terminal, about as Slack shows them."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from fakeslack.preview.barred import Barred
from fakeslack.preview.entries import ONLY_YOU, WRITING, Entries, Entry, Sheet
from fakeslack.preview.presses import Presses, SubmitView, SuggestedPrompt
from fakeslack.preview.terminal_parts import TerminalParts
from fakeslack.preview.terminal_words import key, label_text
from fakeslack.workspace import Message, View


class TerminalPreview:
    """`presses` gives numbers to what is printed; whoever prints anew begins with new ones."""

    def __init__(self, entries: Entries, presses: Presses) -> None:
        self._entries = entries
        self._presses = presses

    def message(self, message: Message) -> RenderableType:
        """A message; a reply is set in a little."""
        entry = self._entries.entry(message)
        body = TerminalParts(self._presses, message).all(entry.parts)
        lines = [_head(entry), body, *([_reactions(entry)] if entry.reactions else [])]
        if entry.streaming:
            lines.append(Text(WRITING, "bright_black"))
        return Group(Barred(Group(*lines), bar="") if entry.reply else Group(*lines), Text())

    def view(self, view: View) -> RenderableType:
        """A modal or a Home tab in a frame, with the buttons below it."""
        sheet = self._entries.sheet(view)
        inside = [TerminalParts(self._presses, view).all(sheet.parts)]
        if not sheet.is_home:
            inside += [Text(), self._below(sheet, view)]
        return Panel(Group(*inside), title=label_text(sheet.title, "bold"), title_align="left", padding=(1, 2))

    def status(self, status: str) -> RenderableType:
        """What the app is doing."""
        return label_text(self._entries.status(status), "italic bright_black")

    def prompts(self, title: str, prompts: Sequence[SuggestedPrompt]) -> RenderableType:
        """What the app suggests to ask."""
        numbers = [(self._presses.number(None, prompt), prompt) for prompt in prompts]
        lines = [key(number, prompt.label) for number, prompt in numbers]
        return Group(label_text(title or "Try one of these:", "bold"), *lines, Text())

    def _below(self, sheet: Sheet, view: View) -> Text:
        """What closes a modal needs no number: there is a command for it."""
        close = label_text(f"[/close {sheet.close}]")
        if sheet.submit is None:
            return close
        number = self._presses.number(view, SubmitView(sheet.submit))
        return Text("  ").join([key(number, sheet.submit, "primary"), close])


def _head(entry: Entry) -> Text:
    head = Text(f"{ONLY_YOU}\n" if entry.ephemeral else "", "bright_black")
    head.append_text(label_text(entry.author, "bold"))
    if entry.is_app:
        head.append(" APP", "bright_black")
    head.append(f"  {entry.at}", "bright_black")
    return head.append(" (edited)" if entry.edited else "", "bright_black")


def _reactions(entry: Entry) -> Text:
    return label_text("  ".join(f"{picture} {count}" for picture, count in entry.reactions), "bright_black")
