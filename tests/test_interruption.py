"""Stopping long work between two of its steps."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from bot.interruption import STEP, Interrupted, InterruptibleEmbedding, Interruption
from tests.fakes import FakeEmbedding


@given(st.lists(st.text(max_size=30), max_size=3 * STEP))
def test_vectors_are_those_of_the_model(texts: list[str]) -> None:
    """Cutting the work into steps changes neither the vectors nor their order."""
    plain, cut = FakeEmbedding(), InterruptibleEmbedding(FakeEmbedding(), Interruption())
    assert np.array_equal(cut.embed(texts), plain.embed(texts))
    assert np.array_equal(cut.embed_query("who?"), plain.embed_query("who?"))
    assert cut.identity == plain.identity


def test_embedding_stops_after_the_step_that_is_under_way() -> None:
    """A request in the middle ends the work long before its end."""
    interruption = Interruption()

    class Interrupting(FakeEmbedding):
        def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
            interruption.request()
            return super().embed(texts)

    model = Interrupting()
    with pytest.raises(Interrupted):
        InterruptibleEmbedding(model, interruption).embed(["text"] * 10 * STEP)
    assert len(model.embedded) == STEP


def test_waiting_ends_when_the_end_is_asked_for() -> None:
    """A wait of a day does not outlive a request, not even an earlier one."""
    interruption = Interruption()
    interruption.request()
    with pytest.raises(Interrupted):
        interruption.wait(86_400)


def test_nothing_stops_unasked() -> None:
    """Without a request, checking and waiting pass."""
    interruption = Interruption()
    interruption.check()
    interruption.wait(0)


def test_sleep_ends_when_woken() -> None:
    """A wait of a day, and no other after it: one call wakes once, also if it came before the sleep."""
    interruption = Interruption()
    interruption.wake()
    interruption.wait(86_400)
    interruption.wait(0)
