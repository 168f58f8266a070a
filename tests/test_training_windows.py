"""From text to windows, batches and back: is a span the same at both ends?"""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.batches import Plan
from training.bundled_weights import read_weights
from training.decoding import read
from training.examples import Example, Supervision
from training.schedule import Schedule
from training.targets import NULL_SPAN, Target, targets
from training.windows import CLS, MAX_TOKENS, OVERLAP, SEP, Windowing

WINDOWING = Windowing()
WORDS = st.lists(st.sampled_from(["river", "Orle", "1,066", "naïve", "twenty-four", "(so)", "東京", "é"]), max_size=400)


@settings(deadline=None)
@given(WORDS, st.data())
def test_a_span_of_words_comes_back(words: list[str], data: st.DataObject) -> None:
    """Every short span of whole words is in a window, and is the same characters there."""
    passage = " ".join(words)
    if not words:
        return
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, min(first + 5, len(words) - 1)))
    start = len(" ".join(words[:first])) + (first > 0)
    end = len(" ".join(words[: last + 1]))
    windows = WINDOWING.windows("Where is it?", passage)
    places = [(window, window.tokens_of(start, end)) for window in windows]
    assert any(place for _, place in places)
    assert {window.span_of(*place) for window, place in places if place} == {(start, end)}


@settings(deadline=None)
@given(st.text(max_size=2000), st.text(max_size=500))
def test_windows_cover_any_text(passage: str, question: str) -> None:
    windows = WINDOWING.windows(question, passage)
    covered = {offsets for window in windows for offsets in window.offsets}
    assert all(len(window.ids) <= MAX_TOKENS and window.ids[0] == CLS and window.ids[-1] == SEP for window in windows)
    assert all(window.ids[window.first - 1] == SEP for window in windows)
    assert all(len(window.offsets) == len(window.ids) - window.first - 1 for window in windows)
    assert covered == {offsets for window in Windowing().windows("", passage) for offsets in window.offsets}


def test_neighbouring_windows_overlap() -> None:
    windows = WINDOWING.windows("Where?", "river " * 900)
    assert len(windows) > 2
    for one, following in pairwise(windows):
        assert len(set(one.offsets) & set(following.offsets)) == OVERLAP


def test_a_window_without_the_answer_is_a_null_and_one_that_cuts_it_is_left_out() -> None:
    passage = "river " * 600 + "Tavit"
    (*empty, last) = targets([Example("Where?", passage, Supervision.SPAN, ((3600, 3605),))], WINDOWING)
    assert empty
    assert all(target.is_null for target in empty)
    assert last.window.span_of(*last.spans[0]) == (3600, 3605)
    long = list(targets([Example("Where?", passage, Supervision.SPAN, ((0, 3000),))], WINDOWING))
    assert all(target.is_null and not target.window.touches(0, 3000) for target in long)


def _targets(nulls: int, answered: int) -> list[Target]:
    lengths = [5 + 7 * (number % 11) for number in range(nulls + answered)]
    made = [
        Example(f"Which {number}?", "Tavit " * length, Supervision.SPAN, ((0, 5),))
        if number < answered
        else Example(f"Which {number}?", "Tavit " * length, Supervision.NULL)
        for number, length in enumerate(lengths)
    ]
    return list(targets(made, WINDOWING))


def test_an_epoch_has_every_answer_once_and_as_many_nulls_as_wanted() -> None:
    plan = Plan(tokens=600, nulls=0.5, seed=3)
    batches = plan.epoch(0, _targets(60, 40))
    seen = [target for batch in batches for target in batch]
    assert len(seen) == len({target.window.ids for target in seen}) == 60
    assert sum(target.spans == (NULL_SPAN,) for target in seen) == 20
    assert all(len(batch) * max(len(target.window.ids) for target in batch) <= 600 for batch in batches)


def test_the_order_follows_from_seed_and_epoch() -> None:
    made = _targets(20, 20)
    assert Plan(600, 1, 3).epoch(1, made) == Plan(600, 1, 3).epoch(1, made)
    assert Plan(600, 1, 3).epoch(1, made) != Plan(600, 1, 3).epoch(2, made)


def test_the_rate_rises_and_falls() -> None:
    schedule = Schedule(peak=1.0, steps=100, warm_up=0.1)
    rates = [schedule.rate(step) for step in range(101)]
    assert rates[:10] == sorted(rates[:10])
    assert rates[9:] == sorted(rates[9:], reverse=True)
    assert max(rates) == 1.0
    assert rates[100] == 0.0


def test_the_best_span_is_read_and_weighed_against_no_answer() -> None:
    (window,) = WINDOWING.windows("Where?", "near Tavit bridge")
    start, end = window.tokens_of(5, 10) or (0, 0)
    logits = np.zeros((len(window.ids), 2), np.float32)
    logits[start, 0] = logits[end, 1] = 3
    logits[window.first + len(window.offsets) - 1, 0] = logits[window.first, 1] = 2.5  # the end before the start
    logits[0] = 0.5
    found = read([window], [logits])
    assert found is not None
    assert (found.start, found.end) == (5, 10)
    assert found.score == pytest.approx(5)
    assert read(WINDOWING.windows("Where?", ""), [np.zeros((4, 2), np.float32)]) is None


def test_the_bundled_weights_are_all_there() -> None:
    """The published 22.7 million, without the places beyond 256 and what pools a sentence."""
    weights = read_weights()
    assert sum(values.size for values in weights.values()) == 22_466_304
    assert weights["layers.5.wide.weight"].shape == (1536, 384)
