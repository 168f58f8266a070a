"""The elements that stand in Slack's blocks: buttons, menus, fields, pictures."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.slack import limits
from bot.slack.rich_text_shapes import RICH_TEXT_OBJECT
from bot.slack.shape import (
    Check,
    Shape,
    Typed,
    any_of,
    anything,
    at_most_one,
    items,
    one_of,
    plain,
    string,
    text,
    truth,
    web_address,
    whole_number,
)

_ID: Mapping[str, Check] = {"action_id": string(limits.ID)}
_SOME_IDS = items(string(limits.ID), limits.SELECT_OPTIONS)
_TITLE, _SENTENCE, _BUTTON = 100, 300, 30  # of the question whether one is sure

CONFIRM = Shape(
    {"title": plain(_TITLE), "text": text(_SENTENCE), "confirm": plain(_BUTTON), "deny": plain(_BUTTON)},
    {"style": one_of("primary", "danger")},
)
OPTION = Shape(
    {"text": text(limits.OPTION_TEXT), "value": string(limits.OPTION_VALUE)},
    {"description": text(limits.OPTION_TEXT), "url": web_address},
)
OPTION_GROUP = Shape({"label": plain(limits.OPTION_TEXT), "options": items(OPTION, limits.SELECT_OPTIONS)})
_FEEDBACK = Shape(
    {"text": plain(limits.BUTTON_TEXT), "value": string(limits.BUTTON_VALUE)},
    {"accessibility_label": string(limits.ACCESSIBILITY_LABEL)},
)
_DISPATCH = Shape({"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), 2)})


def distinct_values(value: Any, at: str) -> Iterator[str]:
    """A rule: options that send the same value cannot be told apart."""
    values = [option.get("value") for option in value.get("options") or ()]
    if len(set(values)) < len(values):
        yield f"{at}.options: two of them have the same value"


def initial_is_an_option(value: Any, at: str) -> Iterator[str]:
    """A rule: what is chosen at first must be, to the letter, one of what can be chosen."""
    first, options = value.get("initial_option"), value.get("options")
    if first is not None and options is not None and first not in options:
        yield f"{at}.initial_option: is none of the options"


def _pattern(pattern: str) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            yield f"{at}: {value!r} does not look as it must"

    return check


def _field(optional: Mapping[str, Check], rules: tuple[Check, ...] = ()) -> Shape:
    usual: dict[str, Check] = {
        **_ID,
        "placeholder": plain(limits.PLACEHOLDER),
        "confirm": CONFIRM,
        "focus_on_load": truth,
    }
    return Shape(optional={**usual, **optional}, rules=rules)


def _choice(most: int, initial: str, check_initial: Check) -> Shape:
    return Shape(
        {"options": items(OPTION, most)},
        {**_ID, initial: check_initial, "confirm": CONFIRM, "focus_on_load": truth},
        (distinct_values, initial_is_an_option),
    )


_SEVERAL = {"max_selected_items": whole_number(1, 10**9)}
_SOME = items(OPTION, limits.SELECT_OPTIONS)
_LISTED = {"options": _SOME, "option_groups": items(OPTION_GROUP, limits.SELECT_OPTIONS)}
_LISTED_RULES = (
    any_of("options", "option_groups"),
    at_most_one("options", "option_groups"),
    distinct_values,
    initial_is_an_option,
)
_FOUND = {"min_query_length": whole_number(0, 1000)}
_FILTER = {"filter": anything, "default_to_current_conversation": truth}
_WRITTEN = {"dispatch_action_config": _DISPATCH}

IMAGE = Shape(
    {"alt_text": string(limits.IMAGE_ALT_TEXT)},
    {"image_url": web_address, "slack_file": anything},
    (any_of("image_url", "slack_file"),),
)
URL_SOURCE = Shape({"url": web_address, "text": string(limits.SECTION_TEXT)})

ELEMENTS = Typed(
    "element",
    {
        "button": Shape(
            {"text": plain(limits.BUTTON_TEXT)},
            {
                **_ID,
                "url": web_address,
                "value": string(limits.BUTTON_VALUE),
                "style": one_of("primary", "danger"),
                "confirm": CONFIRM,
                "accessibility_label": string(limits.ACCESSIBILITY_LABEL),
                "visible_to_user_ids": items(string(limits.ID), limits.FEW_OPTIONS),
            },
        ),
        "feedback_buttons": Shape({"positive_button": _FEEDBACK, "negative_button": _FEEDBACK}, _ID),
        "icon_button": Shape(
            {"icon": string(limits.ID), "text": plain(limits.BUTTON_TEXT)},
            {
                **_ID,
                "value": string(limits.BUTTON_VALUE),
                "accessibility_label": string(limits.ACCESSIBILITY_LABEL),
                "visible_to_user_ids": items(string(limits.ID), limits.FEW_OPTIONS),
                "confirm": CONFIRM,
            },
        ),
        "image": IMAGE,
        "overflow": Shape(
            {"options": items(OPTION, limits.OVERFLOW_OPTIONS)}, {**_ID, "confirm": CONFIRM}, (distinct_values,)
        ),
        "radio_buttons": _choice(limits.FEW_OPTIONS, "initial_option", OPTION),
        "checkboxes": _choice(limits.FEW_OPTIONS, "initial_options", items(OPTION, limits.FEW_OPTIONS)),
        "static_select": _field({**_LISTED, "initial_option": OPTION}, _LISTED_RULES),
        "multi_static_select": _field({**_LISTED, "initial_options": _SOME, **_SEVERAL}, _LISTED_RULES),
        "external_select": _field({**_FOUND, "initial_option": OPTION}),
        "multi_external_select": _field({**_FOUND, "initial_options": _SOME, **_SEVERAL}),
        "users_select": _field({"initial_user": string(limits.ID)}),
        "multi_users_select": _field({"initial_users": _SOME_IDS, **_SEVERAL}),
        "conversations_select": _field(
            {"initial_conversation": string(limits.ID), "response_url_enabled": truth, **_FILTER}
        ),
        "multi_conversations_select": _field({"initial_conversations": _SOME_IDS, **_FILTER, **_SEVERAL}),
        "channels_select": _field({"initial_channel": string(limits.ID), "response_url_enabled": truth}),
        "multi_channels_select": _field({"initial_channels": _SOME_IDS, **_SEVERAL}),
        "datepicker": _field({"initial_date": _pattern(r"\d{4}-\d{2}-\d{2}")}),
        "timepicker": _field({"initial_time": _pattern(r"\d{2}:\d{2}"), "timezone": string(limits.ID)}),
        "datetimepicker": _field({"initial_date_time": whole_number(10**9, 10**10 - 1)}),
        "plain_text_input": _field(
            {
                "initial_value": string(limits.INPUT_TEXT, 0),
                "multiline": truth,
                "min_length": whole_number(0, limits.INPUT_TEXT),
                "max_length": whole_number(1, limits.INPUT_TEXT),
                **_WRITTEN,
            }
        ),
        "email_text_input": _field({"initial_value": string(limits.INPUT_TEXT, 0), **_WRITTEN}),
        "url_text_input": _field({"initial_value": string(limits.INPUT_TEXT, 0), **_WRITTEN}),
        "number_input": _field(
            {
                "is_decimal_allowed": truth,
                "initial_value": string(limits.ID),
                "min_value": string(limits.ID),
                "max_value": string(limits.ID),
                **_WRITTEN,
            }
        ),
        "file_input": _field({"filetypes": items(string(limits.ID), 100), "max_files": whole_number(1, 10)}),
        "rich_text_input": _field({"initial_value": RICH_TEXT_OBJECT, **_WRITTEN}),
        "workflow_button": Shape(
            {"text": plain(limits.BUTTON_TEXT), "workflow": anything},
            {
                **_ID,
                "style": one_of("primary", "danger"),
                "accessibility_label": string(limits.ACCESSIBILITY_LABEL),
            },
        ),
    },
)

BUTTONS = ("button", "workflow_button")
PICTURES = ("image",)
PRESSED_QUIETLY = ("feedback_buttons", "icon_button")
WRITTEN = (
    *("plain_text_input", "email_text_input", "url_text_input", "number_input", "file_input", "rich_text_input"),
)
CHOSEN = tuple(
    kind for kind in ELEMENTS.shapes if kind not in (*BUTTONS, *PICTURES, *PRESSED_QUIETLY, *WRITTEN, "overflow")
)
