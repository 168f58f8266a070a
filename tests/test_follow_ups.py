"""Conversations with the documents that ship, by the program's own path and with its own model."""

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from bot.answer import Answer
from bot.answering import Answering
from bot.inquiry import inquiry
from bot.settings import Settings
from bot.turn import Turn
from index.progress import unheard

SEEDS = Path(__file__).parents[1] / "seeds"
WHO = "Who commands the multinational security mission in Haiti?"
PORT = "Which port did the officers recapture?"
STATE = "Who declared a state of emergency?"
HELD = "When did gangs occupy the APN port?"
ARRIVED = "When did the first Kenyan officers arrive?"
SLACK = "How do I connect Slack?"


@pytest.fixture(scope="module")
def answering(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answering]:
    settings = Settings(documents=SEEDS, home=tmp_path_factory.mktemp("home"))
    with inquiry(settings, lambda: nullcontext(unheard), print) as opened:
        yield opened


async def last_of(answering: Answering, questions: list[str]) -> Answer:
    """The answer to the last of the questions, asked one after the other."""
    turns: list[Turn] = []
    for question in questions[:-1]:
        answer = await answering.answer(question, turns=turns)
        turns.append(Turn(question, answer.standalone_question, answer.answer if answer.answered else ""))
    return await answering.answer(questions[-1], turns=turns)


@pytest.mark.parametrize(
    ("questions", "gold"),
    [
        ([WHO, "And which country leads it?"], "Kenya"),
        ([WHO, "And which country leads it?", "How large is it planned to be?"], "2,500"),
        ([WHO, "And who endorses it?"], "United Nations"),
        ([WHO, "What is his title?"], "MSS Mission Commander"),
        ([WHO, "What is his title?", "Does the United Nations run it?"], "does not run it"),
        ([PORT, "Since when had the gangs held it?"], "March 6, 2024"),
        ([PORT, "And why does it matter?"], "aid deliveries"),
        ([STATE, "How many municipalities does it cover?"], "14"),
        (["Who recaptured the port?", "How did they do it?"], "gunfire"),
        ([HELD, "Who won it back?"], "officers took the APN port back"),
        ([HELD, "Who won it back?", "And when?"], "Wednesday"),
        (["What does the mission do?", "who endorses it?"], "United Nations"),
        (["What does the mission do?", "who endorses it?", "does it manage it?"], "does not manage it"),
        ([STATE, "Will he negotiate with the gangs?"], "would not negotiate"),
        ([ARRIVED, "How many were there?"], "200"),
        ([ARRIVED, "And the second group?", "why were they sent?"], "gang violence"),
        (["Who leads the mission?", "Who else contributes?"], "other countries"),
        (["Who leads the mission?", "Who else contributes?", "Was anybody hurt?"], "not clear"),
        (["How did the violence begin?", "Who was prime minister then?", "And who is it now?"], "Conille"),
        (["When did the violence get worse?", "What was the aim?"], "bring down Ariel Henry"),
        (["When did the violence get worse?", "What was the aim?", "Who was he?"], "Prime Minister"),
        ([SLACK, "Which tokens does it need?"], "SLACK_BOT_TOKEN"),
        (["Which formats does Footnote read?", "What about pictures?"], "does not read text inside pictures"),
        (["How do I add a document?", "How do I remove it?"], "Delete the file"),
        (["How do I add a document?", "How do I remove it?", "And change it?"], "Save the new version"),
        (["What does a citation name?", "And for a PDF?"], "the page"),
        (["What does a citation name?", "And for a PDF?", "Can it be wrong?"], "does not prove"),
        (["Is a quote ever shortened?", "Or translated?"], "translates"),
        (["Is a quote ever shortened?", "Or translated?", "How do I open it?"], "field url"),
        (["Which embedding model is built in?", "What was it trained on?"], "English"),
        (["Which embedding model is built in?", "Does it have to be downloaded?"], "no model is downloaded"),
        (["Which port does the server listen on?", "How do I change it?"], "FOOTNOTE_PORT"),
        (["Where does Footnote store the index?", "May I delete it?"], "at any time"),
        (
            ["Where does Footnote store the index?", "May I delete it?", "And what happens then?"],
            "builds the index again",
        ),
        (["How long may a question be?", "And the body?"], "64 kB"),
    ],
)
async def test_a_follow_up_is_answered_from_what_was_spoken_of(answering, questions, gold):
    """Where the documents say so."""
    answer = await last_of(answering, questions)
    assert answer.answered
    assert gold in answer.answer


@pytest.mark.parametrize(
    "question", ["And who pays for it?", "When was it authorised?", "How many tanks does it have?"]
)
async def test_a_follow_up_that_the_documents_do_not_answer_is_not_answered(answering, question):
    """That the topic's words stand there does not make an answer."""
    assert not (await last_of(answering, [WHO, question])).answered


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ([WHO, "And which country leads it?"], "Does any document leave my computer?"),
        ([SLACK, "Which tokens does it need?"], STATE),
        ([STATE, "How many municipalities does it cover?"], "What does a citation of a PDF name?"),
    ],
)
async def test_a_change_of_topic_is_answered_as_if_it_came_first(answering, before, question):
    """The same sentences, and the question as it was asked; the best passage stays the best."""
    first, later = await answering.answer(question), await last_of(answering, [*before, question])
    assert later.standalone_question == question
    assert (later.answered, later.answer) == (first.answered, first.answer)
    turns = [Turn(one, one, "") for one in before]
    best = [(await answering.search(question, 1, turns=said))[0].passage for said in ([], turns)]
    assert best[0] == best[1]
