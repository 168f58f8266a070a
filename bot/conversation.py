"""A follow-up question and the turns before it become a question that stands alone, by rules and without a model.

The rules know English. In another language a question of more than a few words is taken to stand alone; it is still
searched for beside the conversation's words, lightly.
"""

import re
from collections.abc import Sequence

from bot.answer_type import AnswerType
from bot.query import Query, StandaloneQuestion
from bot.reference import Kind, Reference, content_words, opening, points_back, references
from bot.topic import Number, person_spoken_of, thing_spoken_of
from bot.turn import Turn

# What the conversation's ranking counts beside the question's own. A question that seems to stand alone may change the
# topic, and must not lose by what was spoken of before: no more weight than that leaves.
FOLLOWING_WEIGHT, LIGHT_WEIGHT = 1.0, 0.3
QUESTIONS_READ = 2
ANSWER_READ = 100  # characters: what an answer is about, it says first
CIRCUMSTANCES = (AnswerType.TIME, AnswerType.PLACE, AnswerType.AMOUNT)


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
    """With what it points back at in place of the pronouns, or in brackets behind the question."""
    own = question[opening(question) :]
    if _SAME_QUESTION.match(own):
        return _with_behind(own, _last_question(question, turns))
    topics = {_topic(one, turns): one for one in reversed(references(own))}  # two are never the same thing
    written_out = own
    for topic, reference in topics.items():
        written_out = _replaced(written_out, reference, topic)
    return written_out if written_out != own else _with_behind(own, _left_out(own, turns))


def _left_out(question: str, turns: Sequence[Turn]) -> str:
    """The last question where this one asks nothing; else what was spoken of.

    For a mere "when?" or "what then?" all that the last one said: a sentence that says it may hold its time, too, but
    hardly its reason.
    """
    last = _last_question(question, turns)
    if not _ASKING.search(question):
        return last
    said = _QUESTION_WORDS.sub("", last)
    of_all = AnswerType.of(question) in CIRCUMSTANCES or _THEN.search(question)
    thing = "" if of_all and not content_words(question) else thing_spoken_of(turns, Number.ANY)
    return thing or said


def _topic(reference: Reference, turns: Sequence[Turn]) -> str:
    person = person_spoken_of(turns) if reference.of_person else ""
    return person or thing_spoken_of(turns, Number.SEVERAL if reference.of_several else Number.ONE)


def _replaced(question: str, reference: Reference, topic: str) -> str:
    """For an owner the topic's own owner: "its leader" is the mission's, not that of the mission's full name."""
    if not topic:
        return question
    if reference.kind is Kind.OWNER:
        owner = _POSSESSIVE.split(topic)[0]
        topic = f"{owner}{'’' if owner.endswith('s') else '’s'}"
    return f"{question[: reference.start]}{topic}{question[reference.end :]}"


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


_SAME_QUESTION = re.compile(r"\W*(?:(?:what|how) about|who(?:['’]s| is| was) it)\b", re.IGNORECASE)
_ASKING = re.compile(
    r"\b(?:who|whom|whose|what|which|when|where|why|how)\b"
    r"|^\W*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must)\b",
    re.IGNORECASE,
)
_THEN = re.compile(r"\b(?:then|after that)\W*$", re.IGNORECASE)
_POSSESSIVE = re.compile(r"(?<=\w)['’]s? ")
_QUESTION_WORDS = re.compile(
    r"^\W*(?:how (?:many|much)|who|whom|whose|what|which|when|where|why|how)(?: (?:is|are|was|were|do|does|did))? ",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?: (?:in|of|by|on|since|from|during|until))? *\b\d[\d.,]*\b")
