"""Fusing two rankings, against hand-computed scores."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import fuse, weighted_mean


def test_each_ranking_is_divided_by_its_best_and_weighed():
    """0.6 x 0.4/0.8 + 0.4 x 3/6, and nothing from a ranking that did not find it."""
    fused = fuse({1: 0.8, 2: 0.4}, {2: 3.0, 3: 6.0}, 0.6)
    assert fused == pytest.approx({1: 0.6, 2: 0.5, 3: 0.4})


def test_nothing_found_is_nothing():
    """Two empty rankings are no error."""
    assert fuse({}, {}, 0.6) == {}


def test_what_points_away_gets_nothing():
    """A negative cosine is as good as not found, and never makes a score negative."""
    assert fuse({1: -0.2, 2: 0.5}, {}, 1.0) == {1: 0.0, 2: 1.0}
    assert fuse({1: -0.2}, {1: 2.0}, 0.5) == {1: 0.5}


rankings = st.dictionaries(st.integers(0, 20), st.floats(-1, 30), max_size=10)


@given(dense=rankings, keyword=rankings, weight=st.floats(0, 1))
def test_scores_stay_between_0_and_1(dense, keyword, weight):
    """Whatever the rankings, everything found is scored, and within bounds."""
    fused = fuse(dense, keyword, weight)
    assert fused.keys() == dense.keys() | keyword.keys()
    assert all(0 <= score <= 1.0000001 for score in fused.values())


def test_the_mean_is_weighed_and_absence_counts_as_nothing():
    """(1 x 0.5 + 3 x 1) / 4, and for what only the second ranking knows 3 x 0.2 / 4."""
    mean = weighted_mean([{1: 0.5}, {1: 1.0, 2: 0.2}], [1, 3])
    assert mean == pytest.approx({1: 0.875, 2: 0.15})
    assert weighted_mean([{1: 0.3, 2: 0.1}], [1.0]) == {1: 0.3, 2: 0.1}
