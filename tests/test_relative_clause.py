"""What a ", who …" says of a name, as a sentence of its own."""

import pytest

from bot.derivation import proof_of
from bot.statement import statements

SOURCE = (
    "The aim was to bring down Ariel Henry, who was Prime Minister at that time. "
    "Godfrey Otunge, whose title is Commander, spoke. The wife of Ben Ali, who left Haiti early, was hurt. "
    "Ann Lee and Bob Ray, who won the prize, came. Reports say that Carl Dow, who owns the port, left. "
    "The port lies in Port-au-Prince, which is the capital, near the sea. Dora Ebb, who, if asked, sings well, came."
)


@pytest.mark.parametrize(
    "sentence",
    [
        "Ariel Henry was Prime Minister at that time.",
        "Godfrey Otunge's title is Commander.",
        "Port-au-Prince is the capital.",
    ],
)
def test_what_is_said_of_a_name_follows(sentence):
    """The name right before it."""
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
    ],
)
def test_what_may_be_said_of_somebody_else_does_not(sentence):
    """Behind “of” and “and”, in somebody's words, under a condition."""
    assert not proof_of(sentence, statements(SOURCE))
