"""Emoji by the names that Slack gives them."""

import re

PICTURES = {
    "+1": "👍",
    "-1": "👎",
    "arrow_left": "⬅️",
    "arrow_right": "➡️",
    "book": "📖",
    "books": "📚",
    "bookmark_tabs": "📑",
    "bulb": "💡",
    "eyes": "👀",
    "globe_with_meridians": "🌐",
    "hourglass": "⌛",
    "hourglass_flowing_sand": "⏳",
    "information_source": "ℹ️",
    "link": "🔗",
    "lock": "🔒",
    "mag": "🔍",
    "memo": "📝",
    "page_facing_up": "📄",
    "pencil2": "✏️",
    "point_right": "👉",
    "question": "❓",
    "scroll": "📜",
    "speech_balloon": "💬",
    "tada": "🎉",
    "thumbsdown": "👎",
    "thumbsup": "👍",
    "warning": "⚠️",
    "wave": "👋",
    "white_check_mark": "✅",
    "x": "❌",
}
_NAME = re.compile(r":([a-z0-9_+-]+):")


def emoji(name: str) -> str:
    """The picture of that name; a name that is not known here stays as it is, between its colons."""
    return PICTURES.get(name, f":{name}:")


def with_emoji(text: str) -> str:
    """The text with a picture for every name between colons that is known."""
    return _NAME.sub(lambda found: emoji(found[1]), text)
