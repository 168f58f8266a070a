"""Acronyms that the documents explain themselves: where one is used, the words that it stands for count as said."""

import re
from collections.abc import Iterable, Mapping

_DEFINED = re.compile(r"\(([^\W\d_a-z]{2,8})\)")
_USED = re.compile(r"\b[^\W\d_a-z]{2,8}\b")
_WORDS = re.compile(r"[^\W\d_]\w*")
_REACH = 120  # characters in which the words of an acronym stand before it


def definitions(texts: Iterable[str]) -> dict[str, str]:
    """Acronym to words, where a text says both: "Multinational Security Support (MSS)".

    Believed only if the letters are the first letters of the words just before.
    """
    found: dict[str, str] = {}
    for text in texts:
        for match in _DEFINED.finditer(text):
            words = _WORDS.findall(text, max(0, match.start() - _REACH), match.start())[-len(match[1]) :]
            if "".join(word[0] for word in words).casefold() == match[1].casefold():
                found.setdefault(match[1], " ".join(words))
    return found


def expanded(text: str, known: Mapping[str, str]) -> str:
    """The text with its acronyms written out: for comparing, not for quoting."""
    return _USED.sub(lambda match: known.get(match[0], match[0]), text) if known else text


def expanded_question(question: str, known: Mapping[str, str]) -> str:
    """The same for a question, whose acronyms may be typed in small letters."""
    return _WORDS.sub(lambda match: known.get(match[0].upper(), match[0]), question) if known else question
