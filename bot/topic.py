"""What a conversation is about: phrases of its questions and answers, cut out by rules, never quite grammar."""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import takewhile

from bot.answer_type import AnswerType
from bot.reference import content_words
from bot.turn import Turn
from index.keywords import STOP_WORDS

LONGEST = 12  # words of a phrase
NOUN_WORDS = 2  # the noun and the word before it


class Number(StrEnum):
    """How many things a word stands for."""

    ONE = "one"
    SEVERAL = "several"
    ANY = "any"


def thing_spoken_of(turns: Sequence[Turn], number: Number) -> str:
    """What the latest question that does so speaks of in that number, or asks for; empty if none does."""
    questions = [turn.question for turn in reversed(turns) if not _ASIDE.match(turn.question)]
    phrases = (phrase for question in questions for phrase in (noun_phrase(question), _asked_for(question)) if phrase)
    return next((phrase for phrase in phrases if Number.ANY in (own := _number(phrase), number) or own is number), "")


def person_spoken_of(turns: Sequence[Turn]) -> str:
    """A name of two words or more: from the answer if a person was asked for, else from the question; or empty."""
    for turn in reversed(turns):
        names = (_full_name(turn.question), _full_name(turn.answer, unlike=turn.question))
        if found := next(filter(None, reversed(names) if _asks_for_person(turn) else names), ""):
            return found
    return ""


def noun_phrase(question: str) -> str:
    """From an article or a name on, up to what can be no part of it: "the security mission"; empty without either."""
    words = _TOKEN.findall(question)
    start = next((place for place, word in enumerate(words) if _begins(word) and (place or _is_title(words))), None)
    if start is None:
        return ""
    phrase = words[start : start + 1]
    for word in words[start + 1 : start + LONGEST]:
        if not _continues(phrase, word):
            break
        phrase.append(word)
    phrase = _without_prepositions(phrase)
    if start and (_AUXILIARY.fullmatch(words[start - 1]) or _ends_in_adjective(words, start, len(phrase))):
        phrase = _without_prepositions(_without_verb(phrase))
    text = _POSSESSIVE.sub("", _INDEFINITE.sub("the ", " ".join(_shortened(phrase))))
    return text if content_words(text) else ""


def _asked_for(question: str) -> str:
    """Of "which port was recaptured?" the port."""
    match = _ASKED_FOR.search(question)
    return f"the {match[1]}" if match and content_words(match[1]) else ""


def _begins(word: str) -> bool:
    return bool(_ARTICLE.fullmatch(word)) or (word[0].isupper() and word.lower() not in STOP_WORDS)


def _is_title(words: Sequence[str]) -> bool:
    """Whether the capital of the first word is more than that of any question's first word."""
    return len(words) > 1 and words[1][0].isupper() and words[1] != "I"


def _continues(phrase: Sequence[str], word: str) -> bool:
    if _ARTICLE.fullmatch(word):
        return bool(_PREPOSITION.fullmatch(phrase[-1]))
    if _PREPOSITION.fullmatch(word):
        return True
    return word[0].isalnum() and word not in STOP_WORDS and (len(phrase) < 2 or not _ENDING.fullmatch(word))


def _without_prepositions(phrase: list[str]) -> list[str]:
    """Of "the server listen on" the server listen."""
    return phrase[: next((end for end in range(len(phrase), 1, -1) if not _PREPOSITION.fullmatch(phrase[end - 1])), 1)]


def _ends_in_adjective(words: Sequence[str], start: int, length: int) -> bool:
    """As "why is the port important" does, and "is the port open", but not "where is the port"."""
    rest = words[start + length :]
    return bool(_STATING.match(" ".join(words[:start]))) and not any(word[0].isalnum() for word in rest)


def _without_verb(phrase: list[str]) -> list[str]:
    """Of "the loan offer", as in "what does the loan offer", the loan; of a name its capitals.

    The first word that is known for a verb ends the noun; else the last word is taken for one.
    """
    if not _ARTICLE.fullmatch(phrase[0]):
        return list(takewhile(lambda word: word[0].isupper(), phrase))
    predicates = (place for place, word in enumerate(phrase) if place > 1 and _PREDICATE.fullmatch(word))
    return phrase[: next(predicates, max(len(phrase) - 1, 2))]


