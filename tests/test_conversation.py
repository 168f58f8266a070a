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
    "question",
    [
        "And who pays for it?",
        "Why?",
        "What about 2023?",
        "When did he arrive?",
        "and in June?",
        "How many Kenyan police officers does it have?",
        "Which officers does its police have?",
        "How does Kenya do it?",
        "Did that calm the gangs?",
    ],
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


STATE = "Who declared a state of emergency?"


@pytest.mark.parametrize(
    ("earlier", "answer", "question", "text"),
    [
        (WHO, "", "And which country leads it?", "Which country leads the security mission?"),
        (WHO, "", "How many officers does it have?", "How many officers does the security mission have?"),
        (WHO, "", "What is its aim?", "What is the security mission’s aim?"),
        (WHO, "Godfrey Otunge commands it.", "What is his title?", "What is Godfrey Otunge’s title?"),
        (WHO, "Godfrey Otunge does.", "Did he say when he goes?", "Did Godfrey Otunge say when he goes?"),
        (WHO, "The Red Cross does not; Ada Byron does.", "When was she sent?", "When was Ada Byron sent?"),
        (STATE, "Garry Conille.", "How long will it last?", "How long will the state of emergency last?"),
        ("Which port was recaptured?", "", "And why does it matter?", "Why does the port matter?"),
        ("Which port did the officers recapture?", "", "Where is it?", "Where is the port?"),
        ("Which port did the officers recapture?", "", "Who sent them?", "Who sent the officers?"),
        ("What does the VA loan offer?", "", "Who pays for it?", "Who pays for the VA loan?"),
        (WHO, "", "Which one is cheaper?", "Which one is cheaper? (the security mission)"),
        (STATE, "", "Why?", "Why? (the state of emergency)"),
        ("What did it cost in 2022?", "", "And what about 2023?", "What about 2023? (What did it cost)"),
        ("Which printer has a tray?", "", "And a scanner?", "A scanner? (Which printer has a tray)"),
        ("Who was mayor in May?", "", "And who is it now?", "Who is it now? (Who was mayor in May)"),
        ("Who emptied the tray?", "", "When was that?", "When was that? (emptied the tray)"),
        ("Who emptied the tray?", "", "Was anybody hurt?", "Was anybody hurt? (the tray)"),
        ("Who emptied the tray?", "", "And how did they do it?", "How did they do it? (the tray)"),
        ("Who owns the mill?", "Ada Byron does.", "When did she sell it?", "When did Ada Byron sell the mill?"),
        ("Who owns the mill?", "A club does.", "Does it run it?", "Does it run the mill?"),
        ("Who sold the mill?", "Lord Mayor Ada Byron.", "What else did she do?", "What else did Ada Byron do?"),
        ("How many people does the mill employ?", "", "What do they earn?", "What do the people earn?"),
        ("Which line does the tram run on?", "", "Is it old?", "Is the tram old?"),
        ("Does the permit cover night work?", "", "How long does it last?", "How long does the permit last?"),
        ("Why is the old harbour important?", "", "Who owns it?", "Who owns the old harbour?"),
        ("What is the club's full name?", "", "And its size?", "The club’s size?"),
        ("May I sell the mill?", "", "And what happens then?", "What happens then? (May I sell the mill)"),
    ],
)
def test_what_is_left_out_is_taken_from_the_conversation(earlier, answer, question, text):
    """In place of the pronouns, or in brackets where nothing else can be done."""
    assert standalone_question(question, [Turn(earlier, earlier, answer)]).text == text


@pytest.mark.parametrize(
    "question",
    [
        "What did Tesla call his invention?",
        "If I borrow money, is it equity?",
        "How long does it take to get a passport in June?",
        "Are there any rooms with a view of the harbour?",
        "Who arrived at the same time as the Kenyan officers?",
        "What is an annuity?",
        "Which state has its seat in a castle?",
        "Do snails carry their houses?",
        "How much did it cost to dredge the harbour?",
        "谁负责多国安全支持特派团的工作?",
    ],
)
def test_a_pronoun_that_the_question_explains_needs_no_conversation(question):
    """Nor does one that means nothing, as in "it takes"; nor a script without spaces."""
    assert stands_alone(question, TURNS)


def test_the_topic_outlives_questions_that_name_none():
    """The pronoun of the third question stands for what the first named, in the number that fits."""
    later = [
        Turn("And which country leads it?", "Which country leads the security mission?", "Kenya."),
        Turn("What does it do about the gangs?", "What does the security mission do about the gangs?", ""),
    ]
    assert standalone_question("Who pays for it?", [*TURNS, *later]).text == "Who pays for the security mission?"
    assert standalone_question("Who pays them?", [*TURNS, *later]).text == "Who pays the gangs?"


def test_what_is_only_added_to_a_question_is_no_new_topic():
    """ "For a PDF" narrows the question before it: "it" is still what that one spoke of."""
    turns = [Turn(question, question, "") for question in ("What does the report name?", "And for a PDF?")]
    assert standalone_question("Can it be wrong?", turns).text == "Can the report be wrong?"


def test_brackets_do_not_grow_from_turn_to_turn():
    """What was put behind one question is not put behind the next."""
    turns = list(TURNS)
    for question in ["Why?", "And in June?", "In 2023?", "And then?"]:
        text = standalone_question(question, turns).text
        assert text.count("(") <= 1
        turns.append(Turn(question, text, ""))


def test_a_long_conversation_leaves_the_question_in_front():
    """A model reads only the beginning of a long text: the question stands there, then the latest turn."""
    turns = [Turn("old " * 500, "", ""), Turn("new " * 500, "", "answer " * 500)]
    (_, context) = standalone_question("And who pays for it?", turns).queries
    assert context.text.startswith("And who pays for it? new")


@given(
    question=st.text(min_size=1, max_size=200), answer=st.text(max_size=200), earlier=st.text(min_size=1, max_size=200)
)
def test_any_text_is_understood_somehow(question, answer, earlier):
    """Nothing raises, the question itself is always searched for, and weights are positive."""
    understood = standalone_question(question, [Turn(earlier, earlier, answer)])
    assert understood.queries[0].text == question
    assert all(query.weight > 0 for query in understood.queries)
