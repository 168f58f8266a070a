"""Text that was split into words, written again as people write it."""

import re

_BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "-LCB-": "{", "-RCB-": "}"}
_BRACKET = re.compile("|".join(map(re.escape, _BRACKETS)))
_BEFORE = re.compile(r" +(?=[.,;:!?%)\]}]|n't\b|'(?:s|re|ve|ll|d|m)\b|'(?= ))")
_AFTER = re.compile(r"(?<=[(\[{$£€]) +")
_QUOTED = re.compile(r"``\s*|\s*''")
_STRAIGHT = re.compile(r'" ([^"]*?) "')


def joined(text: str) -> str:
    """The text without the spaces that a tokeniser put before and after punctuation.

    Apply it to an answer, too, before looking for it: an answer keeps the spaces of the text that it comes from.
    """
    whole = _BRACKET.sub(lambda found: _BRACKETS[found[0]], " ".join(text.split()))
    whole = _STRAIGHT.sub(r'"\1"', _QUOTED.sub('"', whole))
    return _AFTER.sub("", _BEFORE.sub("", whole)).strip()
