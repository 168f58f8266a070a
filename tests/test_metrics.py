"""The figures of an evaluation against cases worked out by hand."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.metrics import (
    Decile,
    accuracy_by_decile,
    auroc,
    contains_answer,
    exact_match,
    hit,
    mean,
    ndcg,
    normalised,
    percentile,
    reciprocal_rank,
    token_f1,
)

RANKING = ["x", "a", "y", "b", "z"]


def test_ndcg_of_a_ranking_worked_out_by_hand():
    """Relevant at ranks 2 and 4 of three: (1/log2 3 + 1/log2 5) / (1/log2 2 + 1/log2 3 + 1/log2 4)."""
    # 1/1.58496 + 1/2.32193 = 0.63093 + 0.43068 = 1.06161; 1 + 0.63093 + 0.5 = 2.13093; that is 0.49819
    assert ndcg(RANKING, {"a", "b", "c"}, 10) == pytest.approx(0.49819, abs=1e-5)


def test_ndcg_looks_no_further_than_k_in_ranking_and_ideal():
    """At k = 2 of three relevant: (1/log2 3) / (1 + 1/log2 3) = 0.63093 / 1.63093 = 0.38685."""
    assert ndcg(RANKING, {"a", "b", "c"}, 2) == pytest.approx(0.38685, abs=1e-5)


def test_ndcg_of_the_ideal_ranking_is_one():
    """Both relevant documents first: DCG equals ideal DCG."""
    assert ndcg(["b", "a", "x"], {"a", "b"}, 10) == 1


def test_ndcg_is_zero_when_nothing_relevant_is_found():
    """No gain at all."""
    assert ndcg(RANKING, {"c"}, 10) == 0


@pytest.mark.parametrize(("k", "expected"), [(1, 0), (2, 1), (10, 1)])
def test_hit_counts_from_the_rank_of_the_first_relevant(k, expected):
    """The first relevant document stands at rank 2."""
    assert hit(RANKING, {"a", "b"}, k) == expected


def test_reciprocal_rank_is_one_over_the_first_relevant_rank():
    """Rank 4 gives 1/4, whatever comes after."""
    assert reciprocal_rank(RANKING, {"b", "z"}, 10) == 1 / 4


def test_reciprocal_rank_beyond_k_is_zero():
    """Rank 4 does not count at k = 3."""
    assert reciprocal_rank(RANKING, {"b"}, 3) == 0


def test_normalisation_is_squads():
    """Lower case, ASCII punctuation and articles gone, whitespace collapsed; other dashes stay."""
    assert normalised("  The quick-brown\tFox, an 'animal' (24–10) ") == "quickbrown fox animal 24–10"


@pytest.mark.parametrize(
    ("text", "answers", "expected"),
    [
        ("It was led by the Denver Broncos.", ["Denver Broncos"], True),
        ("It was led by Denver.", ["Denver Broncos", "denver"], True),
        ("In 1984 it began.", ["984"], False),  # part of a word
        ("A theory of the art.", ["the art"], True),  # articles do not count
        ("Anything", ["the"], False),  # of which nothing is left
        ("Anything", [], False),
        ("costs $1,200 now", ["1200"], True),
    ],
)
def test_containment_is_of_whole_normalised_words(text, answers, expected):
    """A gold answer is found where its words stand together, and nowhere else."""
    assert contains_answer(text, answers) is expected


def test_exact_match_ignores_what_normalisation_ignores():
    """ "The Broncos!" equals "broncos"; "Denver Broncos" does not."""
    assert exact_match("The Broncos!", ["Denver", "broncos"]) == 1
    assert exact_match("Denver Broncos", ["Denver", "broncos"]) == 0


def test_token_f1_worked_out_by_hand():
    """3 words and 4 with 2 shared: precision 2/3, recall 2/4, F1 = 2 * (2/3 * 1/2) / (2/3 + 1/2) = 4/7."""
    assert token_f1("red big house", ["big old house here"]) == pytest.approx(4 / 7)


def test_token_f1_counts_a_repeated_word_as_often_as_both_have_it():
    """ "no no no" against "no no yes": 2 shared of 3 and 3, F1 = 2 * 2 / 6."""
    assert token_f1("no no no", ["no no yes"]) == pytest.approx(2 / 3)


def test_token_f1_is_the_best_over_the_answers():
    """ "red house" is 4/5 of "big red house" and equal to "red house"."""
    assert token_f1("red house", ["big red house"]) == pytest.approx(4 / 5)
    assert token_f1("red house", ["big red house", "Red house."]) == 1


def test_token_f1_without_words():
    """Nothing against nothing agrees; nothing against something does not; no answers give nothing."""
    assert (token_f1("the", ["a"]), token_f1("", ["word"]), token_f1("word", [])) == (1, 0, 0)


def test_auroc_worked_out_by_hand():
    """0.9 and 0.5 over 0.5 and 0.1: 0.9 wins 2, 0.5 ties once and wins once: (2 + 1/2 + 1) / 4 = 0.875."""
    assert auroc([0.9, 0.5], [0.5, 0.1]) == 0.875


def test_auroc_of_equal_scores_is_a_half():
    """Where everything ties, confidence says nothing."""
    assert auroc([0.3] * 5, [0.3] * 7) == 0.5


def test_auroc_needs_both_kinds():
    """There is no figure when one side is missing."""
    assert auroc([], [0.1]) is None
    assert auroc([0.1], []) is None


SCORES = st.lists(st.integers(0, 5).map(float), min_size=1, max_size=20)


@given(SCORES, SCORES)
def test_auroc_equals_counting_all_pairs(positives, negatives):
    """The sorted computation agrees with the definition."""
    wins = sum((p > n) + (p == n) / 2 for p in positives for n in negatives)
    assert auroc(positives, negatives) == pytest.approx(wins / (len(positives) * len(negatives)))


@given(SCORES, SCORES)
def test_auroc_of_the_other_side_is_the_rest(positives, negatives):
    """Exchanging the sides gives one minus the figure."""
    forwards, backwards = auroc(positives, negatives), auroc(negatives, positives)
    assert forwards is not None
    assert backwards == pytest.approx(1 - forwards)


def test_accuracy_by_decile_worked_out_by_hand():
    """Twenty answers, two a decile: of the least confident none is right, of the most confident both."""
    judged = [(place / 20, place >= 15) for place in range(20)]
    deciles = accuracy_by_decile(reversed(judged))
    assert deciles[0] == Decile(0.0, 0.05, 0.025, 0.0, 2)
    assert [decile.accuracy for decile in deciles] == [0, 0, 0, 0, 0, 0, 0, 0.5, 1, 1]


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=64))
def test_deciles_hold_every_answer_once_and_in_order(judged):
    """No answer is lost, sizes differ by one at most, and confidence rises from bin to bin."""
    deciles = accuracy_by_decile(judged)
    sizes = [decile.n for decile in deciles]
    assert sum(sizes) == len(judged)
    assert len(deciles) == min(10, len(judged))
    assert max(sizes, default=0) - min(sizes, default=0) <= 1
    assert all(low.highest <= high.lowest for low, high in pairwise(deciles))
    right = sum(decile.accuracy * decile.n for decile in deciles)
    assert right == pytest.approx(sum(correct for _, correct in judged))


@pytest.mark.parametrize(("percent", "expected"), [(0, 1), (50, 2.5), (90, 3.7), (100, 4)])
def test_percentile_interpolates_between_ranks(percent, expected):
    """Of 1, 2, 3, 4 the 90th percentile stands at place 3 * 0.9 = 2.7, between 3 and 4: 3.7."""
    assert percentile([4, 1, 3, 2], percent) == pytest.approx(expected)


def test_nothing_has_neither_mean_nor_percentile():
    """A figure over no values is missing, not zero."""
    assert (mean([]), percentile([], 50)) == (None, None)
    assert mean([1, 2, 6]) == 3
    assert not math.isnan(mean([0.0]) or 0.0)
