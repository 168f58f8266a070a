"""What language models write about the briefing that ships: wordings that are kept, and slips that are not."""

from pathlib import Path

import pytest

from bot.citations import Prover
from bot.claim import Claim
from bot.support import Supporter
from index.document import Document, Markup
from tests.fakes import hit_of

BRIEFING = Path(__file__).parents[1] / "seeds" / "haiti-security-mission.md"


def is_kept(*sentences: str) -> list[bool]:
    """Of an answer of these sentences, which are shown."""
    document = Document(BRIEFING.name, BRIEFING.read_text(encoding="utf-8"), "Briefing", Markup.MARKDOWN)
    supporter, prover = Supporter([hit_of(document)]), Prover({document.id: document}.get)
    return [bool(prover.prove(supporter.draft(Claim(text, (1,)), prover.last)).citations) for text in sentences]


@pytest.mark.parametrize(
    "sentence",
    [
        "Kenya leads the mission.",
        "The mission is led by Kenya.",
        "Yes, Kenya leads the mission.",
        "The United Nations endorses the mission.",
        "The mission is endorsed by the United Nations.",
        "The multinational security mission in Haiti is commanded by Godfrey Otunge.",
        "According to the passages, Godfrey Otunge commands the multinational security mission in Haiti.",
        "Garry Conille declared a state of emergency.",
        "A state of emergency was declared by Prime Minister Garry Conille.",
        "A state of emergency was declared by Garry Conille before the operation at the port.",
        "The APN port had been occupied by gangs since 6 March 2024.",
        "Gangs had occupied the APN port.",
        "It is unclear whether any Kenyan officers were injured or killed in the operation at the port.",
        "Ariel Henry was Prime Minister at that time.",
        "Godfrey Otunge's title is MSS Mission Commander.",
        "In late June, the first group of two hundred Kenyan police officers arrived in Port-au-Prince.",
        "Gangs had occupied the APN port since March 6, 2024, and the United Nations endorses the mission.",
    ],
)
def test_a_true_sentence_in_other_words_is_kept(sentence):
    """Voice, order, parts left out, forms of numbers and dates."""
    assert is_kept(sentence) == [True]


@pytest.mark.parametrize(
    "sentence",
    [
        "Haiti leads the mission.",
        "Kenya is led by the mission.",
        "The mission is managed by the United Nations.",
        "The United Nations manages the mission.",
        "Garry Conille commands the multinational security mission in Haiti.",
        "The mission is commanded by Garry Conille.",
        "A state of emergency was declared by the gangs.",
        "The state of emergency covers 40 municipalities.",
        "The APN port has been occupied by gangs since March 6, 2024.",
        "The APN port had been occupied by gangs since March 8, 2024.",
        "Kenyan officers were injured or killed in the operation at the port.",
        "The officers took control of the port.",
        "Garry Conille was Prime Minister at that time.",
        "The Haitian National Police is supported by the Haitian Armed Forces.",
        "The force has roughly 2,500 members in total.",
        "Conille would negotiate with the criminal gangs.",
    ],
)
def test_a_slip_is_withheld(sentence):
    """Roles, names, numbers, tenses, hearsay, plans and denials."""
    assert is_kept(sentence) == [False]


def test_a_pronoun_is_kept_only_behind_whom_it_means():
    """“It is endorsed by the United Nations” is about the mission, not about Kenya."""
    assert is_kept("The mission is led by Kenya.", "It is endorsed by the United Nations.") == [True, True]
    assert is_kept("The APN port lies in Port-au-Prince.", "It is endorsed by the United Nations.") == [True, False]