def _shortened(phrase: list[str]) -> list[str]:
    """Without the place and most adjectives: in a question of few words, many of the topic's would drown its own."""
    if not _ARTICLE.fullmatch(phrase[0]):
        return phrase
    article, *words = takewhile(lambda word: not _PLACING.fullmatch(word), phrase)
    noun = list(takewhile(lambda word: not _PREPOSITION.fullmatch(word), words))
    telling = [word for word in noun[:-NOUN_WORDS] if word[0].isupper() or _POSSESSIVE.search(word)]
    return [article, *telling, *noun[-NOUN_WORDS:], *words[len(noun) :]]


def _number(phrase: str) -> Number:
    """By the last word before "of", "in" and the like; that of a name may be either."""
    head = list(takewhile(lambda word: not _PREPOSITION.fullmatch(word), phrase.split()))[-1]
    if head[0].isupper():
        return Number.ANY
    return Number.SEVERAL if _PLURAL.search(head) or " and " in phrase else Number.ONE


def _asks_for_person(turn: Turn) -> bool:
    return AnswerType.of(turn.question) is AnswerType.PERSON


def _full_name(text: str, unlike: str = "") -> str:
    known = set(content_words(unlike))
    return next((name for name in _full_names(text) if known.isdisjoint(name.lower().split())), "")


def _full_names(text: str) -> Iterator[str]:
    """Not those behind "the", which no person has; without titles, whose words would drown the question's own."""
    for match in _NAMES.finditer(text):
        words = match[2].split()
        while len(words) > 2 and _TITLE.fullmatch(words[0]):
            words = words[1:]
        if words[0].lower() in STOP_WORDS:
            words = words[1:]
        if len(words) > 1 and not match[1]:
            yield " ".join(words)


_TOKEN = re.compile(r"\w+(?:['’.&-]\w+)*|[^\w\s]")
_ARTICLE = re.compile(r"the|an?|my|our|your", re.IGNORECASE)
_INDEFINITE = re.compile(r"^an? ", re.IGNORECASE)
_PLACING = re.compile(r"in|on|at|for|from|with|by|against")
_PREPOSITION = re.compile(rf"of|between|and|{_PLACING.pattern}")
_AUXILIARY = re.compile(r"do|does|did|can|could|will|would|shall|should|may|might|must", re.IGNORECASE)
_STATING = re.compile(r"(?:(?:.*\b)?(?:why|how) )?(?:is|are|was|were)$", re.IGNORECASE)
# What ends a noun: a participle or an adverb, never the first word behind the article.
_ENDING = re.compile(
    r"[a-z]+ed|made|held|built|sold|written|taken|known|found|lost|born|begun|given|paid|sent|won"
    r"|ever|never|still|already|really|actually|usually|always|often|also|again|back|now"
)
_PREDICATE = re.compile(
    r"get|become|go|come|look|work|mean|cost|take|have|make|need|want|happen|start|begin|end|say|know|think|give|show|use"
    r"|cover|include|contain|offer|provide|require|apply|allow|support|protect|change|affect"
    r"|open|available|free|important|necessary|ready|responsible|valid|legal|safe"
)
_POSSESSIVE = re.compile(r"['’]s$|(?<=s)['’]$")
_PLURAL = re.compile(r"(?<![sui])s$|^(?:people|men|women|children|police)$")
_ASKED_FOR = re.compile(
    r"\b(?:which|what|how many) (\w+(?: \w+)??) (?:is|are|was|were|do|does|did|has|have|had|can|will)\b", re.IGNORECASE
)
# "And for a PDF?" goes on about what was spoken of before.
_ASIDE = re.compile(
    rf"\W*(?:(?:and|but|or|so|then)\b\W*)*(?:{_PLACING.pattern}|to|without|before|after|since|until)\b"
    r"(?!.*\b(?:who|whom|whose|what|which|when|where|why|how)\b)",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"Prime|Vice|Minister|President|Chancellor|Senator|Governor|Mayor|Judge|Commander|General|Captain|Colonel|Professor"
    r"|Doctor|King|Queen|Prince|Princess|Pope|Sir|Dame|Lord|Lady|Mr|Mrs|Ms|Dr|Prof"
)
_NAMES = re.compile(r"\b([Tt]he )?([^\W\d_a-z][\w’'-]+(?: [^\W\d_a-z][\w’'-]+){1,5})")
