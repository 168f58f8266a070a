"""Things to press, and the other plain pieces of blocks."""

from typing import Any

from bot.shown import cut, shown_line
from bot.slack import limits
from bot.slack.message import Block

Element = dict[str, Any]


def plain(text: str, most: int = limits.SECTION_TEXT) -> Element:
    """Text in which neither markup nor emoji names mean anything; never empty."""
    return {"type": "plain_text", "text": cut(shown_line(text), most) or "–", "emoji": False}


def button(text: str, action: str, value: str, label: str | None = None) -> Element:
    """`label` is read aloud instead of the text."""
    named = {"accessibility_label": plain(label, limits.ACCESSIBILITY_LABEL)["text"]} if label else {}
    return {"type": "button", "text": plain(text, limits.BUTTON_TEXT), "action_id": action, "value": value, **named}


def link_button(text: str, action: str, url: str, label: str | None = None) -> Element:
    """Opens the address; Slack tells of it as of any other button."""
    pressed = button(text, action, "-", label)
    return {**{name: part for name, part in pressed.items() if name != "value"}, "url": url}


def actions(*elements: Element) -> Block:
    """A row of buttons whose action ids differ."""
    return {"type": "actions", "elements": [*elements]}


def context(text: str) -> Block:
    """A line of small print."""
    return {"type": "context", "elements": [plain(text)]}


def paragraph(text: str, accessory: Element | None = None) -> Block:
    """A section of plain text, with a button beside it."""
    return {"type": "section", "text": plain(text), **({"accessory": accessory} if accessory else {})}
