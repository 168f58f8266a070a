"""A short press report of ten paragraphs: what it says is answered with the right quote, what it does not say is not.

The report is no part of the repository; it is looked for in `shared/seeds` beside the checkout.
"""

import asyncio
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from bot.answering import Answering
from bot.inquiry import inquiry
from bot.settings import Settings
from index.progress import unheard

REPORT = Path(__file__).parents[2] / "shared" / "seeds"

pytestmark = pytest.mark.skipif(not REPORT.is_dir(), reason="the press report is not beside the checkout")


@pytest.fixture(scope="module")
def answering(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answering]:
    settings = Settings(documents=REPORT, home=tmp_path_factory.mktemp("home"))
    with inquiry(settings, lambda: nullcontext(unheard), print) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "gold"),
    [
        ("Who commands the multinational security mission in Haiti?", "Godfrey Otunge"),
        ("Who is the commander of the MSS mission?", "Godfrey Otunge"),
        ("Since when had the gangs occupied the seaport?", "March 6, 2024"),
        ("When was the port recaptured?", "Wednesday"),
        ("When did the first group of Kenyan officers arrive?", "late June"),
        ("How many police officers were in the initial group?", "200"),
        ("How many Kenyan officers departed for Haiti the day before?", "another 200"),
        ("How many municipalities are under a state of emergency?", "14"),
        ("How many personnel is the force expected to have?", "2,500"),
        ("Which port did the officers liberate?", "Portuaire Nationale"),
        ("Who endorsed but does not manage the mission?", "United Nations"),
        ("Which organisation endorses the mission without managing it?", "United Nations"),
        ("Who leads the force?", "Kenya"),
        ("Which countries contribute to the force?", "Africa and the Caribbean"),
        ("Who declared a state of emergency?", "Garry Conille"),
        ("Did Conille want to negotiate with the gangs?", "not to negotiate"),
        ("What did the takeover of the port hinder?", "food and medical aid"),
        ("Which newspaper quoted Otunge?", "The Nation"),
        ("What did the armed groups want at the end of February?", "overthrow"),
        ("What is unclear?", "injured or killed"),
        ("What remains unclear about the Kenyan officers?", "injured or killed"),
    ],
)
def test_what_it_says_is_answered_with_the_right_quote(answering, question, gold):
    """The first footnote is the sentence that says it."""
    answer = asyncio.run(answering.answer(question))
    assert answer.answered
    assert gold in answer.citations[0].quote


@pytest.mark.parametrize(
    "question",
    [
        "Who is the president of Kenya?",
        "How much does the mission cost?",
        "How many gang members were killed?",
        "Who is the leader of the gangs?",
        "How long will the mission last?",
        "What weapons did the gangs use?",
        "When was the United Nations founded?",
        "How do I reset my password?",
    ],
)
def test_what_it_does_not_say_is_not_answered(answering, question):
    """Near misses, too: the words stand there, the fact does not."""
    answer = asyncio.run(answering.answer(question))
    assert not answer.answered
    assert answer.closest
