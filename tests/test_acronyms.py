"""Acronyms that the documents explain themselves."""

from bot.acronyms import definitions, expanded


def test_an_acronym_is_learnt_where_it_is_explained():
    """The words stand just before the brackets."""
    text = "Part of the Multinational Security Support (MSS) mission to Haiti."
    assert definitions([text]) == {"MSS": "Multinational Security Support"}


def test_brackets_that_explain_nothing_are_ignored():
    """Capitals in brackets must be the first letters of the words before."""
    assert definitions(["The harbour (USA) is old. (EU)"]) == {}


def test_an_acronym_counts_as_its_words():
    """Only whole words are acronyms."""
    known = {"MSS": "Multinational Security Support"}
    assert expanded("MSS Mission, not MSSX", known) == "Multinational Security Support Mission, not MSSX"


def test_text_without_known_acronyms_stays():
    """Nothing is guessed."""
    assert expanded("The UN met.", {}) == expanded("The UN met.", {"EU": "European Union"}) == "The UN met."
