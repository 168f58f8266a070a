"""Text that a terminal shows but never obeys: documents may hold escape sequences."""

import re

# Controls except tab and line feed; the marks that turn the direction of writing; halves of characters.
_STEERING = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# In JSON the separators of lines and paragraphs mean themselves, but many programs that read lines end one there.
_IN_JSON = re.compile(f"{_STEERING.pattern}|[\u2028\u2029]")
_PICTURES = 0x2400  # where Unicode has a visible picture of each ASCII control


def inert(text: str) -> str:
    """The text with every steering character shown as a picture of itself; other text is unchanged.

    Line ends of Windows become plain ones.
    """
    return _STEERING.sub(lambda found: _picture(ord(found[0])), text.replace("\r\n", "\n"))


def inert_line(text: str) -> str:
    """The same in one line, with single spaces."""
    return inert(" ".join(text.split()))


def inert_json(text: str) -> str:
    """JSON that reads back the same, its steering characters and what ends lines elsewhere written as escapes."""
    return _IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _picture(code: int) -> str:
    if code < 0x20:
        return chr(_PICTURES + code)
    return "\N{SYMBOL FOR DELETE}" if code == 0x7F else "\N{REPLACEMENT CHARACTER}"
