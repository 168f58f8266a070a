"""Where a preview may lead."""

import re

_FOLLOWABLE = re.compile(r"(?:https?://|mailto:)[^\s\"<>]+", re.IGNORECASE)


def followable(link: str | None) -> str | None:
    """The link if it is one of the web or of mail; any other is shown as text that leads nowhere."""
    return link if link and _FOLLOWABLE.fullmatch(link) else None
