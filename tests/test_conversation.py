"""Follow-up questions: what stands alone, and what is said and searched for where it does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import LIGHT_WEIGHT, standalone_question, stands_alone
from bot.query import StandaloneQuestion
from bot.turn import Turn

WHO = "Who commands the security mission in Haiti?"
TURNS = [Turn(WHO, WHO, "Godfrey Otunge commands the security mission in Haiti.")]


@pytest.mark.parametrize(
    "question", ["And who pays for it?", "Why?", "What about 2023?", "When did he arrive?", "and in June?"]
)
def test_a_question_that_leaves_something_out_does_not_stand_alone(question):
    """By its opening, a pronoun, or for want of words."""
    assert not stands_alone(question, TURNS)
    assert stands_alone(question, [])


@pytest.mark.parametrize(
    "question",
    [
        "Which documents does the harbour master need from foreign crews?",
        "Is it possible to return a parcel after fourteen days?",
        "When was the Treaty of Tordesillas signed?",
    ],
)
def test_a_change_of_topic_stands_alone(question):
    """It is asked as it is; the conversation is searched for beside it, but lightly."""
    assert stands_alone(question, TURNS)
    understood = standalone_question(question, TURNS)
    assert understood.text == question
    assert [query.weight for query in understood.queries[1:]] == [LIGHT_WEIGHT]


def test_a_pronoun_is_replaced_by_what_was_spoken_of():
    """The text reads as a question of its own; the conversation's words are searched for beside it."""
    understood = standalone_question("And who pays for it?", TURNS)
    assert understood.text.startswith("Who pays for the security mission")
    assert understood.queries[0].text == "And who pays for it?"
    assert any(WHO in query.text for query in understood.queries[1:])


def test_without_a_conversation_nothing_is_added():
    """The first question is what it is, however little it says."""
    assert standalone_question("Why?", []) == StandaloneQuestion.alone("Why?")


@given(
    question=st.text(min_size=1, max_size=200), answer=st.text(max_size=200), earlier=st.text(min_size=1, max_size=200)
)
def test_any_text_is_understood_somehow(question, answer, earlier):
    """Nothing raises, the question itself is always searched for, and weights are positive."""
    understood = standalone_question(question, [Turn(earlier, earlier, answer)])
    assert understood.queries[0].text == question
    assert all(query.weight > 0 for query in understood.queries)
