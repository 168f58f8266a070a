"""What follows from the sources and what does not, sentence by sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.derivation import proof_of
from bot.objection import objection
from bot.statement import columns_above, heading_above, statements
from index.document import Markup

SOURCE = (
    "Kenyan officers won back a seaport from the gangs that had held it since March 6, 2024. "
    "Godfrey Otunge commands the mission in Haiti. He spoke on June 3, 2024. "
    "In May, 14 ships and 3 planes came, although Kenya, which leads the mission, did not pay. "
    "If the port closes, aid ends. The mission was planned for 2,500 people, according to The Nation. "
    "The gangs opened fire first, and the officers drove them back. "
    "It is not clear whether any officers were hurt. Kenya's president denied that he had known. "
    "“We shall stay,” he said. Files are refused above 50 MB. The ships came, the planes left. "
    "Haiti has a port, which may close. Haiti has two airports, which is not certain."
)
STATEMENTS = statements(SOURCE, title="A briefing")


@pytest.mark.parametrize(
    "sentence",
    [
        "Godfrey Otunge commands the mission in Haiti.",
        "Kenyan officers won back the seaport from gangs that had held it since 2024-03-06.",
        "In May, fourteen ships and three planes came, although Kenya did not pay.",
        "Although Kenya, which leads the mission, did not pay, in May, 14 ships and 3 planes came.",
        "The officers drove them back, and the gangs opened fire first.",
        "The gangs opened fire first.",
        "Haiti has a port.",
        "The officers drove them back.",
        "Godfrey Otunge spoke on 3 June 2024.",
        "Otunge spoke on 3 June 2024.",
        "Godfrey Otunge commands the mission in Haiti, and he spoke on June 3, 2024.",
        "If the port closes, aid ends; Godfrey Otunge commands the mission in Haiti.",
        "Aid ends if the port closes.",
        "According to the passages, Godfrey Otunge commands the mission in Haiti.",
        "Godfrey Otunge also commands the mission in Haiti.",
    ],
)
def test_a_light_rewording_follows(sentence):
    """Other forms of numbers and dates, clauses left out or moved, sentences joined, a name for a pronoun."""
    assert proof_of(sentence, STATEMENTS)


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("Godfrey Otunge commands the mission in Kenya.", "together they say something else"),
        ("Garry Conille commands the mission in Haiti.", "Garry Conille does not stand in its sources"),
        (
            "Kenyan officers won back a seaport from the gangs that had held it since March 8, 2024.",
            "March 8, 2024 does",
        ),
        ("In May, 3 ships and 14 planes came.", "together"),
        ("In May, 14 planes came.", "together"),
        ("In May, 15 ships and 3 planes came.", "15 does not stand in its sources"),
        ("In May, $14 ships and 3 planes came.", "$14 does not stand"),
        (
            "In May, 14 ships and 3 planes came, although Kenya, which leads the mission, did pay.",
            "leaves out the “not”",
        ),
        ("The gangs did not open fire first.", "together"),
        ("The gangs never opened fire first.", "“never” does not stand"),
        ("The gangs opened fire last.", "“last” does not stand"),
        ("The officers opened fire first.", "together"),
        ("The officers opened fire first, and the gangs drove them back.", "together"),
        ("Aid ends.", "together"),
        ("The mission was planned for 2,500 people.", "together"),
        ("Any officers were hurt.", "leaves out the “not”"),
        ("He had known.", "together"),
        ("We shall stay.", "together"),
        ("Haiti has two airports.", "its sources"),
        ("Files are refused.", "together"),
        ("The planes left, the ships came.", "together"),
        ("Kenya's president spoke on June 3, 2024.", "together"),
        ("Haiti spoke on June 3, 2024.", "together"),
        ("In May, Godfrey Otunge commands the mission in Haiti.", "together"),
        ("Godfrey Otunge commands the mission in Haiti with great success.", "does not stand"),
        ("Godfrey Otunge “never sleeps” in Haiti.", "“never sleeps” is not what its sources say word for word"),
        ("The mission is commanded by Garry Conille.", "Garry Conille does not stand in its sources"),
        ("The ships are led by Kenya.", "together they say something else"),
        ("…", "nothing that can be checked"),
    ],
)
def test_a_lie_does_not_follow_and_is_told_why(sentence, reason):
    """Digits, dates, units, names, order, negation, condition, hearsay, invention, invented quotation."""
    assert proof_of(sentence, STATEMENTS) is None
    assert reason in objection(sentence, STATEMENTS)


def test_a_quotation_is_verbatim_but_for_spaces_and_marks():
    """“…” and "…" are the same; another form of a number in them is not."""
    source = statements("He called it “the  2,500 of us” and left.")
    assert proof_of('He called it "the 2,500 of us" and left.', source)
    assert not proof_of('He called it "the 2500 of us" and left.', source)


def test_a_question_says_nothing():
    """What the source only asks is no fact."""
    source = statements("The port is open?")
    assert not proof_of("The port is open.", source)
    assert proof_of("The port is open?", source)


@pytest.mark.parametrize(
    ("before", "sentence", "named", "follows"),
    [
        ("Mary Smith spoke in Haiti.", "She left on Monday.", "Mary Smith left on Monday.", True),
        ("Mary Smith spoke in Haiti.", "She left on Monday.", "Smith left on Monday.", True),
        ("Mary Smith spoke in Haiti.", "She left on Monday.", "Haiti left on Monday.", False),
        ("Mary Smith met Ann Lee.", "She left on Monday.", "Mary Smith left on Monday.", False),
        ("Mary Smith's aide spoke.", "She left on Monday.", "Mary Smith left on Monday.", False),
        ("Mary Smith and Ann Lee spoke.", "She left on Monday.", "Ann Lee left on Monday.", False),
        ("Kenya is a country.", "It leads the mission.", "Kenya leads the mission.", True),
        ("Kenya leads the mission.", "It has 2,500 members.", "Kenya has 2,500 members.", False),
        ("Kenya is a country.", "Its officers came.", "Kenya's officers came.", True),
        ("Kenya is a country.", "He leads the mission.", "He leads Kenya.", False),
    ],
)
def test_a_name_stands_for_a_pronoun_only_where_it_is_certain(before, sentence, named, follows):
    """The subject of the sentence before, if nobody else can be meant."""
    assert bool(proof_of(named, statements(f"{before} {sentence}"))) is follows


def test_a_heading_names_the_subject_of_the_first_sentence_below_it_only():
    """Further down the pronoun may mean something else."""
    source = statements("# Godfrey Otunge\n\nHe commands the mission. Then came Ann. He left.", markup=Markup.MARKDOWN)
    assert proof_of("Godfrey Otunge commands the mission.", source)
    assert not proof_of("Godfrey Otunge left.", source)


def test_a_pronoun_keeps_its_sentence_when_two_are_joined():
    """“Kenya leads, and it is old” is no sum of two sentences from different places."""
    source = statements("Kenya leads the mission. The port lies there. It is very old.")
    assert not proof_of("Kenya leads the mission, and it is very old.", source)
    assert proof_of("The port lies there, and it is very old.", source)


def test_what_is_no_sentence_is_not_joined_with_one():
    """The time of one event is not that of another, and a description not of what stands before it."""
    source = statements(
        "Kenya leads the mission, which may grow. In the spring of 2024, Haiti paid for the port. "
        "The Republic of Kenya, a country in East Africa, sent officers. The officers took the port."
    )
    assert proof_of("The mission is led by Kenya, and the port was taken.", source)
    assert proof_of("The port was taken by the officers, and the mission is led by Kenya.", source)
    assert not proof_of("Kenya leads the mission, in the spring of 2024.", source)
    assert not proof_of("In the spring of 2024, the officers took the port.", source)
    assert not proof_of("The officers took the port, a country in East Africa.", source)
    assert not proof_of("The port was taken, a country in East Africa.", source)


def test_a_row_is_read_with_the_names_of_its_columns():
    """A value belongs to its own column."""
    table = "| item | price | stock |\n| --- | --- | --- |\n| red lamp | 14.50 | 220 |\n"
    source = statements(table, markup=Markup.MARKDOWN)
    assert proof_of("item: red lamp; price: 14.50; stock: 220", source)
    assert not proof_of("item: red lamp; price: 220; stock: 14.50", source)
    assert columns_above(table, table.index("| red"), Markup.MARKDOWN) == "| item | price | stock |"


def test_the_heading_above_is_the_nearest_thing_above():
    """Text in between hides it; at the beginning the title counts."""
    text = "# Port\n\nIt is old. It is new."
    assert heading_above(text, text.index("It is old"), Markup.MARKDOWN, "T") == "Port"
    assert heading_above(text, text.index("It is new"), Markup.MARKDOWN, "T") == ""
    assert heading_above("It is old.", 0, Markup.PLAIN, "T") == "T"


@given(st.text(st.characters(exclude_categories=()), max_size=150), st.text(max_size=60), st.sampled_from(Markup))
def test_any_texts_can_be_compared(source, sentence, markup):
    """Nothing raises, and a reason is one line that is not empty."""
    found = statements(source, markup=markup, title=sentence)
    assert all(source[one.start : one.end] == one.text for one in found)
    proof = proof_of(sentence, found)
    assert proof or objection(sentence, found).strip()


@given(st.text(st.characters(categories=("L", "N", "P", "Zs")), min_size=1, max_size=150))
def test_a_sentence_follows_from_itself(text):
    """In any script."""
    for one in statements(text):
        assert proof_of(one.text, [one]) or not one.readings[0].facts or '"' in text or one.readings[0].asks


@pytest.mark.parametrize(
    "text",
    [
        "Kenya is led by Haiti, " * 190,
        "Kenya leads Haiti but is not led by it " * 110,
        "a b, " * 900,
        "which, " * 700,
        "(" * 4000,
        '"' * 4000,
        "one hundred, " * 300,
        "and " * 1200,
    ],
)
def test_hostile_text_costs_no_time(text):
    """Repetition does not multiply: the time limit of the tests would tell."""
    source = statements(f"{text}\n\n{text * 30}\n\nThe end is near.")
    assert proof_of("The end is near.", source)
    assert proof_of(f"{text} the end is far.", source) is None
    assert objection(text * 30, source) == "it is too long for a sentence"
