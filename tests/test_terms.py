"""What a question is about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.terms import QuestionTerms
from index.stemmer import Stemmer
from index.vocabulary import Vocabulary

stems = Stemmer().stems
rarity = Vocabulary().rarity


def terms_of(question: str) -> QuestionTerms:
    return QuestionTerms.of(question, stems, rarity)


def test_only_content_words_count():
    """The words that make it a question say nothing about its subject."""
    assert set(terms_of("Who commands the mission in Haiti?").weights) == {"command", "mission", "haiti"}


def test_rare_words_weigh_more():
    """A text that has the rare word covers more of the question."""
    terms = terms_of("Which country leads the Otunge mission?")
    assert terms.coverage(terms.found({"otung"})) > terms.coverage(terms.found({"countri"}))


def test_coverage_is_the_share_of_weight_found():
    """All words found is 1, none is 0, and inflected forms are the same word."""
    terms = terms_of("recaptured ports")
    assert terms.coverage(terms.found(stems("The port was recaptured."))) == pytest.approx(1)
    assert terms.coverage(terms.found({"harbour"})) == 0


def test_missing_and_coverage_complement_each_other():
    """What is not covered is missing."""
    terms = terms_of("gangs occupied the seaport")
    total = sum(terms.weights.values())
    found = terms.found({"gang"})
    assert terms.missing(found) == pytest.approx(total * (1 - terms.coverage(found)))


def test_names_and_numbers_that_are_missing_are_counted():
    """Asked about Kenya in 2024, a text about Chad has neither."""
    terms = terms_of("How many officers did Kenya send in 2024?")
    assert terms.names == {"kenya", "2024"}
    assert terms.missing_names(terms.found(stems("Chad sent 80 officers."))) == 2


def test_relatives_are_found():
    """Haitian police are police of Haiti; a port is no portrait."""
    assert terms_of("police of Haiti").found({"haitian", "polic"}) == {"polic", "haiti"}
    assert terms_of("the port").found({"portrait"}) == frozenset()


def test_the_first_word_is_no_name():
    """Its capital only begins the sentence."""
    assert terms_of("Gangs occupied what?").names == frozenset()


def test_neighbours_that_stay_neighbours_are_adjacent():
    """“security mission” in one breath is worth more than both words apart."""
    terms = terms_of("security mission")
    assert terms.adjacency(stems("the security mission began")) == 1
    assert terms.adjacency(stems("the mission began long before there was any security")) == 0


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_question_and_text_give_shares(question, text):
    """Whatever is typed, shares stay between 0 and 1."""
    terms = terms_of(question)
    words = stems(text)
    assert 0 <= terms.coverage(terms.found(words)) <= 1 + 1e-9
    assert 0 <= terms.adjacency(words) <= 1
