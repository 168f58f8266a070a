"""Words: how text becomes keywords, and a question an expression that finds them.

Text of documents and questions never becomes grammar of a query: an expression consists of quoted words only.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable

# For FTS5. Marks (Mn, Mc) are parts of words: without them Hindi falls apart at every vowel sign.
TOKENIZER = "porter unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"

STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
        a about am an and any are as at be been being but by can could did do does doing don for from had has
        have having he her hers him his how i if in into is it its itself just ll me my of on or our ours re s
        shall she should so some such t than that the their theirs them then there these they this those
        through to too us ve very was we were what when where which while who whom whose why will with would
        you your yours
        """,
    )
)

# Scripts that put no space between words, and Hangul, whose words carry their particles. The ranges: Thai and
# Lao, Myanmar, Hangul, Khmer, iteration marks, kana, Hangul, Han, Hangul, Hangul, Han, Han.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30fa\u30fc-\u30ff"
    "\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]+"
)
# Soft hyphens, joiners and variation selectors stand inside words without being part of them.
_INVISIBLE = re.compile("[\u00ad\u200c-\u200f\u2060\ufe00-\ufe0f\ufeff]")
# SQLite refuses lone surrogates, and some of its functions end a text at a NUL.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def indexed_text(text: str) -> str:
    """What the keyword index is given for a text: its words, and of unspaced scripts pairs of characters.

    The last character of such a run stands alone, too, so that every character begins something.
    """
    return _separated(text, lambda run: [*_pairs(run), run[-1]])


def comparable_text(text: str) -> str:
    """A text as `indexed_text` gives it, without the lone characters: they would be taken for words."""
    return _separated(text, _pairs)


def terms(question: str) -> list[str]:
    """The distinct words of a question, in order; stop words only if there is nothing else."""
    distinct = list(dict.fromkeys(_words(question)))
    return [word for word in distinct if word not in STOP_WORDS] or distinct


def match_expression(words: Iterable[str]) -> str:
    """An FTS5 expression for texts that contain any of the words; each is one that `terms` gave."""
    return " OR ".join(f'"{word}"*' if is_half_a_pair(word) else f'"{word}"' for word in words)


def is_half_a_pair(word: str) -> bool:
    """Whether it is one character of an unspaced script, which is found by the pairs that it begins."""
    return len(word) == 1 and bool(_UNSPACED.match(word))


def _words(question: str) -> list[str]:
    """Lower-case words, by the categories that TOKENIZER names."""
    text = comparable_text(question).lower()
    return "".join(char if _is_part_of_word(char) else " " for char in text).split()


def _separated(text: str, parts: Callable[[str], list[str]]) -> str:
    if text.isascii():
        return text.replace("\0", " ")
    return _UNSPACED.sub(lambda run: f" {' '.join(parts(run[0]))} ", _unified(text))


def _unified(text: str) -> str:
    """Full-width letters, ligatures and accents written in one way only; what is invisible left out."""
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", _UNSTORABLE.sub(" ", text)))


def _is_part_of_word(char: str) -> bool:
    category = unicodedata.category(char)
    return category[0] in "LN" or category in ("Co", "Mn", "Mc")


def _pairs(run: str) -> list[str]:
    return [run[place : place + 2] for place in range(len(run) - 1)] or [run]
