"""Text that nobody vouches for, as Slack shows it and never obeys it: no mention, no link, no markup, no picture."""

import re
from collections.abc import Callable

from bot.inert import inert, inert_line
from bot.slack import limits

ELLIPSIS = " …"
Escape = Callable[[str], str]

# Characters that show nothing, among them those in which hidden words are written; joiners of scripts stay.
_INVISIBLE = re.compile("[\u00ad\u180e\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]")
# What Slack would turn into a link, and fetch for a preview. Names of files look like addresses: "notes.md".
_ADDRESS = re.compile(
    r"""
    (?<![\w+.-]) [\w+.-]*\w :// [^\s<>`]*
    | (?<!\w) (?i:mailto|tel|sms|slack|javascript|data|file) : [^\s<>`]+
    | (?<![\w.+%-]) [\w.+%-]+ @ [\w-]+ (?:\.[\w-]+)+
    | (?<![\w-]) (?<![\w-]\.) (?:[\w-]+\.)+
      (?: [a-z]{2,} | [A-Z]{2,} | xn--[\w-]+ | (?i:com|net|org|info|io|co|ai|app|dev|xyz) ) (?!\w)
      (?: [:/?\#] [^\s<>`]* )?
    """,
    re.VERBOSE,
)
_TRAILING = ".,;:!?)]}'\"»”’…"  # at an address's end these belong to the sentence around it
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


def shown(text: str) -> str:
    """The text's own characters: steering ones as pictures of themselves, as `inert` has them, without invisible ones.

    Fit for rich text and plain text, which Slack never reads as markup.
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


def mrkdwn(text: str) -> str:
    """For a message's `text` and for `mrkdwn`: entities for what would be a mention, addresses as code.

    Asterisks and the like may still make words bold there.
    """
    return _around_addresses(shown(text).replace("`", "'"), _entities)  # a lone one would undo the code behind it


def notification(text: str, most: int = limits.READABLE_TEXT) -> str:
    """What those get who see no blocks, in a notification or read aloud: `mrkdwn` of that many characters."""
    return mrkdwn(cut(shown(text).strip(), most))


def streamed_text(text: str) -> str:
    """Markdown that reads as exactly the text, for streams; markers of footnotes such as [1] stay as they are.

    For whole sentences: an address that arrives in two parts is not seen. Cut what comes out only between words.
    """
    return _around_addresses(_MARGIN.sub("   ", shown(text)), _plain_markdown)


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


def _around_addresses(text: str, escape: Escape) -> str:
    """The text escaped, but its addresses as code: nothing is linked there, and no preview is fetched."""
    parts, done = [], 0
    for found in _ADDRESS.finditer(text):
        address = found[0].rstrip(_TRAILING)
        parts += [escape(text[done : found.start()]), f"`{_entities(address)}`"]
        done = found.start() + len(address)
    return "".join([*parts, escape(text[done:])])
