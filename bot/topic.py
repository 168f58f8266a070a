"""What a conversation is about: phrases of its questions and answers, cut out by rules, never quite grammar."""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from bot.answer_type import AnswerType
from bot.reference import content_words
from bot.turn import Turn
from index.keywords import STOP_WORDS

LONGEST = 12  # words of a phrase
NOUN_WORDS = 2  # the noun and the word before it


def thing_spoken_of(turns: Sequence[Turn], *, single: bool) -> str:
    """What the latest question speaks of or asks for; if there is a choice, one thing where it is `single`.

    Empty if no question speaks of anything.
    """
    named = ((noun_phrase(turn.question), _asked_for(turn.question)) for turn in reversed(turns))
    phrases = [phrase for pair in named for phrase in pair if phrase]
    return next((phrase for phrase in phrases if not (single and _is_plural(phrase))), "".join(phrases[:1]))


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
    if start and _AUXILIARY.fullmatch(words[start - 1]):
        phrase = _without_verb(phrase)
    while _PREPOSITION.fullmatch(phrase[-1]):
        phrase.pop()
    text = _INDEFINITE.sub("the ", " ".join(_shortened(phrase)))
    return text if content_words(text) else ""


def _asked_for(question: str) -> str:
    """Of "which port was recaptured?" the port."""
    match = _ASKED_FOR.search(question)
    return f"the {match[1]}" if match and content_words(match[1]) else ""


def _begins(word: str) -> bool:
    return bool(_ARTICLE.fullmatch(word)) or (word[0].isupper() and word.lower() not in STOP_WORDS)


def _is_title(words: Sequence[str]) -> bool:
    """Whether the capital of the first word is more than that of any question's first word."""
    return len(words) > 1 and words[1][0].isupper()


def _continues(phrase: Sequence[str], word: str) -> bool:
    if _ARTICLE.fullmatch(word):
        return bool(_PREPOSITION.fullmatch(phrase[-1]))
    if _PREPOSITION.fullmatch(word):
        return True
    return word[0].isalnum() and word not in STOP_WORDS and (len(phrase) < 2 or not _PARTICIPLE.fullmatch(word))


def _without_verb(phrase: list[str]) -> list[str]:
    """Of "the loan offer", as in "what does the loan offer", the loan; of a name its capitals."""
    if _ARTICLE.fullmatch(phrase[0]):
        return phrase[:-1] if len(phrase) > 2 else phrase
    return list(takewhile(lambda word: word[0].isupper(), phrase))


def _shortened(phrase: list[str]) -> list[str]:
    """Without the place and most adjectives: in a question of few words, many of the topic's would drown its own."""
    if not _ARTICLE.fullmatch(phrase[0]):
        return phrase
    article, *words = takewhile(lambda word: not _PLACING.fullmatch(word), phrase)
    noun = list(takewhile(lambda word: not _PREPOSITION.fullmatch(word), words))
    names = [word for word in noun[:-NOUN_WORDS] if word[0].isupper()]
    return [article, *names, *noun[-NOUN_WORDS:], *words[len(noun) :]]


def _is_plural(phrase: str) -> bool:
    """By the last word before "of", "in" and the like."""
    head = list(takewhile(lambda word: not _PREPOSITION.fullmatch(word), phrase.split()))[-1]
    return bool(_PLURAL.search(head))


def _asks_for_person(turn: Turn) -> bool:
    return AnswerType.of(turn.question) is AnswerType.PERSON


def _full_name(text: str, unlike: str = "") -> str:
    known = set(content_words(unlike))
    return next((name for name in _full_names(text) if known.isdisjoint(name.lower().split())), "")


def _full_names(text: str) -> Iterator[str]:
    """Not those behind "the", which no person has."""
    for match in _NAMES.finditer(text):
        words = match[2].split()
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
_PARTICIPLE = re.compile(r"[a-z]+ed|made|held|built|sold|written|taken|known|found|lost|born|begun|given|paid|sent|won")
_PLURAL = re.compile(r"(?<![sui])s$")
_ASKED_FOR = re.compile(
    r"\b(?:which|what) (\w+(?: \w+)?) (?:is|are|was|were|do|does|did|has|have|had|can|will)\b", re.IGNORECASE
)
_NAMES = re.compile(r"\b([Tt]he )?([^\W\d_a-z][\w’'-]+(?: [^\W\d_a-z][\w’'-]+){1,5})")
