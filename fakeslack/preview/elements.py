"""What can be pressed, chosen and typed into: the interactive elements of block kit."""

from collections.abc import Iterable, Mapping
from typing import Any

from fakeslack.preview.emoji import with_emoji
from fakeslack.preview.parts import Action, Box, Button, Choice, Control, Option

Json = Mapping[str, Any]
THUMBS = {"positive_button": "👍", "negative_button": "👎"}
ICONS = {"trash": "🗑"}


def label_of(text: Json | str | None) -> str:
    """A text object that is shown as one plain label; names of emoji mean nothing where it says so."""
    if text is None or isinstance(text, str):
        return with_emoji(text or "")
    words = str(text.get("text", ""))
    return with_emoji(words) if text.get("emoji", True) else words


def controls(elements: Iterable[Json], block_id: str, state: Json | None = None) -> tuple[Control, ...]:
    """The elements in their order; one of Slack's elements may be two buttons."""
    return tuple(control for element in elements for control in _controls(element, block_id, state or {}))


def _controls(element: Json, block_id: str, state: Json) -> tuple[Control, ...]:
    action = Action(element.get("action_id", ""), block_id, element.get("value"))
    match str(element.get("type", "")):
        case "button" | "workflow_button":
            return (_button(element, action),)
        case "feedback_buttons":
            return tuple(_thumb(picture, element[name], action) for name, picture in THUMBS.items())
        case "icon_button":
            return (Button(ICONS.get(element.get("icon", ""), label_of(element.get("text"))), action, "icon"),)
        case "url_source":
            return (Button(label_of(element.get("text")), action, url=element.get("url")),)
        case kind if kind.endswith(("_input", "external_select")):  # options of the latter come with what is typed
            return (_box(element, action, state),)
        case "radio_buttons" | "checkboxes" as kind:
            return (_choice(element, action, "radio" if kind == "radio_buttons" else "checkbox", state),)
        case kind if kind.endswith("picker"):
            return (Box(action, str(_typed(action, state) or _initial(element)), label_of(element.get("placeholder"))),)
    return (_choice(element, action, "menu", state),)


def _button(element: Json, action: Action) -> Button:
    return Button(label_of(element.get("text")), action, element.get("style", "default"), element.get("url"))


def _thumb(picture: str, button: Json, action: Action) -> Button:
    return Button(picture, Action(action.action_id, action.block_id, button.get("value")), "icon")


def _box(element: Json, action: Action, state: Json) -> Box:
    chosen = [label_of(one.get("text")) for one in _chosen(element, _entry(action, state))]
    text = _typed(action, state) or element.get("initial_value", "") or ", ".join(chosen)
    lines = bool(element.get("multiline")) or element.get("type") == "rich_text_input"
    return Box(action, str(text) if isinstance(text, str | int | float) else "", _hint(element), lines)


def _choice(element: Json, action: Action, look: Any, state: Json) -> Choice:
    chosen = {option.get("value") for option in _chosen(element, _entry(action, state))}
    given = element.get("options") or [one for group in element.get("option_groups", ()) for one in group["options"]]
    options = tuple(_option(option, action, option.get("value") in chosen) for option in given)
    return Choice(options, look, _hint(element) or ("…" if element.get("type") == "overflow" else ""))


def _option(option: Json, action: Action, chosen: bool) -> Option:
    named = Action(action.action_id, action.block_id, option.get("value"))
    return Option(label_of(option.get("text")), named, chosen, label_of(option.get("description")))


def _chosen(element: Json, submitted: Json | None) -> list[Json]:
    """What was chosen last, or what is chosen before anybody does."""
    if submitted is not None:
        one = submitted.get("selected_option")
        return [one] if one else list(submitted.get("selected_options") or ())
    one = element.get("initial_option")
    return [one] if one else list(element.get("initial_options") or ())


def _entry(action: Action, state: Json) -> Json | None:
    entry: Json | None = state.get(action.block_id, {}).get(action.action_id)
    return entry


def _typed(action: Action, state: Json) -> Any:
    return (_entry(action, state) or {}).get("value")


def _initial(element: Json) -> Any:
    return next((value for name, value in element.items() if name.startswith("initial_")), "")


def _hint(element: Json) -> str:
    return label_of(element.get("placeholder"))
