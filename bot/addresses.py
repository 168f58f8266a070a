"""Addresses in running text: whatever a program that shows it might make a link of, and fetch for a preview."""

import re
from collections.abc import Callable

Escape = Callable[[str], str]

# Names of files look like addresses: "notes.md".
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


def around_addresses(text: str, escape: Escape, address: Escape) -> str:
    """The text escaped by the one, its addresses by the other."""
    parts, done = [], 0
    for found in _ADDRESS.finditer(text):
        whole = found[0].rstrip(_TRAILING)
        parts += [escape(text[done : found.start()]), address(whole)]
        done = found.start() + len(whole)
    return "".join([*parts, escape(text[done:])])
