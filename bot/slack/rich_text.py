"""Rich text, in which Slack looks for nothing: what stands in it is shown, whatever it looks like."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bot.shown import shown
from bot.slack.message import Block

Part = dict[str, Any]
Span = tuple[int, int]


def rich_text(*parts: Part) -> Block:
    """A block of sections, quotes and lists; those without any element are left out."""
    return {"type": "rich_text", "elements": [part for part in parts if part["elements"]]}


def section(elements: Iterable[Part]) -> Part:
    """A paragraph."""
    return {"type": "rich_text_section", "elements": [*elements]}


def quotation(elements: Iterable[Part]) -> Part:
    """A paragraph behind a bar."""
    return {"type": "rich_text_quote", "elements": [*elements]}


def bullets(items: Iterable[Iterable[Part]]) -> Part:
    """A list; each item is what a section holds."""
    return {"type": "rich_text_list", "style": "bullet", "elements": [section(item) for item in items]}


def words(text: str, *styles: str) -> list[Part]:
    """The text as it is shown, in these styles; nothing if nothing of it is."""
    visible = shown(text)
    element = {"type": "text", "text": visible}
    return [{**element, "style": dict.fromkeys(styles, True)} if styles else element] if visible else []


def emphasised(text: str, spans: Iterable[Span]) -> list[Part]:
    """The text with the spans in bold; they follow one another."""
    elements, done = [], 0
    for start, end in spans:
        elements += [*words(text[done:start]), *words(text[start:end], "bold")]
        done = end
    return [*elements, *words(text[done:])]


def user(id: str) -> Part:
    """A person's name, as everybody sees it in their own Slack; the person is notified."""
    return {"type": "user", "user_id": id}


def channel(id: str) -> Part:
    """A channel's name; those who may not know it see that it is private."""
    return {"type": "channel", "channel_id": id}


def moment(at: datetime) -> Part:
    """A point in time, in the time zone of whoever reads it."""
    return {
        "type": "date",
        "timestamp": int(at.timestamp()),
        "format": "{date_short_pretty}, {time}",
        "fallback": f"{at:%Y-%m-%d %H:%M}",
    }
