"""English questions that a heading or a sentence may be the answer to; by its form alone, so each has to be tried."""

import re
from collections.abc import Callable

LONGEST = 75  # characters; a button holds no more
LONGEST_READ = 400  # what is longer says more than one thing
FEWEST_WORDS, MOST_WORDS = 3, 12
MOST_SUBJECT_WORDS = 6

Form = Callable[[re.Match[str]], str]


def question_of_heading(heading: str) -> str | None:
    """What the section below it may answer."""
    words = " ".join(heading.split())
    if words.endswith("?") and _is_fit(words):
        return words
    return _formed(words.rstrip(".:!"), _OF_HEADINGS)


def question_of_sentence(sentence: str) -> str | None:
    """What the sentence itself may answer."""
    words = " ".join(sentence.split())
    return _formed(words.removesuffix("."), _OF_SENTENCES) if words.endswith(".") else None


def _formed(words: str, forms: tuple[tuple[re.Pattern[str], Form], ...]) -> str | None:
    if len(words) > LONGEST_READ:
        return None
    questions = (form(match) for pattern, form in forms if (match := pattern.match(words)))
    return next(filter(_is_fit, questions), None)


def _is_fit(question: str) -> bool:
    """Short, of plain characters, and without a word that means nothing to who has not read what is before it."""
    return (
        len(question) <= LONGEST
        and FEWEST_WORDS <= len(question.split()) <= MOST_WORDS
        and bool(_PLAIN.fullmatch(question))
        and not _POINTING.search(question)
    )


def _asked(word: str, auxiliary: str, subject: str, rest: str) -> str:
    return f"{' '.join(filter(None, (word, auxiliary, _lowered(subject), rest.strip())))}?"


def _lowered(subject: str) -> str:
    """As it stands within a sentence: its article in lower case."""
    article, space, rest = subject.partition(" ")
    return f"{article.lower()}{space}{rest}" if space and article in _ARTICLES else subject


def _base(third_person: str) -> str:
    """Carry of carries, reach of reaches, use of uses."""
    if third_person.endswith("ies") and len(third_person) > len("dies"):
        return f"{third_person[:-3]}y"
    if third_person.endswith(("ches", "shes", "sses", "xes", "zzes", "oes")):
        return third_person[:-2]
    return third_person[:-1]


def _who(match: re.Match[str]) -> str:
    return f"Who {match['verb']} {_CUT.split(match['rest'])[0]}?"


def _what_is(match: re.Match[str]) -> str:
    return _asked("What", match["verb"], match["subject"], "")


def _what_it_does(match: re.Match[str]) -> str:
    return f"What does the {match['kind']} {match['name']} do?"


_ARTICLES = ("The", "A", "An")
_PLAIN = re.compile(r"[\w ,.'’/()+-]+\?")
_POINTING = re.compile(
    r"\b(?:it|its|he|him|his|she|her|hers|they|them|their|this|that|these|those|such|there|here|then|one|ones|also"
    r"|following|former|latter)\b|\b(?:above|below)\?",
    re.IGNORECASE,
)
# Where a clause ends and the next begins.
_CUT = re.compile(
    r"[,;:(–—]| (?:and|but|or|which|who|whose|that|before|after|because|since|while|when|where|if|so|as|with) "
)
_NAME = r"[A-Z][\w’'-]+"
# Whoever has not read what is before it does not know what these are.
_NO_SUBJECT = r"(?!(?:I|You|We|It|He|She|They|This|That|These|Those|There|Its|His|Her|Their|Such|Who|Which|What)\b)"
_COMPARING = (
    "same|other|another|next|previous|first|second|third|last|final|main|only|most|least|best|largest|smallest|biggest"
    "|greatest|highest|lowest|longest|shortest|oldest|newest|latest|earliest"
)
_RELATIVE = rf"(?!(?:The|An?) (?:{_COMPARING}|result|reason|answer)\b)"
_SUBJECT = rf"{_NO_SUBJECT}(?P<subject>(?:(?:The|An?) )?[\w’'.-]+(?: [\w’'.-]+){{0,{MOST_SUBJECT_WORDS - 1}}}?)"
_THING = rf"{_NO_SUBJECT}{_RELATIVE}(?P<subject>(?:The|An?) [\w’' -]+?|[\w.-]+)"
_ASKING = r"(?P<word>What|How|Where|When|Why|(?:What|Which) [a-z]+)"
_AUXILIARY = r"(?P<verb>is|are|was|were|can|will|should|must|may|does|did|has|have)"
_ACTS = (
    "approves|commands|leads|heads|chairs|manages|owns|directs|supervises|oversees|coordinates|endorses|signs|appoints"
    "|approved|commanded|led|headed|chaired|managed|owned|directed|supervised|founded|built|designed|invented|wrote"
    "|declared|signed|appointed|discovered|composed|painted"
)
_ROLES = (
    "author|boss|captain|chair|chairman|chairwoman|chairperson|chancellor|chief|commander|contact|coach|director|editor"
    "|engineer|founder|governor|head|inventor|king|lead|leader|manager|master|mayor|minister|officer|owner|president"
    "|principal|queen|representative|secretary|spokesperson|treasurer"
)
_DOERS = "button|command|flag|function|option|program|script|service|tool"

_OF_HEADINGS: tuple[tuple[re.Pattern[str], Form], ...] = (
    (re.compile(r"How to (?P<rest>[a-z].+)"), lambda match: f"How do I {match['rest']}?"),
    (re.compile(rf"(?:Who|What) {_AUXILIARY} .+"), lambda match: f"{match[0]}?"),
    (
        re.compile(rf"{_ASKING} {_SUBJECT} {_AUXILIARY}\b(?P<rest>.*)", re.IGNORECASE),
        lambda match: _asked(match["word"], match["verb"], match["subject"], match["rest"]),
    ),
    (
        re.compile(rf"{_ASKING} (?P<subject>(?:an?|the|our|your) [a-z-]*[a-rt-z]|{_NAME}) (?P<verb>[a-z]+[a-rt-z]s)$"),
        lambda match: _asked(match["word"], "does", match["subject"], _base(match["verb"])),
    ),
)
_OF_SENTENCES: tuple[tuple[re.Pattern[str], Form], ...] = (
    (re.compile(rf"{_SUBJECT} (?P<verb>{_ACTS}) (?P<rest>(?:the|an?|all|every|{_NAME})\b.+)"), _who),
    (
        re.compile(rf"(?P<subject>The (?:[a-z-]+ )*(?:{_ROLES})(?: of [\w ’'-]+?)?) (?P<verb>is|was) {_NAME} {_NAME}"),
        lambda match: _asked("Who", match["verb"], match["subject"], ""),
    ),
    (
        re.compile(rf"{_SUBJECT} (?:lies|is (?:located|situated|based)) (?:in|at|on|near) "),
        lambda match: _asked("Where", "is", match["subject"], ""),
    ),
    (
        re.compile(rf"{_SUBJECT} costs \S*\d"),
        lambda match: _asked("How much", "does", match["subject"], "cost"),
    ),
    (re.compile(rf"{_THING} (?P<verb>is) (?:an?|the) (?!(?:{_COMPARING})\b)"), _what_is),
    (re.compile(rf"{_THING} (?P<verb>is) [\w.-]*[A-Z\d]"), _what_is),
    (re.compile(rf"The (?P<kind>{_DOERS}) (?P<name>[\w./-]+(?: [a-z]+)?) [a-z]+s "), _what_it_does),
)
