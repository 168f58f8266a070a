"""The numbers by which a person at a terminal presses what a preview shows."""

from dataclasses import dataclass

from fakeslack.preview.parts import Action, Box, Button, Option
from fakeslack.workspace import Message, View

Source = Message | View


@dataclass(frozen=True, slots=True)
class SubmitView:
    """The button below a modal that sends what stands in it."""

    label: str


@dataclass(frozen=True, slots=True)
class SuggestedPrompt:
    """A suggestion at the top of a conversation with the app; a click sends it as a message."""

    label: str
    message: str


Target = Button | Option | Box | SubmitView | SuggestedPrompt


@dataclass(frozen=True, slots=True)
class Press:
    """Something that can be pressed, and the message or view it stands in; a prompt stands in none."""

    source: Source | None
    target: Target

    @property
    def action(self) -> Action | None:
        """What the app is told, where it is told of an action."""
        return getattr(self.target, "action", None)


class Presses:
    """Numbers things from 1 in the order in which they are shown."""

    def __init__(self) -> None:
        self._presses: list[Press] = []

    def number(self, source: Source | None, target: Target) -> int:
        """The next number, which stands for this from now on."""
        self._presses.append(Press(source, target))
        return len(self._presses)

    def numbered(self, number: int) -> Press | None:
        """What has that number, if anything has."""
        return self._presses[number - 1] if 0 < number <= len(self._presses) else None
