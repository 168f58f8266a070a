"""Text that nobody vouches for, as people see it: its own characters, and nothing hidden among them."""

import re

from bot.inert import inert, inert_line

ELLIPSIS = " …"

# Characters that show nothing, among them those in which hidden words are written; joiners of scripts stay.
_INVISIBLE = re.compile("[\u00ad\u180e\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]")


def shown(text: str) -> str:
    """The text's own characters: steering ones as pictures of themselves, as `inert` has them, without invisible ones.

    Fit for whatever never reads it as markup.
    """
    return _INVISIBLE.sub("", inert(text))


def shown_line(text: str) -> str:
    """The same in one line, with single spaces."""
    return " ".join(_INVISIBLE.sub("", inert_line(text)).split())


def cut(text: str, most: int) -> str:
    """At most that many characters: what is longer ends at a word, with an ellipsis."""
    if len(text) <= most:
        return text
    room = max(0, most - len(ELLIPSIS))
    ends = [space.start() for space in re.finditer(r"\s", text[: room + 1])]
    room = ends[-1] if ends and 2 * ends[-1] > room else room
    return text[:room].rstrip() + ELLIPSIS[-most:]
