"""What kind of thing is asked for, and whether a sentence holds one."""

import pytest

from bot.answer_type import AnswerType
from index.stemmer import Stemmer

stems = Stemmer().stems


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who commands the mission?", AnswerType.PERSON),
        ("When did the gangs occupy the port?", AnswerType.TIME),
        ("In what year was it built?", AnswerType.TIME),
        ("How many municipalities are affected?", AnswerType.AMOUNT),
        ("how long is the bridge", AnswerType.AMOUNT),
        ("Which port was recaptured?", AnswerType.PLACE),
        ("Where do deliveries arrive?", AnswerType.PLACE),
        ("Why was the office closed?", AnswerType.REASON),
        ("What is unclear?", AnswerType.OTHER),
        ("", AnswerType.OTHER),
    ],
)
def test_the_form_of_a_question_tells_what_it_asks_for(question, kind):
    """The first words, or a noun after “what” and “which”, say it."""
    assert AnswerType.of(question) is kind


@pytest.mark.parametrize(
    ("kind", "holds", "lacks"),
    [
        (AnswerType.PERSON, "The mission is led by Godfrey Otunge.", "The mission is led by its commander."),
        (AnswerType.PLACE, "They met in Nairobi.", "They met in the capital."),
        (AnswerType.TIME, "It began on March 6.", "It began without warning."),
        (AnswerType.TIME, "It was founded in 1987.", "It was founded by farmers."),
        (AnswerType.AMOUNT, "Fourteen towns and 200 officers.", "Towns and officers."),
        (AnswerType.REASON, "It closed because of the rain.", "It closed at noon."),
        (AnswerType.OTHER, "anything", None),
    ],
)
def test_a_sentence_is_seen_to_hold_such_a_thing(kind, holds, lacks):
    """By its form alone: names, dates, figures, reasons."""
    assert kind.spans(holds, stems, ())
    assert lacks is None or not kind.spans(lacks, stems, ())


def test_a_name_from_the_question_is_no_answer():
    """“Who leads the force in Haiti?” is not answered by “the force in Haiti”."""
    assert not AnswerType.PERSON.spans("They lead the force in Haiti.", stems, {"haiti"})


def test_it_says_where():
    """A name of several words is one thing."""
    text = "The fight was over, said Commander Godfrey Otunge."
    ((start, end),) = AnswerType.PERSON.spans(text, stems, ())
    assert text[start:end] == "Commander Godfrey Otunge"
