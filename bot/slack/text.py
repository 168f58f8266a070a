"""Text that nobody vouches for, as Slack shows it and never obeys it: no mention, no link, no markup, no picture."""

import re

from bot.addresses import around_addresses
from bot.shown import cut, shown
from bot.slack import limits

_MARKUP = re.compile(
    r"""
    (?P<marker> \[\d+\] (?![(:]) )
    | [\\`*_\[\]~|\#]
    | ! (?=\[)
    | (?: (?<=\]) | \A) [(:]
    | : (?= [\w+'-]+ :)
    | (?<![^\n]) [ \t]* (?: [-+=] | \d+ (?=[.)]) )
    """,
    re.VERBOSE,
)
_MARGIN = re.compile(r"(?m)^(?: {0,3}\t| {4})[ \t]*")  # in Markdown the beginning of code
_ORDERED = re.compile(r"\s*\d+\Z")


def mrkdwn(text: str) -> str:
    """For a message's `text` and for `mrkdwn`: entities for what would be a mention, addresses as code.

    Asterisks and the like may still make words bold there.
    """
    return around_addresses(shown(text).replace("`", "'"), _entities, _code)  # a lone one would undo the code behind it


def notification(text: str, most: int = limits.READABLE_TEXT) -> str:
    """What those get who see no blocks, in a notification or read aloud: `mrkdwn` of that many characters."""
    return mrkdwn(cut(shown(text).strip(), most))


def streamed_text(text: str) -> str:
    """Markdown that reads as exactly the text, for streams; markers of footnotes such as [1] stay as they are.

    For whole sentences: an address that arrives in two parts is not seen. Cut what comes out only between words.
    """
    return around_addresses(_MARGIN.sub("   ", shown(text)), _plain_markdown, _code)


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _plain_markdown(text: str) -> str:
    return _MARKUP.sub(_escaped, _entities(text))


def _escaped(found: re.Match[str]) -> str:
    if found["marker"]:
        return found[0]
    if _ORDERED.match(found[0]):  # "1." begins a list, "1\." does not
        return f"{found[0]}\\"
    return f"{found[0][:-1]}\\{found[0][-1]}"


def _code(address: str) -> str:
    """Nothing is linked there, and no preview is fetched."""
    return f"`{_entities(address)}`"
