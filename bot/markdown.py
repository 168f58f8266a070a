"""Text that nobody vouches for in Markdown: it reads as its own characters, and nothing of it is obeyed.

Only what would mean something is escaped, because programs show Markdown as it stands, too.
"""

import re
from urllib.parse import quote

from bot.addresses import around_addresses
from bot.shown import shown_line

_PUNCTUATION = r"[!-/:-@\[-`{-~]"
_MEANING = rf"""
    (?P<mention> (?<= [\s(\[{{"'“‘,;:/] ) @ [\w.-]*\w )
    | < (?! [\s\d=] )
    | & (?= \#?\w+; )
    | \\ (?= {_PUNCTUATION} | \Z )
    | `
    | (?<! \s ) \* | \* (?! \s )
    | (?<! [^\W_] ) _ | _ (?! [^\W_] )
    | (?<! \s ) ~ | ~ (?! \d )
    | \$ (?! \w )
    | (?<= \] ) [(\[:]
"""
_MARKUP = re.compile(_MEANING, re.VERBOSE)
_MARKUP_OR_BRACKET = re.compile(rf"{_MEANING} | [\[\]]", re.VERBOSE)
_OPENING = re.compile(r"\A(?:[#>|\[*]|[-+](?=[\s-]|\Z)|\d{1,9}(?=[.)](?:\s|\Z)))")
_WRITTEN = re.compile(rf"`([^`]*)`|\\({_PUNCTUATION})|&(amp|lt);")
_ENTITIES = {"&": "&amp;", "<": "&lt;"}
_CHARACTERS = {"amp": "&", "lt": "<"}
_IN_URLS = "%/:?#[]=&@+,"  # all else would end a link's address, or mean something in it


def markdown_line(text: str) -> str:
    """A line of Markdown that is shown as the text, with single spaces; addresses and mentions are code in it.

    Whatever it stands in, it begins a line or follows a space.
    """
    return _OPENING.sub(_opened, _inert(text, _MARKUP))


def shown_by(line: str) -> str:
    """The text that a line of `markdown_line` shows."""
    return _WRITTEN.sub(lambda found: found[1] or found[2] or _CHARACTERS.get(found[3], ""), line)


def link(text: str, url: str) -> str:
    """A link that is shown as the text; the URL is one of ours."""
    return f"[{_inert(text, _MARKUP_OR_BRACKET)}]({_inert_url(url)})"


def marker(number: int, url: str) -> str:
    """A footnote's number, in brackets that are shown, as a link."""
    return f"[[{number}]]({_inert_url(url)})"


def _inert(text: str, markup: re.Pattern[str]) -> str:
    spaced = f" {shown_line(text)}"  # for what looks back
    return around_addresses(spaced, lambda part: markup.sub(_escaped, part), _code)[1:]


def _inert_url(url: str) -> str:
    return quote(url, safe=_IN_URLS)


def _escaped(found: re.Match[str]) -> str:
    if found["mention"]:
        return _code(found[0])
    return _ENTITIES.get(found[0], f"\\{found[0]}")


def _opened(found: re.Match[str]) -> str:
    """ "1." begins a list, "1\\." does not."""
    return f"{found[0]}\\" if found[0].isdigit() else f"\\{found[0]}"


def _code(address: str) -> str:
    return f"`{address}`"
