"""Active and passive of the same sentence, and nothing else."""

import pytest

from bot.derivation import proof_of
from bot.statement import statements


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("Kenya leads the mission.", "The mission is led by Kenya."),
        ("The mission is led by Kenya.", "Kenya leads the mission."),
        ("Kenya led the mission in Haiti.", "The mission was led by Kenya in Haiti."),
        ("Kenya led the mission in Haiti.", "The mission was led in Haiti by Kenya."),
        ("Gangs had occupied the port since May.", "The port had been occupied by gangs since May."),
        ("The army will guard the port.", "The port will be guarded by the army."),
        ("The officers keep the port.", "The port is kept by the officers."),
        ("In June, officers took the port.", "The port was taken by officers."),
        ("In June, officers took the port.", "In June, the port was taken by officers."),
        ("Officers took the port on May 3, 2024.", "The port was taken on 2024-05-03."),
        ("The port was taken in May by officers from Kenya.", "Officers from Kenya took the port in May."),
        ("Kenya leads the mission, which may grow.", "The mission is led by Kenya."),
    ],
)
def test_the_other_voice_follows(source, sentence):
    """With the rest of the sentence where it may stand, and without the one who does it."""
    assert proof_of(sentence, statements(source))


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("Kenya leads the mission.", "Kenya is led by the mission."),
        ("Kenya leads the mission.", "The mission was led by Kenya."),
        ("Kenya led the mission.", "The mission is led by Kenya."),
        ("Kenya leads the mission.", "The mission leads Kenya."),
        ("The mission is led by Kenya.", "The mission leads Kenya."),
        ("Kenya does not lead the mission.", "The mission is led by Kenya."),
        ("Kenya wants to lead the mission.", "The mission is led."),
        ("Otunge said that officers took the port.", "The port was taken by officers."),
        ("Otunge said officers took the port.", "The port was taken."),
        ("He hopes that officers took the port.", "The port was taken."),
        ("Conille vowed that officers took the port.", "The port was taken."),
        ("Nobody took the port.", "The port was taken."),
        ("If officers took the port, aid came.", "The port was taken by officers."),
        ("The army will guard the port.", "The port is guarded by the army."),
        ("Officers from Kenya and gangs from Haiti took the port.", "The port was taken by gangs from Haiti."),
        ("Kenya led the mission and Haiti took the port.", "The port was taken by Kenya."),
        ("The port was nearly taken by gangs.", "Gangs took the port."),
        ("The port was not taken by gangs.", "Gangs took the port."),
        ("The port was taken by gangs of Haiti.", "Gangs took the port."),
    ],
)
def test_what_the_other_voice_does_not_say_does_not_follow(source, sentence):
    """Roles, time, doubt, hearsay, denial and other clauses."""
    assert not proof_of(sentence, statements(source))
