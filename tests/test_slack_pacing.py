"""Pacing: never more calls than Slack accepts, in the order of asking, on a clock of our own."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.errors import SlackBusy
from bot.slack.methods import METHODS, Method
from bot.slack.pacing import MANY, Pacing
from tests.passing_time import Alarm, PassingTime

METHODS_OF_TESTS = {"two": Method(2), "chat.postMessage": Method(100)}


@pytest.fixture
def time() -> PassingTime:
    return PassingTime()


@pytest.fixture
def pacing(time: PassingTime) -> Pacing:
    return Pacing(METHODS_OF_TESTS, time, time.sleep)


async def test_calls_within_the_tier_do_not_wait(pacing: Pacing, time: PassingTime) -> None:
    """The budget of a minute can be spent at once."""
    await pacing.turn("T1", "two")
    await pacing.turn("T1", "two")
    assert time.slept == []


async def test_who_need_not_wait_needs_no_patience() -> None:
    """Although a real clock has moved on between two looks at it."""
    ticks = iter(range(100))
    pacing = Pacing(METHODS_OF_TESTS, lambda: float(next(ticks)))
    await pacing.turn("T1", "two", patience_s=0)


async def test_one_call_too_many_waits_until_the_first_is_a_minute_old(pacing: Pacing, time: PassingTime) -> None:
    """Patience permitting."""
    await pacing.turn("T1", "two")
    time.now += 10
    await pacing.turn("T1", "two")
    await pacing.turn("T1", "two", patience_s=60)
    assert time.slept == [50.0]


async def test_who_has_no_patience_is_told_how_long_it_would_take(pacing: Pacing, time: PassingTime) -> None:
    """And uses up nothing: the next in line is not put back by it."""
    for _ in range(2):
        await pacing.turn("T1", "two")
    for _ in range(3):
        with pytest.raises(SlackBusy) as busy:
            await pacing.turn("T1", "two", patience_s=59)
    assert (busy.value.method, busy.value.retry_after) == ("two", 60.0)
    await pacing.turn("T1", "two", patience_s=60)


async def test_workspaces_and_methods_do_not_wait_for_each_other(pacing: Pacing, time: PassingTime) -> None:
    """Slack counts each for itself."""
    for team in ("T1", "T2"):
        for _ in range(2):
            await pacing.turn(team, "two")
    await pacing.turn("T1", "chat.postMessage")
    assert time.slept == []


async def test_messages_in_one_channel_are_spaced_after_a_short_burst(pacing: Pacing, time: PassingTime) -> None:
    """Those in other channels go out meanwhile."""
    for _ in range(3):
        await pacing.turn("T1", "chat.postMessage", "C1")
    await pacing.turn("T1", "chat.postMessage", "C2")
    assert time.slept == []
    await pacing.turn("T1", "chat.postMessage", "C1", patience_s=5)
    assert time.slept == [3.0]


async def test_a_pause_that_slack_asks_for_is_kept(pacing: Pacing, time: PassingTime) -> None:
    """By everybody who calls that method in that workspace."""
    pacing.hold("T1", "two", None, 7)
    await pacing.turn("T2", "two")
    with pytest.raises(SlackBusy):
        await pacing.turn("T1", "two", patience_s=6)
    await pacing.turn("T1", "two", patience_s=8)
    assert time.slept == [7.0]


async def test_a_pause_in_one_channel_holds_no_other(pacing: Pacing, time: PassingTime) -> None:
    """Where a channel has a limit of its own, it is that limit that was met."""
    pacing.hold("T1", "chat.postMessage", "C1", 30)
    await pacing.turn("T1", "chat.postMessage", "C2")
    with pytest.raises(SlackBusy):
        await pacing.turn("T1", "chat.postMessage", "C1")


async def test_who_waits_goes_first() -> None:
    """Places are given out in the order of asking."""
    alarm, order = Alarm(), []
    pacing = Pacing(METHODS_OF_TESTS, alarm, alarm.sleep)

    async def ask(name: str) -> None:
        await pacing.turn("T1", "two", patience_s=300)
        order.append((name, alarm.now))

    tasks = [asyncio.create_task(ask(name)) for name in "abcde"]
    await alarm.pass_by(200)
    await asyncio.gather(*tasks)
    assert order == [("a", 0.0), ("b", 0.0), ("c", 60.0), ("d", 60.0), ("e", 120.0)]


async def test_who_gives_up_waiting_gives_the_place_back() -> None:
    """Nobody waits for a call that will never be made."""
    alarm = Alarm()
    pacing = Pacing({"two": Method(1)}, alarm, alarm.sleep)
    await pacing.turn("T1", "two")
    waiting = asyncio.create_task(pacing.turn("T1", "two", patience_s=100))
    await alarm.pass_by(1)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    with pytest.raises(SlackBusy) as busy:
        await pacing.turn("T1", "two")
    assert busy.value.retry_after == 59.0


async def test_who_waits_also_keeps_a_pause_that_is_asked_for_meanwhile() -> None:
    """Waking up into a closed door would only be refused."""
    alarm = Alarm()
    pacing = Pacing({"two": Method(1)}, alarm, alarm.sleep)
    await pacing.turn("T1", "two")
    waiting = asyncio.create_task(pacing.turn("T1", "two", patience_s=100))
    await alarm.pass_by(30)
    pacing.hold("T1", "two", None, 60)
    await alarm.pass_by(31)
    assert not waiting.done()
    await alarm.pass_by(29)
    assert waiting.done()


async def test_channels_that_have_long_been_quiet_are_forgotten(pacing: Pacing, time: PassingTime) -> None:
    """A program that runs for months does not remember every channel."""
    for number in range(MANY + 50):
        await pacing.turn("T1", "chat.postMessage", f"C{number}", patience_s=60)
        time.now += 2
    assert len(pacing._windows) < MANY + 2


@given(st.lists(st.tuples(st.sampled_from(["C1", "C2"]), st.floats(0, 40)), max_size=60))
async def test_no_minute_ever_has_more_calls_than_the_tier(asked: list[tuple[str, float]]) -> None:
    """Whatever is asked when, with whatever patience."""
    time = PassingTime()
    pacing = Pacing({"chat.postMessage": Method(7)}, time, time.sleep)
    made: list[tuple[float, str]] = []
    for channel, later in asked:
        await pacing.turn("T1", "chat.postMessage", channel, patience_s=1e6)
        made.append((time.now, channel))
        time.now += later / 10
    for moment, channel in made:
        assert sum(moment - 59.999 < other <= moment for other, _ in made) <= 7
        assert sum(moment - 2.999 < other <= moment for other, where in made if where == channel) <= 3


def test_every_method_is_one_of_the_sdk() -> None:
    """A name that is misspelt would be found out only in production."""
    from slack_sdk.web.async_client import AsyncWebClient

    assert [name for name in METHODS if not hasattr(AsyncWebClient, name.replace(".", "_"))] == []
