"""What a person types into modals and chooses there before they hand them in."""

from typing import Any

from fakeslack.elements import EXTERNAL, elements, state_values
from fakeslack.preview.parts import Box, Option
from fakeslack.workspace import Json, View

TYPED = ("plain_text_input", "rich_text_input")


class Forms:
    """By view: what it is handed in with. It is kept in the view's state, too, where previews find it."""

    def __init__(self, viewer: str) -> None:
        self._viewer = viewer
        self._values: dict[str, Json] = {}

    def values(self, view: View) -> Json:
        """By action id; empty if nothing has been filled in."""
        return self._values.get(view.id, {})

    def fill(self, view: View, field: Box, text: str) -> None:
        """Types into a field. Raises NotThere if it does not take that."""
        self._set(view, field.action.action_id, text)

    def fill_first(self, view: View, text: str) -> bool:
        """Types into the first field for text, if the view has any. Raises NotThere if it does not take that."""
        fields = [one for one in elements(view.payload["blocks"], self._viewer) if one.type in TYPED]
        if fields:
            self._set(view, fields[0].action_id, text)
        return bool(fields)

    def choose(self, view: View, option: Option) -> None:
        """One of several options; where several can be chosen, it is chosen besides, or no longer."""
        name, value = option.action.action_id, option.action.value
        if self._kind(view, name) == "checkboxes":
            chosen = [*self.values(view).get(name, ())]
            self._set(view, name, [one for one in chosen if one != value] if value in chosen else [*chosen, value])
        else:
            self._set(view, name, value)

    def asks_the_app(self, view: View, field: Box) -> bool:
        """Whether the app says what can be chosen there."""
        return self._kind(view, field.action.action_id) in EXTERNAL

    def take(self, view: View, field: Box, offered: Json) -> None:
        """An option that the app has offered for what was typed."""
        self._set(view, field.action.action_id, offered)

    def _kind(self, view: View, action_id: str) -> str:
        return next(one.type for one in elements(view.payload["blocks"], self._viewer) if one.action_id == action_id)

    def _set(self, view: View, action_id: str, value: Any) -> None:
        values = {**self.values(view), action_id: value}
        view.state = state_values(view.payload["blocks"], values, self._viewer)
        self._values[view.id] = values


def is_field(view: View, block_id: str) -> bool:
    """Whether what stands in that block is told to the app only when the modal is handed in."""
    blocks = [one for one in view.payload["blocks"] if one.get("block_id") == block_id]
    return any(one["type"] == "input" and not one.get("dispatch_action") for one in blocks)
