"""What may be left out of a sentence, and what may not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.derivation import proof_of
from bot.facts import read
from bot.shortening import droppable, shortens
from bot.statement import statements


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("The UN endorses the mission but does not manage it.", "The UN endorses the mission."),
        ("The UN endorses the mission, yet the UN does not run it.", "The UN endorses the mission."),
        ("Prime Minister Garry Conille declared an emergency.", "Garry Conille declared an emergency."),
        ("Deputy Prime Minister Ann Lee declared an emergency.", "Ann Lee declared an emergency."),
        ("Conille declared an emergency before the operation at the port.", "Conille declared an emergency."),
        ("Conille declared an emergency on May 3, 2024 in Haiti.", "Conille declared an emergency in Haiti."),
        ("Officers successfully recaptured the port.", "Officers recaptured the port."),
        ("The officers, part of the mission, took the port, a crucial one.", "The officers took the port."),
        ("The mission is endorsed but not managed by the UN.", "The mission is endorsed by the UN."),
        ("The mission is endorsed but not managed by the UN.", "The mission is not managed by the UN."),
        ("Kenya, which sent officers, leads the mission (for now) in Haiti.", "Kenya leads the mission in Haiti."),
    ],
)
def test_the_rest_of_a_sentence_follows(source, sentence):
    """Contrasts, titles, times of events, asides."""
    assert proof_of(sentence, statements(source))


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("The port is open, but not in June.", "The port is open."),
        ("The port is open but only in June.", "The port is open."),
        ("The port is said to be open but it is not.", "The port is said to be open but it is."),
        ("The port was to open in May, but that did not happen.", "The port was to open in May."),
        ("Nothing but rain is expected in May.", "Nothing is expected in May."),
        ("Officers partially recaptured the port.", "Officers recaptured the port."),
        ("The rebel ally attacked the port.", "The rebel attacked the port."),
        ("The school assembly voted for it.", "The school voted for it."),
        ("Officers reportedly recaptured the port.", "Officers recaptured the port."),
        ("Officers never officially recaptured the port.", "Officers never recaptured the port."),
        ("The mission is endorsed but not managed by the UN.", "The mission is managed by the UN."),
        ("The mission is endorsed but not managed by the UN.", "The mission is not endorsed by the UN."),
        ("Kenya, Haiti, or Ghana sent officers.", "Kenya, or Ghana sent officers."),
        ("The largest, after Lagos, city in Africa is Cairo.", "The largest city in Africa is Cairo."),
        ("In 1990, Kenya won; in 1992, Haiti won.", "In 1990, Haiti won."),
        ("After the fight, officers came; before it, gangs left.", "After the fight, gangs left."),
        ("Kenya won in June, Haiti lost, and left in May.", "Kenya won in June, and left in May."),
        ("Kenya wins in June, Haiti loses, and leaves in May.", "Kenya wins in June, and leaves in May."),
        ("Kenya, he hopes, leads the mission.", "Kenya leads the mission."),
        ("Kenya, if asked, leads the mission.", "Kenya leads the mission."),
        ("All but two ships were lost.", "All ships were lost."),
        ("Deputy Prime Minister Ann Lee came to Haiti.", "Prime Minister Ann Lee came to Haiti."),
        ("The wife of President Barack Obama came.", "President Barack Obama came."),
        ("The shop is open during the summer.", "The shop is open."),
        ("It was the first combat since the deployment began.", "It was the first combat."),
        ("All shops were closed during the fight.", "All shops were closed."),
        ("The officers did not come before the fight.", "The officers did not come."),
        ("The force had 200 officers before the fight.", "The force had 200 officers."),
        ("He was almost killed during the fight.", "He was killed."),
        ("The port was lost in June, but that is not certain.", "The port was lost in June."),
        ("The port was lost but that is not certain.", "The port was lost."),
        ("The port was open before June but not before March.", "The port was open before June."),
    ],
)
def test_what_limits_a_sentence_stays(source, sentence):
    """Exceptions, ranks, times of what holds now, extents, doubt."""
    assert not proof_of(sentence, statements(source))


WORDS = ["a", "Bob", "Mr", "won", "moved", "before", "(", ")", ",", "but", "is", "who", "was", "not", "May 3, 2024"]


@given(st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join))
def test_spans_that_may_go_lie_within_the_sentence(text):
    """And what is left of any of them is proven by the whole."""
    facts = read(text).facts
    for start, end in droppable(facts):
        assert 0 <= start < end <= len(facts)
        rest = (*facts[:start], *facts[end:])
        assert len(rest) < 3 or shortens(rest, facts)
