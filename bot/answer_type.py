"""What kind of thing a question asks for, and whether a sentence holds one that the question did not name itself."""

import re
from collections.abc import Collection
from enum import StrEnum

from bot.terms import Stems


class AnswerType(StrEnum):
    """The kinds that can be told by a question's form and seen in a sentence's; OTHER is everything else."""

    PERSON = "person"
    TIME = "time"
    AMOUNT = "amount"
    PLACE = "place"
    REASON = "reason"
    OTHER = "other"

    @classmethod
    def of(cls, question: str) -> "AnswerType":
        lowered = question.lower()
        return next((kind for kind, asked in _ASKED if asked.search(lowered)), cls.OTHER)

    def spans(self, text: str, stems: Stems, asked_about: Collection[str]) -> list[tuple[int, int]]:
        """Where `text` holds something of this kind; a name that the question mentions answers nothing.

        All of the text for OTHER, whose answers have no form.
        """
        if self is AnswerType.OTHER:
            return [(0, len(text))]
        found = [match.span() for match in _PATTERNS[self].finditer(text)]
        if self in (AnswerType.PERSON, AnswerType.PLACE):
            return [span for span in found if _is_news(stems(text[slice(*span)]), asked_about)]
        return found


def _is_news(name: Collection[str], asked_about: Collection[str]) -> bool:
    """Whether half of a name's words, or two, do not stand in the question."""
    unasked = sum(stem not in asked_about for stem in name)
    return unasked >= min(2, (len(name) + 1) // 2)


_ASKED = (
    (
        AnswerType.AMOUNT,
        re.compile(
            r"\bhow (?:many|much|long|old|far|tall|large|big|high|often|fast|deep|wide|heavy)\b"
            r"|\bwhat (?:percent|percentage|number|amount|proportion|fraction|share|size)\b|\bhow .*\bpercent"
        ),
    ),
    (
        AnswerType.TIME,
        re.compile(
            r"\bwhen\b|\bsince when\b|\b(?:what|which) (?:year|date|day|month|century|decade|time|era)\b"
            r"|\bwhat .*\b(?:year|date)\b"
        ),
    ),
    (AnswerType.PERSON, re.compile(r"\bwho(?:m|se)?\b|\bwhich (?:person|man|woman|people)\b")),
    (
        AnswerType.PLACE,
        re.compile(
            r"\bwhere\b|\b(?:what|which) (?:city|country|place|state|region|location|continent|river|town|island|area|"
            r"port|street|building)\b"
        ),
    ),
    (
        AnswerType.REASON,
        re.compile(r"\bwhy\b|\bwhat (?:reason|caused?)\b|\bfor what\b|\bwhat .*\bcause[ds]?\b"),
    ),
)

# Capitals, as long as they follow each other; the word that begins a sentence only if it is none of its little words.
_NAME = re.compile(
    r"(?!(?:A|An|And|As|At|Before|After|But|By|During|Each|For|From|He|Her|His|How|I|If|In|Is|It|Its|Many|More|Most|No|Of"
    r"|On|One|Our|She|Since|So|Some|Such|That|The|Their|There|These|They|This|Those|To|Two|Under|We|What|When|Where|While"
    r"|Who|With|You|Your)\b)\b[^\W\d_a-z][\w’'-]+(?: [^\W\d_a-z][\w’'-]+)*"
)
_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_PATTERNS = {
    AnswerType.PERSON: _NAME,
    AnswerType.PLACE: _NAME,
    AnswerType.TIME: re.compile(
        rf"\b1\d{{3}}\b|\b20\d\d\b|\b(?:{_MONTH})\b|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b\d\d?[:.]\d\d\b"
        r"|\b(?:century|centuries|decade|day|year|month|week|morning|evening|noon|night|today|yesterday|hour|minute"
        r"|BC|AD)s?\b|\d{4}-\d\d-\d\d"
    ),
    AnswerType.AMOUNT: re.compile(
        r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundreds?"
        r"|thousands?|millions?|billions?|dozens?|half|third|quarter|twice|double|single|several|many|most|few|no"
        r"|percent|once|never|daily|weekly|hourly)\b",
        re.IGNORECASE,
    ),
    AnswerType.REASON: re.compile(
        r"\b(?:because|since|due to|so that|in order to|reasons?|cause[ds]?|therefore|as a result|owing|thus|to)\b",
        re.IGNORECASE,
    ),
}
