"""What of a text can be checked: its words, numbers, amounts, dates and names, each written in one way only."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.amounts import counted
from bot.dates import dated
from bot.fact import Fact, Kind
from bot.lexemes import lexemes, unified
from bot.wording import ARTICLES, FREE, PHRASES


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as facts, in order. `text` is the one that was read, letters written in one way only (NFKC)."""

    text: str
    facts: tuple[Fact, ...]
    keys: frozenset[str]

    @property
    def asks(self) -> bool:
        """Whether it is a question, which says nothing."""
        return self.text.rstrip("\"'”’»)* ").endswith(("?", "？", "؟"))

    def words(self, fact: Fact) -> str:
        """The fact as it is written."""
        return self.text[fact.start : fact.end]


@lru_cache(maxsize=1024)  # a draft and its proof read the same sentences
def read(text: str) -> Reading:
    """All facts of any text. What only ties a text together (articles, punctuation, emphasis) is none."""
    plain = text if text.isascii() else unified(text)
    facts = tuple(_without_ties(dated(counted(list(lexemes(plain))))))
    return Reading(plain, facts, frozenset(fact.key for fact in facts))


def matches(said: Fact, source: Fact) -> bool:
    """Whether the source's fact supports the one that is said: the same, or a date that is less exact."""
    if said.kind is Kind.DATE and source.kind is Kind.DATE:
        parts = zip(said.key.split("-"), source.key.split("-"), strict=True)
        return all(part in ("", other) for part, other in parts)
    if said.key != source.key or said.kind is not source.kind:
        return False
    if said.unit != source.unit:
        return said.unit == "dollar" and source.unit == "us$"
    return said.form == source.form or not (said.name and source.name)


_QUOTED = re.compile(r'"([^"]+)"|“([^“”]+)”|«([^«»]+)»|„([^„“”]+)[“”]|「([^「」]+)」')
_QUOTE_MARKS = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'"})


def quotations(text: str) -> list[str]:
    """The words between quotation marks, which claim to be somebody's own."""
    found = (next(filter(None, match.groups())) for match in _QUOTED.finditer(text))
    return [words for words in found if any(map(str.isalnum, words))]


def verbatim(text: str) -> str:
    """For comparing word for word: spaces, quotation marks and Markdown's marks do not count."""
    return " ".join(re.sub(r"[*_`\"]", "", text.translate(_QUOTE_MARKS)).split())


def _without_ties(dated: Iterator[Fact]) -> Iterator[Fact]:
    """Words that say the same as others become those; articles and the like are left out."""
    facts, breaks, at = list(dated), False, 0
    while at < len(facts):
        fact = facts[at]
        length, keys = _phrase(facts, at) if fact.kind is Kind.WORD and fact.form in PHRASES else (1, (fact.key,))
        is_free = fact.kind is Kind.WORD and fact.form in FREE and length == 1
        if is_free and not (at == len(facts) - 1 and fact.form in ARTICLES):
            keys = ()
        elif keys == (fact.key,) and (fact.breaks or not breaks):
            yield fact
        else:
            end = facts[at + length - 1].end
            for order, key in enumerate(keys):
                yield fact._replace(key=key, breaks=order == 0 and (fact.breaks or breaks), end=end)
        breaks = not keys and (breaks or fact.breaks)
        at += length


def _phrase(facts: Sequence[Fact], at: int) -> tuple[int, tuple[str, ...]]:
    """How many facts are one phrase, and the keys that stand for it."""
    for words, keys, before_number in PHRASES[facts[at].form]:
        end = at + len(words)
        if tuple(one.form for one in facts[at:end]) == words and (
            not before_number or (end < len(facts) and facts[end].kind is not Kind.WORD)
        ):
            return len(words), keys
    return 1, (facts[at].key,)
