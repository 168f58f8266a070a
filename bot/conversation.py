"""A follow-up question and the turns before it become a question that stands alone, by rules and without a model.

The rules know English. In another language a question of more than a few words is taken to stand alone; it is still
searched for beside the conversation's words, lightly.
"""

import re
from collections.abc import Sequence

from bot.query import Query, StandaloneQuestion
from bot.reference import Kind, Reference, first_reference, opening, points_back
from bot.topic import person_spoken_of, thing_spoken_of
from bot.turn import Turn

# What the conversation's ranking counts beside the question's own. A question that seems to stand alone may change the
# topic, and must not lose by what was spoken of before: no more weight than that leaves.
FOLLOWING_WEIGHT, LIGHT_WEIGHT = 1.0, 0.3
QUESTIONS_READ = 2
ANSWER_READ = 100  # characters: what an answer is about, it says first


def stands_alone(question: str, turns: Sequence[Turn]) -> bool:
    """Whether nothing in the question needs the conversation; True without turns."""
    return not turns or not points_back(question)


def standalone_question(question: str, turns: Sequence[Turn]) -> StandaloneQuestion:
    """The question with what it leaves out, taken from the turns before it, oldest first.

    The text is the question itself, unchanged, if it stands alone. Searched for beside it is the question together
    with the last questions and the beginning of the last answer: with little weight if it stands alone.
    """
    if not turns:
        return StandaloneQuestion.alone(question)
    alone = stands_alone(question, turns)
    context = Query(_in_context(question, turns), LIGHT_WEIGHT if alone else FOLLOWING_WEIGHT)
    text = question if alone else _sentence(_completed(question, turns)) or question
    return StandaloneQuestion(text, (Query(question), context))


def _in_context(question: str, turns: Sequence[Turn]) -> str:
    """The newest first, because a model may read no more than the beginning of a long text."""
    asked = (turn.question for turn in reversed(turns[-QUESTIONS_READ:]))
    return " ".join(filter(None, (question, *asked, turns[-1].answer[:ANSWER_READ])))


def _completed(question: str, turns: Sequence[Turn]) -> str:
    """With what it points back at in place of the pronoun, or in brackets behind the question."""
    own = question[opening(question) :]
    if _SAME_QUESTION.match(own):
        return _with_behind(own, _last_question(question, turns))
    reference = first_reference(own)
    topic = _topic(reference, turns)
    if reference and topic and reference.kind is not Kind.OTHER:
        return _replaced(own, reference, topic)
    if not topic or not (reference or _QUESTION_WORD.search(own)):
        topic = _QUESTION_WORDS.sub("", _last_question(question, turns))
    return _with_behind(own, topic)


def _topic(reference: Reference | None, turns: Sequence[Turn]) -> str:
    person = person_spoken_of(turns) if reference and reference.of_person else ""
    return person or thing_spoken_of(turns, single=reference is not None and not reference.of_several)


def _replaced(question: str, reference: Reference, topic: str) -> str:
    possessive = "" if reference.kind is not Kind.OWNER else "’" if topic.endswith("s") else "’s"
    return f"{question[: reference.start]}{topic}{possessive}{question[reference.end :]}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _with_behind(question: str, topic: str) -> str:
    return f"{question} ({topic})" if topic else question


def _last_question(question: str, turns: Sequence[Turn]) -> str:
    """The latest that is understood by itself, without its numbers where the new one brings others."""
    alone = (text for turn in reversed(turns) if _is_whole(text := turn.standalone_question))
    last = next(alone, turns[0].question).rstrip("?!. ")
    return _NUMBER.sub("", last) if _NUMBER.search(question) else last


def _is_whole(text: str) -> bool:
    """Nothing was put in brackets behind it, either: brackets within brackets nobody reads."""
    return not points_back(text) and not text.endswith(")")


_SAME_QUESTION = re.compile(r"\W*(?:what|how) about\b", re.IGNORECASE)
_QUESTION_WORD = re.compile(r"\b(?:who|whom|whose|what|which|when|where|why|how)\b", re.IGNORECASE)
_QUESTION_WORDS = re.compile(
    r"^\W*(?:how (?:many|much)|who|whom|whose|what|which|when|where|why|how)(?: (?:is|are|was|were|do|does|did))? ",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?: (?:in|of|by|on|since|from|during|until))? *\b\d[\d.,]*\b")
