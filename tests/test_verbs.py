"""Forms of verbs, regular and irregular."""

import pytest

from bot.verbs import is_base_of, is_participle, is_past_of, is_third_person_of


@pytest.mark.parametrize(
    ("base", "third", "past", "participle"),
    [
        ("lead", "leads", "led", "led"),
        ("take", "takes", "took", "taken"),
        ("occupy", "occupies", "occupied", "occupied"),
        ("use", "uses", "used", "used"),
        ("stop", "stops", "stopped", "stopped"),
        ("pass", "passes", "passed", "passed"),
        ("reach", "reaches", "reached", "reached"),
        ("play", "plays", "played", "played"),
    ],
)
def test_forms_of_one_verb_are_known(base, third, past, participle):
    """Each belongs to the participle that its passive is made with."""
    assert is_participle(participle)
    assert is_base_of(base, participle)
    assert is_third_person_of(third, participle)
    assert is_past_of(past, participle)


def test_forms_of_another_verb_are_not():
    """Nor is a word that only looks like a participle."""
    assert not is_participle("red")
    assert not is_participle("mission")
    assert not is_past_of("took", "led")
    assert not is_past_of("taken", "taken")
    assert not is_base_of("led", "led")
    assert not is_third_person_of("leads", "taken")
