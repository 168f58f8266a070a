"""Clauses that are sentences of their own: ", who …" behind a name, and what happened "when"."""

import pytest

from bot.derivation import proof_of
from bot.statement import statements

SOURCE = (
    "The aim was to bring down Ariel Henry, who was Prime Minister at that time. "
    "Godfrey Otunge, whose title is Commander, spoke. The wife of Ben Ali, who left Haiti early, was hurt. "
    "Ann Lee and Bob Ray, who won the prize, came. Reports say that Carl Dow, who owns the port, left. "
    "The port lies in Port-au-Prince, which is the capital, near the sea. Dora Ebb, who, if asked, sings well, came. "
    "Violence worsened in June when armed groups attacked the port, aiming at its aid. "
    "It would end when officers reached the city. The port opens when ships arrive. "
    "Aid never came when roads were closed."
)


@pytest.mark.parametrize(
    "sentence",
    [
        "Ariel Henry was Prime Minister at that time.",
        "Godfrey Otunge's title is Commander.",
        "Port-au-Prince is the capital.",
        "Armed groups attacked the port.",
    ],
)
def test_what_such_a_clause_says_follows(sentence):
    """Of the name right before it, or of a time."""
    assert proof_of(sentence, statements(SOURCE))


@pytest.mark.parametrize(
    "sentence",
    [
        "Ben Ali left Haiti early.",
        "Bob Ray won the prize.",
        "Carl Dow owns the port.",
        "The port is the capital.",
        "Dora Ebb sings well.",
        "Henry's title is Commander.",
        "Officers reached the city.",
        "Ships arrive.",
        "Roads were closed.",
    ],
)
def test_what_may_be_said_of_somebody_else_does_not(sentence):
    """Behind “of” and “and”, in somebody's words, under a condition, with a “would” or “never”."""
    assert not proof_of(sentence, statements(SOURCE))
