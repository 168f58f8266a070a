"""The sign of work: there at once, kept up, and always gone in the end."""

import asyncio
from typing import Any

import pytest

from bot.slack.destination import Destination
from bot.slack.errors import SlackBusy, SlackRefused, SlackUnreachable
from bot.slack.place import Place
from bot.slack.working_sign import WorkingSign
from tests.passing_time import Alarm

SESSION, STATUS = "agents.sessions.setStatus", "assistant.threads.setStatus"
ADD, REMOVE = "reactions.add", "reactions.remove"
IN_CHANNEL = Destination(Place("T1", "C1", "99.1"), "q", "99.5", "U2", "T2", "E1")
DIRECT = Destination(Place("T1", "D1", "99.1"), "q", "99.5", "U2", "T1")


class Signs:
    """Writes down what is called; a method that has a problem always has it."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Any]] = []
        self.problems: dict[str, Exception] = {}
        self.slow = False

    async def call(
        self, team: str, method: str, *, enterprise: str | None = None, patience_s: float = 30.0, **arguments: Any
    ) -> dict[str, Any]:
        self.calls.append((method, arguments.get("status", arguments.get("name"))))
        self.arguments, self.patience_s = arguments, patience_s
        if self.slow:
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        if method in self.problems:
            raise self.problems[method]
        return {}


@pytest.fixture
def signs() -> Signs:
    return Signs()


@pytest.fixture
def time() -> Alarm:
    return Alarm()


def sign_of(signs: Signs, time: Alarm, to: Destination = IN_CHANNEL) -> WorkingSign:
    return WorkingSign(signs, to, "is searching", time.sleep)


def refused(method: str, code: str = "unknown_method") -> SlackRefused:
    return SlackRefused(method, code)


async def test_in_a_channel_it_is_the_line_under_the_thread(signs: Signs, time: Alarm) -> None:
    """An empty line in the end."""
    async with sign_of(signs, time):
        await time.settle()
        assert signs.arguments == {"channel_id": "C1", "thread_ts": "99.1", "status": "is searching"}
    assert signs.calls == [(STATUS, "is searching"), (STATUS, "")]


async def test_in_a_direct_conversation_it_is_the_session(signs: Signs, time: Alarm) -> None:
    """Which is active again in the end."""
    async with sign_of(signs, time, DIRECT):
        await time.settle()
    assert signs.calls == [(SESSION, "processing"), (SESSION, "active")]


async def test_where_slack_knows_no_sessions_it_is_the_line(signs: Signs, time: Alarm) -> None:
    """And only what was accepted is taken away."""
    signs.problems[SESSION] = refused(SESSION)
    async with sign_of(signs, time, DIRECT):
        await time.settle()
    assert signs.calls == [(SESSION, "processing"), (STATUS, "is searching"), (STATUS, "")]


async def test_where_there_is_no_line_it_is_a_reaction(signs: Signs, time: Alarm) -> None:
    """To the message that asks, not to the one that begins the thread."""
    signs.problems[STATUS] = refused(STATUS, "missing_scope")
    async with sign_of(signs, time):
        await time.settle()
        assert signs.arguments == {"channel": "C1", "timestamp": "99.5", "name": "eyes"}
    assert signs.calls == [(STATUS, "is searching"), (ADD, "eyes"), (REMOVE, "eyes")]


async def test_a_reaction_that_is_there_already_will_do(signs: Signs, time: Alarm) -> None:
    """One that has gone already, too."""
    signs.problems = {STATUS: refused(STATUS), ADD: refused(ADD, "already_reacted")}
    signs.problems[REMOVE] = refused(REMOVE, "no_reaction")
    async with sign_of(signs, time):
        await time.settle()
    assert signs.calls[-1] == (REMOVE, "eyes")


async def test_where_nothing_is_accepted_there_is_no_sign(signs: Signs, time: Alarm) -> None:
    """Nobody hears of that but the log."""
    signs.problems = {method: refused(method) for method in (STATUS, ADD)}
    async with sign_of(signs, time):
        await time.pass_by(1000)
    assert signs.calls == [(STATUS, "is searching"), (ADD, "eyes")]


async def test_it_is_kept_up(signs: Signs, time: Alarm) -> None:
    """Slack takes it away after two minutes."""
    async with sign_of(signs, time):
        await time.pass_by(200)
    assert signs.calls == [(STATUS, "is searching")] * 3 + [(STATUS, "")]


async def test_other_words_are_shown_at_once(signs: Signs, time: Alarm) -> None:
    """The same words are not."""
    async with sign_of(signs, time) as sign:
        await time.settle()
        sign.show("is indexing")
        sign.show("is indexing")
        await time.settle()
    assert signs.calls == [(STATUS, "is searching"), (STATUS, "is indexing"), (STATUS, "")]


async def test_what_may_be_shown_is_taken_away(signs: Signs, time: Alarm) -> None:
    """Without an answer nobody knows whether it is there; it is tried again, but not in a hurry."""
    signs.problems[STATUS] = SlackUnreachable(STATUS, "dropped")
    async with sign_of(signs, time):
        await time.pass_by(100)
    assert signs.calls == [(STATUS, "is searching")] * 2 + [(STATUS, "")]


async def test_a_sign_that_slack_has_no_room_for_is_shown_when_it_has(signs: Signs, time: Alarm) -> None:
    """It never waits in a queue, where it would keep the answer waiting; what was not shown is not taken away."""
    signs.problems[STATUS] = SlackBusy(STATUS, 9)
    sign = sign_of(signs, time)
    sign.show()
    await time.pass_by(10)
    assert signs.calls == [(STATUS, "is searching")] * 2
    assert signs.patience_s == 0.0
    await sign.clear()
    del signs.problems[STATUS]
    sign.show()
    await time.settle()
    await sign.clear()
    assert signs.calls[2:] == [(STATUS, "is searching"), (STATUS, "")]


async def test_a_line_that_went_with_the_answer_is_not_taken_away_again(signs: Signs, time: Alarm) -> None:
    """Slack takes it away when a message comes; nothing shows it anew while that is posted."""
    sign = sign_of(signs, time)
    sign.show()
    await time.settle()
    sign.give_way()
    await time.pass_by(100)
    sign.replaced()
    await sign.clear()
    assert signs.calls == [(STATUS, "is searching")]


async def test_a_line_that_may_have_come_after_the_answer_is_taken_away(signs: Signs, time: Alarm) -> None:
    """Its call was under way when the answer was posted."""
    signs.slow = True
    sign = sign_of(signs, time)
    sign.show()
    await asyncio.sleep(0)
    sign.give_way()
    sign.replaced()
    await sign.clear()
    assert signs.calls == [(STATUS, "is searching"), (STATUS, "")]


@pytest.mark.parametrize("to", [DIRECT, IN_CHANNEL])
async def test_what_no_message_takes_away_is_taken_away(signs: Signs, time: Alarm, to: Destination) -> None:
    """A session, a reaction."""
    if to is IN_CHANNEL:
        signs.problems[STATUS] = refused(STATUS)
    sign = sign_of(signs, time, to)
    sign.show()
    await time.settle()
    sign.give_way()
    sign.replaced()
    await sign.clear()
    assert signs.calls[-1] in [(SESSION, "active"), (REMOVE, "eyes")]


async def test_it_can_be_shown_once_more(signs: Signs, time: Alarm) -> None:
    """Another answer in the thread has taken it away."""
    async with sign_of(signs, time) as sign:
        await time.settle()
        sign.again()
        await time.settle()
    assert signs.calls == [(STATUS, "is searching")] * 2 + [(STATUS, "")]


async def test_it_is_taken_away_once(signs: Signs, time: Alarm) -> None:
    """However often that is asked for."""
    sign = sign_of(signs, time)
    await sign.clear()
    sign.show()
    await time.settle()
    await sign.clear()
    await sign.clear()
    assert signs.calls == [(STATUS, "is searching"), (STATUS, "")]


async def test_it_is_taken_away_after_a_call_that_is_under_way(signs: Signs, time: Alarm) -> None:
    """Otherwise that would show it again."""
    signs.slow = True
    sign = sign_of(signs, time)
    sign.show()
    await asyncio.sleep(0)
    assert signs.calls == [(STATUS, "is searching")]
    await sign.clear()
    assert signs.calls == [(STATUS, "is searching"), (STATUS, "")]


async def test_an_answer_that_is_there_at_once_needs_no_sign(signs: Signs, time: Alarm) -> None:
    """Nothing was shown, so nothing is taken away."""
    async with sign_of(signs, time):
        pass
    assert signs.calls == []


async def test_who_is_cancelled_leaves_no_sign(signs: Signs, time: Alarm) -> None:
    """Not even if it happens while it is taken away."""
    signs.slow = True

    async def work() -> None:
        async with sign_of(signs, time):
            await time.settle()

    task = asyncio.create_task(work())
    for _ in range(100):
        if (STATUS, "") not in signs.calls:
            await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await time.settle()
    assert signs.calls == [(STATUS, "is searching"), (STATUS, "")]


async def test_it_can_be_shown_again(signs: Signs, time: Alarm) -> None:
    """An answer may be begun anew."""
    sign = sign_of(signs, time)
    for _ in range(2):
        sign.show()
        await time.settle()
        await sign.clear()
    assert signs.calls == [(STATUS, "is searching"), (STATUS, "")] * 2


async def test_a_sign_that_is_left_is_neither_kept_up_nor_taken_away(signs: Signs, time: Alarm) -> None:
    """Whoever answers in another process does both."""
    sign = sign_of(signs, time)
    sign.show()
    await time.settle()
    sign.leave()
    await time.pass_by(500)
    await sign.clear()
    assert signs.calls == [(STATUS, "is searching")]
