"""Tests of the circuit, with a clock of our own."""

import pytest

from bot.circuit import Circuit
from bot.errors import ModelUnavailable


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def circuit(clock: Clock) -> Circuit:
    return Circuit(failures=3, first_pause_s=10, longest_pause_s=35, clock=clock)


def fail(circuit: Circuit, times: int = 1) -> None:
    for _ in range(times):
        circuit.enter().failed()


def test_it_opens_after_so_many_failures_in_a_row(circuit):
    """Two failures are borne, the third is the last."""
    fail(circuit, 2)
    circuit.check()
    fail(circuit)
    for refused in (circuit.check, circuit.enter):
        with pytest.raises(ModelUnavailable, match="has failed several times"):
            refused()


def test_failures_with_successes_between_them_do_not_open_it(circuit):
    """Only failures in a row count."""
    for _ in range(5):
        fail(circuit, 2)
        circuit.enter().succeeded()
    circuit.check()


def test_after_the_pause_one_attempt_is_let_through(circuit, clock):
    """The others are still refused while it is tried."""
    fail(circuit, 3)
    clock.now += 9.9
    with pytest.raises(ModelUnavailable):
        circuit.enter()
    clock.now += 0.1
    circuit.check()
    circuit.enter()
    with pytest.raises(ModelUnavailable):
        circuit.enter()


def test_an_attempt_that_succeeds_closes_it(circuit, clock):
    """By itself, and with all its patience back."""
    fail(circuit, 3)
    clock.now += 10
    circuit.enter().succeeded()
    fail(circuit, 2)
    circuit.check()


def test_the_pause_grows_with_every_attempt_that_fails_up_to_a_bound(circuit, clock):
    """10, 20, then 35 s and no longer."""
    fail(circuit, 3)
    pauses = []
    for _ in range(4):
        began = clock.now
        while _refuses(circuit):
            clock.now += 1
        pauses.append(clock.now - began)
        fail(circuit)
    assert pauses == [10, 20, 35, 35]


def test_an_attempt_of_which_nothing_is_heard_does_not_keep_it_open(circuit, clock):
    """Its reader may have left; after another pause the next is tried."""
    fail(circuit, 3)
    clock.now += 10
    circuit.enter()
    clock.now += 10
    circuit.enter().succeeded()
    circuit.check()


def test_late_failures_from_before_it_opened_change_nothing(circuit, clock):
    """Calls that were under way do not double the pause."""
    late = [circuit.enter() for _ in range(5)]
    fail(circuit, 3)
    for attempt in late:
        attempt.failed()
    clock.now += 10
    circuit.check()


def test_a_late_success_closes_it(circuit):
    """It shows that the model works."""
    late = circuit.enter()
    fail(circuit, 3)
    late.succeeded()
    circuit.check()


def test_only_the_first_outcome_of_an_attempt_counts(circuit):
    """A call that failed and is then reported as too slow has failed once."""
    for _ in range(2):
        attempt = circuit.enter()
        attempt.failed()
        attempt.failed()
        attempt.succeeded()
    circuit.check()
    fail(circuit)
    with pytest.raises(ModelUnavailable):
        circuit.check()


def _refuses(circuit: Circuit) -> bool:
    try:
        circuit.check()
    except ModelUnavailable:
        return True
    return False
