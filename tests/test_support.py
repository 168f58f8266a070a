"""Finding proof: the exact words, wherever the model says that they stand."""

from hypothesis import given
from hypothesis import strategies as st

from bot.claim import Claim
from bot.support import Supporter
from index.document import Document, Markup
from index.retriever import Hit
from tests.fakes import hit_of, passage_of

PORT = Document("port.txt", "The port reopened on May 3. It handles 40 ships a day. Nobody knows why.")
MISSION = Document("mission.txt", "Mary Smith spoke in Haiti. She commands the mission. Kenya pays for it.")
PRICES = Document("prices.csv", "item,price,stock\nred lamp,14.50,220\nblue lamp,15,30\n", markup=Markup.ROWS)
HITS = [hit_of(PORT), hit_of(MISSION)]


def quotes(text: str, *cited: int, hits: list[Hit] | None = None) -> list[str]:
    return [support.quote for support in Supporter(hits or HITS).draft(Claim(text, cited)).supports]


def test_the_supporting_sentence_is_quoted_and_no_more():
    """Not the whole passage."""
    assert quotes("It handles forty ships a day.", 1) == ["It handles 40 ships a day."]


def test_a_yes_or_no_in_front_is_left_out():
    """It is about the question, and no source says it."""
    draft = Supporter(HITS).draft(Claim("Yes, the port reopened on May 3.", (1,)))
    assert draft.text == "The port reopened on May 3."
    assert [support.quote for support in draft.supports] == [draft.text]


def test_a_pronoun_is_looked_for_by_whom_it_means():
    """The sentence before it in the answer says who it is, the source says the name."""
    (support,) = Supporter(HITS).draft(Claim("She spoke in Haiti.", (2,)), before="Mary Smith is the boss.").supports
    assert support.quote == "Mary Smith spoke in Haiti."


def test_a_marker_that_points_at_the_wrong_passage_or_nowhere_is_put_right():
    """The words are found in whichever passage says them."""
    for cited in ((2,), (7,), (0,), (-1,), (), (2, 1, 99)):
        assert quotes("The port reopened on 3 May.", *cited) == ["The port reopened on May 3."]


def test_numbers_in_brackets_are_no_words_of_the_sentence():
    """Neither of the claim nor of what it is compared with."""
    noted = Document("n.txt", "The port reopened [7] on May 3 [2, 3]. It is new.")
    draft = Supporter([hit_of(noted)]).draft(Claim("The port reopened on May 3 [2, 3], and it is new [9].", (1,)))
    assert draft.text == "The port reopened on May 3, and it is new."
    assert [support.quote for support in draft.supports] == [noted.text]


def test_the_passage_that_is_cited_comes_before_others_that_say_the_same():
    """A reader is sent where the model says, if that is right."""
    again = Document("again.txt", PORT.text)
    hits = [hit_of(PORT), hit_of(again)]
    (support,) = Supporter(hits).draft(Claim("The port reopened on May 3.", (2,))).supports
    assert support.hit is hits[1]


def test_a_sentence_made_of_two_has_two_supports_in_its_order():
    """One for each passage."""
    text = "Kenya pays for it, and the port reopened on May 3."
    assert quotes(f"The port reopened on May 3, and {MISSION.text.split('. ')[0]}.", 1, 2) == [
        "The port reopened on May 3.",
        "Mary Smith spoke in Haiti.",
    ]
    assert quotes(text, 1, 2) == ["Kenya pays for it.", "The port reopened on May 3."]


def test_neighbours_that_are_joined_are_one_quote():
    """A reader sees them as they stand."""
    assert quotes("The port reopened on May 3, and it handles 40 ships a day.", 1) == [
        "The port reopened on May 3. It handles 40 ships a day."
    ]


def test_a_name_in_place_of_a_pronoun_is_quoted_with_the_sentence_that_names_it():
    """Every name of the sentence stands in its quote."""
    assert quotes("Mary Smith commands the mission.", 2) == ["Mary Smith spoke in Haiti. She commands the mission."]


def test_what_nothing_supports_comes_with_what_is_nearest():
    """So that the proof can say what is wrong; nothing at all if nothing is near."""
    assert quotes("It handles 50 ships a day.", 1) == ["It handles 40 ships a day."]
    assert quotes("Bananas contain potassium.", 1) == []


def test_a_row_is_quoted_as_it_stands():
    """Whether its columns are named or not."""
    row = PRICES.text.index("red lamp")
    passage = passage_of(PRICES, row, headings=("item,price,stock",))
    hits = [Hit(passage, 1.0, 1.0, 1.0)]
    assert quotes("item: red lamp; price: 14.50; stock: 220", 1, hits=hits) == ["red lamp,14.50,220"]
    assert quotes("red lamp; 14.50; 220", 1, hits=hits) == ["red lamp,14.50,220"]


def test_offsets_are_those_of_the_document():
    """Of a passage in the middle of it, too."""
    start = PORT.text.index("It handles")
    hits = [Hit(passage_of(PORT, start), 1.0, 1.0, 1.0)]
    (support,) = Supporter(hits).draft(Claim("It handles 40 ships a day.", (1,))).supports
    assert PORT.text[support.start : support.end] == support.quote == "It handles 40 ships a day."


@given(
    st.lists(st.text(st.characters(exclude_categories=()), max_size=120), max_size=3),
    st.text(max_size=60),
    st.lists(st.integers(), max_size=3),
    st.sampled_from(Markup),
)
def test_whatever_is_found_is_a_span_of_its_document(texts, said, cited, markup):
    """Any texts, any claim, any markers: nothing raises and every quote equals its slice."""
    documents = {f"{number}": Document(f"{number}", text, markup=markup) for number, text in enumerate(texts)}
    supporter = Supporter([hit_of(document) for document in documents.values()])
    for text in (said, *texts):
        for support in supporter.draft(Claim(text, tuple(cited))).supports:
            document = documents[support.hit.passage.document]
            assert document.text[support.start : support.end] == support.quote != ""
