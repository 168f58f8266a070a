"""What in a message or a view can be clicked, chosen from or filled in, and what Slack then says of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fakeslack.workspace import Json

VALUE_FIELDS = {  # of what is filled in or chosen, and the field that it begins with
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "overflow": ("selected_option", ""),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}
EXTERNAL = {"external_select", "multi_external_select"}
WITHOUT_STATE = {"overflow"}
HOLDERS = ("accessory", "element")
LISTS = ("elements", "actions", "child_blocks")


class NotThere(Exception):
    """A person tries to use what they do not see, or to hand in what cannot be handed in."""


@dataclass(frozen=True, slots=True)
class Element:
    """An interactive element and the block that it stands in; an `optional` one may stay empty."""

    block_id: str
    content: Json
    optional: bool = True

    @property
    def action_id(self) -> str:
        return str(self.content["action_id"])

    @property
    def type(self) -> str:
        return str(self.content["type"])

    @property
    def values(self) -> list[str]:
        """The values that can be chosen here, or the one that a click sends."""
        if self.type == "feedback_buttons":
            return [self.content[button]["value"] for button in ("positive_button", "negative_button")]
        options = [option["value"] for option in self.options]
        return options or [str(self.content["value"])] * ("value" in self.content)

    @property
    def options(self) -> list[Json]:
        """What a menu offers by itself; external ones offer nothing until they are asked."""
        grouped = [option for group in self.content.get("option_groups") or () for option in group["options"]]
        return [*(self.content.get("options") or ()), *grouped]

    def option(self, value: Any, among: Sequence[Json] | None = None) -> Json:
        """The option of that value or label; one that is given as a whole is taken as it is."""
        if isinstance(value, dict):
            return value
        offered = self.options if among is None else among
        found = [one for one in offered if value in (one["value"], one["text"]["text"])]
        if not found:
            raise NotThere(f"{self.action_id} offers {[one['value'] for one in offered]}, not {value!r}")
        return found[0]


def elements(blocks: Sequence[Json], viewer: str | None = None) -> list[Element]:
    """Everything interactive in blocks as that person sees them, in order."""
    return [element for block in blocks for element in _of_block(block) if _visible(element, viewer)]


def _of_block(block: Json, block_id: str = "") -> Iterator[Element]:
    """Blocks may hold others; an element belongs to the innermost one that has an id."""
    id = str(block.get("block_id") or block_id)
    for part in _parts(block):
        if "action_id" in part:
            yield Element(id, part, block.get("type") != "input" or bool(block.get("optional")))
        else:
            yield from _of_block(part, id)


def _parts(block: Json) -> Iterator[Json]:
    single = [block[name] for name in HOLDERS if name in block]
    listed = [part for name in LISTS for part in block.get(name) or ()]
    yield from (part for part in [*single, *listed] if isinstance(part, dict))


def _visible(element: Element, viewer: str | None) -> bool:
    only_for = element.content.get("visible_to_user_ids")
    return viewer is None or not only_for or viewer in only_for


def find(blocks: Sequence[Json], action_id: str, value: Any, viewer: str | None) -> Element:
    """The element with that action_id; where several have it, the one that has or offers the value.

    Raises NotThere with what is there instead.
    """
    seen = elements(blocks, viewer)
    named = [element for element in seen if element.action_id == action_id]
    chosen = named if value is None or len(named) == 1 else [one for one in named if value in one.values]
    if len(chosen) == 1:
        return chosen[0]
    there = [(element.action_id, element.values) for element in named or seen]
    raise NotThere(f"{len(chosen)} elements are {action_id!r} with value {value!r}; there are {there}")


def action(element: Element, value: Any, at: str) -> Json:
    """The entry of `actions` for a click or a choice: what of it depends on the type of the element."""
    common = {"action_id": element.action_id, "block_id": element.block_id, "type": element.type, "action_ts": at}
    if element.type == "feedback_buttons":
        return {**common, **_chosen_button(element, value)}
    if element.type in VALUE_FIELDS:
        return {**common, **state_entry(element, value)}
    if value is not None and value != element.content.get("value"):
        raise NotThere(f"{element.action_id} sends {element.content.get('value')!r}, not {value!r}")
    kept = ("text", "value", "style", "icon")
    return {**common, **{name: element.content[name] for name in kept if name in element.content}}


def _chosen_button(element: Element, value: Any) -> Json:
    for name in ("positive_button", "negative_button"):
        button = element.content[name]
        if value in (button["value"], name.removesuffix("_button")):
            return {"text": button["text"], "value": button["value"]}
    raise NotThere(f"{element.action_id} has {element.values}, not {value!r}")


def state_entry(element: Element, value: Any) -> Json:
    """What Slack says of one element's state. Options are given by value, by label or as a whole."""
    field, _ = VALUE_FIELDS[element.type]
    if field == "selected_option":
        return {"type": element.type, field: None if value is None else element.option(value)}
    if field == "selected_options":
        return {"type": element.type, field: [element.option(one) for one in value or ()]}
    return {"type": element.type, field: _filled_in(element, value)}


def _filled_in(element: Element, value: Any) -> Any:
    text = value if isinstance(value, str) else ""
    least, most = element.content.get("min_length", 0), element.content.get("max_length", 3000)
    if text and not least <= len(text) <= most:
        raise NotThere(f"{element.action_id} takes {least} to {most} characters, not {len(text)}")
    return value or None


def state_values(blocks: Sequence[Json], given: Json, viewer: str | None = None) -> Json:
    """`state.values` of a view: what is given, what was there before, and nulls.

    Keys of `given` are action_ids or block_ids. Raises NotThere for one that is no field.
    """
    fields = [one for one in elements(blocks, viewer) if one.type in VALUE_FIELDS.keys() - WITHOUT_STATE]
    unknown = given.keys() - {name for field in fields for name in (field.action_id, field.block_id)}
    if unknown:
        raise NotThere(f"no field is {sorted(unknown)}; there are {[field.action_id for field in fields]}")
    values: Json = {}
    for field in fields:
        values.setdefault(field.block_id, {})[field.action_id] = state_entry(field, _value_of(field, given))
    return values


def _value_of(field: Element, given: Json) -> Any:
    initial = field.content.get(VALUE_FIELDS[field.type][1])
    return given.get(field.action_id, given.get(field.block_id, initial))


def missing(blocks: Sequence[Json], values: Json) -> list[str]:
    """Fields that have to be filled in and are not: Slack does not let a person submit."""
    required = [element for element in elements(blocks) if not element.optional]
    return [one.action_id for one in required if not _is_filled(values[one.block_id][one.action_id])]


def _is_filled(entry: Json) -> bool:
    return any(value for name, value in entry.items() if name != "type")
