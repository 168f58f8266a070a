"""What becomes of text that a person types: Slack escapes it and writes mentions and links in its own signs."""

import re

from fakeslack.workspace import Json

_SIGNS = re.compile(r"<(?:@[UW]\w+|#[CG]\w+(?:\|[^<>|]*)?|![\w^]+(?:\|[^<>|]*)?|https?://[^<>]+)>")
_URL = re.compile(r"https?://[^\s<>|]+[^\s<>|.,;:!?)'\"]")
_MENTION = re.compile(r"<@([UW]\w+)>")
_LINK = re.compile(r"<(https?://[^<>|]+)(?:\|[^<>|]*)?>")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def typed(text: str) -> str:
    """The `text` of the message. What is already written in Slack's signs (`<@U1>`) stands for the real thing."""
    parts, end = [], 0
    for sign in _SIGNS.finditer(text):
        parts += [_plain(text[end : sign.start()]), sign.group()]
        end = sign.end()
    return "".join([*parts, _plain(text[end:])])


def _plain(text: str) -> str:
    """Bare addresses become links."""
    escaped = re.sub("[&<>]", lambda match: _ESCAPES[match.group()], text)
    return _URL.sub(lambda match: f"<{match.group()}>", escaped)


def mentions(text: str) -> set[str]:
    """The ids of the users that a message mentions."""
    return set(_MENTION.findall(text))


def links(text: str) -> list[str]:
    """The addresses that a message links to."""
    return [url.replace("&amp;", "&") for url in _LINK.findall(text)]


def rich_text(text: str) -> Json:
    """The block that accompanies typed text; mentions are elements of their own in it."""
    pieces = _MENTION.split(text)
    parts = [_piece(piece, number % 2 == 1) for number, piece in enumerate(pieces) if piece]
    section = {"type": "rich_text_section", "elements": parts}
    return {"type": "rich_text", "block_id": "typed", "elements": [section]}


def _piece(piece: str, is_user: bool) -> Json:
    if is_user:
        return {"type": "user", "user_id": piece}
    plain = piece.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return {"type": "text", "text": plain}
