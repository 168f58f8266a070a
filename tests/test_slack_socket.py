"""Socket Mode: a connection that comes back when it ends, at the pace that Slack allows."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import SecretStr
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot.slack.bolt_log import bolt_logger
from bot.slack.errors import SlackBusy, SlackRefused, SlackUnreachable
from bot.slack.slack_session import slack_client, slack_session
from bot.slack.socket import LONG_PAUSE_S, LOOK_S, STEADY_S, Socket, socket_address
from bot.slack.socket_line import SocketLine
from fakeslack.faults import error, garbage, rate_limited, status
from fakeslack.server import FakeSlack
from tests.fakeslack_client import slack
from tests.slack_time import hurrying
from tests.waiting import until

__all__ = ["slack"]  # a fixture

# The watch, on a clock of its own


class Lines:
    """Connections that end when a test says so, and a clock that only moves when somebody sleeps."""

    def __init__(self) -> None:
        self.made: list[FakeLine] = []
        self.asked_at: list[float] = []
        self.problems: list[Exception] = []
        self.seconds = 0.0

    def line(self) -> "FakeLine":
        self.made.append(FakeLine(self))
        return self.made[-1]

    async def address(self) -> str:
        self.asked_at.append(self.seconds)
        if self.problems:
            raise self.problems.pop(0)
        return "wss://slack.test/"

    def now(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        await asyncio.sleep(0)

    async def until(self, seconds: float) -> None:
        while self.seconds < seconds:
            await asyncio.sleep(0)

    @property
    def open(self) -> "list[FakeLine]":
        return [line for line in self.made if line.is_open]


class FakeLine:
    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.is_open = False
        self.ending: str | None = None
        self.others_open: list[FakeLine] = []

    async def connect(self, url: str) -> None:
        self.others_open = self.lines.open
        self.is_open = True

    async def close(self) -> None:
        self.is_open = False


@pytest.fixture
async def lines() -> Lines:
    return Lines()


@pytest.fixture
async def socket(lines: Lines) -> AsyncIterator[Socket]:
    socket = Socket(lines.line, lines.address, now=lines.now, sleep=lines.sleep)
    yield socket
    await socket.close()


async def test_a_connection_that_holds_is_left_alone(lines: Lines, socket: Socket) -> None:
    """For a day."""
    await socket.open()
    await lines.until(1000)
    assert socket.connected
    assert lines.asked_at == [0]


async def test_what_ends_is_made_anew_at_once(lines: Lines, socket: Socket) -> None:
    """After a minute without trouble, nothing is waited for."""
    await socket.open()
    await lines.until(STEADY_S + 1)
    lines.made[0].is_open = False
    ended = lines.seconds
    await lines.until(ended + 2 * LOOK_S)
    assert socket.connected
    assert lines.asked_at[1] <= ended + LOOK_S


async def test_tries_become_rarer(lines: Lines, socket: Socket) -> None:
    """To one a minute, which Slack allows for good."""
    lines.problems = [SlackUnreachable("apps.connections.open", "no network") for _ in range(12)]
    await socket.open()
    assert not socket.connected
    await lines.until(600)
    pauses = [round(later - earlier) for earlier, later in zip(lines.asked_at, lines.asked_at[1:], strict=False)]
    assert pauses[:5] == [1, 2, 5, 15, 30]
    assert set(pauses[5:]) == {60}
    assert socket.connected


async def test_a_connection_that_keeps_ending_is_made_rarely(lines: Lines, socket: Socket) -> None:
    """That it can be made does not mean that it holds."""
    await socket.open()
    while lines.seconds < 600:
        for line in lines.open:
            line.is_open = False
        await asyncio.sleep(0)
    assert len([moment for moment in lines.asked_at if moment > 60]) <= 600 / LONG_PAUSE_S


async def test_slack_says_when_to_try_again(lines: Lines, socket: Socket) -> None:
    """And that counts, if it is later."""
    lines.problems = [SlackBusy("apps.connections.open", 47)]
    await socket.open()
    await lines.until(50)
    assert lines.asked_at[1] == pytest.approx(47, abs=1)


async def test_a_wrong_token_is_told_at_once(lines: Lines, socket: Socket) -> None:
    """There is nothing to wait for, and nothing is left open."""
    lines.problems = [SlackRefused("apps.connections.open", "invalid_auth")]
    with pytest.raises(SlackRefused, match=r"^Slack refuses apps\.connections\.open: invalid_auth$"):
        await socket.open()
    assert lines.open == []


async def test_a_token_that_is_withdrawn_later_is_waited_for(
    lines: Lines, socket: Socket, caplog: pytest.LogCaptureFixture
) -> None:
    """The rest of the server goes on, and the log says why nobody is heard."""
    await socket.open()
    lines.problems = [SlackRefused("apps.connections.open", "invalid_auth")]
    lines.made[0].is_open = False
    await lines.until(60)
    assert socket.connected
    assert "not connected to Slack: Slack refuses apps.connections.open: invalid_auth" in caplog.text


@pytest.mark.parametrize(("reason", "overlap"), [("refresh_requested", True), ("warning", True)])
async def test_a_new_connection_stands_before_the_old_one_goes(
    lines: Lines, socket: Socket, reason: str, overlap: bool
) -> None:
    """Slack announces that it closes: nothing is lost in between."""
    await socket.open()
    lines.made[0].ending = reason
    await lines.until(lines.seconds + 10)
    assert lines.made[1].others_open == [lines.made[0]]
    assert lines.open == [lines.made[1]]


@pytest.mark.parametrize("reason", ["too_many_websockets", "link_disabled"])
async def test_where_there_is_no_room_the_old_connection_goes_first(lines: Lines, socket: Socket, reason: str) -> None:
    """Another one would be one too many."""
    await socket.open()
    lines.made[0].ending = reason
    await lines.until(lines.seconds + 10)
    assert lines.made[1].others_open == []


async def test_a_mistake_of_ours_does_not_end_the_watch(lines: Lines, socket: Socket) -> None:
    """Whatever is raised, the next try comes."""
    await socket.open()
    lines.problems = [RuntimeError("a mistake")]
    lines.made[0].is_open = False
    await lines.until(60)
    assert socket.connected


async def test_closing_ends_the_watch(lines: Lines, socket: Socket) -> None:
    """No connection afterwards; closing twice is harmless."""
    await socket.open()
    await socket.close()
    await socket.close()
    assert not socket.connected
    assert lines.open == []


# With the stand-in


@pytest.fixture
def app() -> AsyncApp:
    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_id="B1", bot_user_id="UBOT")

    return AsyncApp(authorize=authorize, signing_secret="", logger=bolt_logger())


@pytest.fixture
async def watched(slack: FakeSlack, app: AsyncApp) -> AsyncIterator[Socket]:
    async with slack_session() as session:
        client = slack_client(session, slack.api_url, {})
        time = {"now": slack.clock.now, "sleep": slack.clock.sleep}
        socket = Socket.over(app, client, SecretStr(slack.app_token), {}, **time)
        yield socket
        await socket.close()


def opened(slack: FakeSlack) -> int:
    return slack.delivery.socket_mode.opened


async def test_events_are_acknowledged_with_what_bolt_answers(slack: FakeSlack, app: AsyncApp, watched: Socket) -> None:
    """Commands get their words, events an empty yes, and retries are told apart."""
    seen: list[Any] = []

    @app.command("/ask")
    async def asked(ack: Any, command: dict[str, Any]) -> None:
        await ack(f"You asked: {command['text']}")

    @app.event("app_mention")
    async def mentioned(body: dict[str, Any], request: Any) -> None:
        seen.append(request.headers.get("x-slack-retry-num"))

    @app.event("message")
    async def said() -> None:
        pass

    await watched.open()
    channel = slack.channel()
    command = await slack.user().command("/ask", "why?", channel)
    assert command.acked
    assert command.response == {"text": "You asked: why?"}
    assert (await slack.user().mention(channel, "why?")).acked
    await slack.delivery.settled()
    assert len(seen) == 1


async def test_what_bolt_does_not_know_is_not_acknowledged(slack: FakeSlack, watched: Socket) -> None:
    """So that Slack sends it again."""
    await watched.open()
    async with hurrying(slack.clock):
        delivered = await slack.user().command("/ask", "why?", slack.channel())
    assert not delivered.acked


async def test_a_dropped_connection_is_made_anew(slack: FakeSlack, watched: Socket) -> None:
    """Without any closing frame."""
    await watched.open()
    await slack.delivery.socket_mode.drop()
    async with hurrying(slack.clock):
        await until(lambda: opened(slack) == 2 and watched.connected)


async def test_a_silent_connection_is_noticed(slack: FakeSlack, app: AsyncApp) -> None:
    """Half open: nothing arrives, and nothing says so but pings that are not answered any more."""
    line = SocketLine(app, {}, ping_s=0.1)
    await line.connect(slack.delivery.socket_mode.open_ticket(slack.app_token))
    await asyncio.sleep(0.5)
    assert line.is_open
    slack.delivery.socket_mode.half_open()
    await until(lambda: not line.is_open)
    await line.close()


async def test_a_refresh_leaves_no_gap(slack: FakeSlack, app: AsyncApp, watched: Socket) -> None:
    """What is under way is acknowledged over the old connection, while the new one is open."""
    going, gone = asyncio.Event(), asyncio.Event()

    @app.command("/ask")
    async def asked(ack: Any) -> None:
        going.set()
        await gone.wait()
        await ack("late")

    await watched.open()
    command = asyncio.create_task(slack.user().command("/ask", "why?", slack.channel()))
    await going.wait()
    await slack.delivery.socket_mode.disconnect("refresh_requested")
    await until(lambda: opened(slack) == 2)
    gone.set()
    assert (await command).response == {"text": "late"}
    assert watched.connected


async def test_a_connection_too_many_is_made_anew(slack: FakeSlack, watched: Socket) -> None:
    """Slack says that there are too many, and the watch goes on."""
    await watched.open()
    await slack.delivery.socket_mode.disconnect("too_many_websockets")
    async with hurrying(slack.clock):
        await until(lambda: opened(slack) == 2 and watched.connected)


async def test_switched_off_it_is_waited_for(
    slack: FakeSlack, watched: Socket, caplog: pytest.LogCaptureFixture
) -> None:
    """Until somebody switches Socket Mode on again; the log says what is wrong."""
    await watched.open()
    await slack.delivery.socket_mode.disconnect("link_disabled")
    async with hurrying(slack.clock):
        await until(lambda: "not connected to Slack: Slack refuses apps.connections.open" in caplog.text)
        assert not watched.connected
        slack.delivery.socket_mode.enabled = True
        await until(lambda: watched.connected)


async def test_a_wrong_app_token_is_named(slack: FakeSlack, app: AsyncApp) -> None:
    """In one line, at the start."""
    async with slack_session() as session:
        client = slack_client(session, slack.api_url, {})
        socket = Socket.over(app, client, SecretStr("xapp-wrong"), {})
        with pytest.raises(SlackRefused, match=r"^Slack refuses apps\.connections\.open: invalid_auth$"):
            await socket.open()
        await socket.close()


async def test_slack_may_be_down_at_the_start(
    slack: FakeSlack, watched: Socket, caplog: pytest.LogCaptureFixture
) -> None:
    """Then it is tried again."""
    slack.faults.add("apps.connections.open", status(503))
    await watched.open()
    assert not watched.connected
    assert "not connected to Slack yet: apps.connections.open got no answer from Slack" in caplog.text
    async with hurrying(slack.clock):
        await until(lambda: watched.connected)


@pytest.mark.parametrize("fault", [garbage(), rate_limited(1), error("internal_error")])
async def test_what_is_no_address_is_a_problem(slack: FakeSlack, fault: Any) -> None:
    """Whatever Slack answers, it is one of ours."""
    slack.faults.add("apps.connections.open", fault)
    async with slack_session() as session:
        with pytest.raises((SlackUnreachable, SlackBusy)):
            await socket_address(slack_client(session, slack.api_url, {}), SecretStr(slack.app_token))


async def test_nobody_at_the_address_is_a_problem(app: AsyncApp) -> None:
    """It is told at once, and closing what never opened is harmless."""
    line = SocketLine(app, {})
    with pytest.raises(SlackUnreachable, match=r"^Socket Mode got no answer from Slack: ClientConnectorError$"):
        await line.connect("ws://127.0.0.1:1/")
    assert not line.is_open
    await line.close()


async def test_the_log_has_no_trace_of_a_stop(
    slack: FakeSlack, watched: Socket, caplog: pytest.LogCaptureFixture
) -> None:
    """Closing is no failure."""
    await watched.open()
    await watched.close()
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
