"""How the stand-in for Slack tells an app of what happens, and what it makes of the app's silence."""

import asyncio
import json
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any

import aiohttp
import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier

from fakeslack import payloads
from fakeslack.delivery import Delivered
from fakeslack.faults import delay, drop_after, drop_before
from fakeslack.server import FakeSlack
from tests.listening_app import PATIENCE_S, bolt_app, connected, listening, opened, served

BOTH = pytest.mark.parametrize("transport", ["socket", "http"])


@pytest.fixture
async def slack(request: pytest.FixtureRequest) -> AsyncIterator[FakeSlack]:
    """With the transport that the test is parametrised by, else Socket Mode."""
    named = getattr(request.node, "callspec", None)
    transport = named.params.get("transport", "socket") if named else "socket"
    async with FakeSlack(transport=transport) as slack:
        yield slack
        assert slack.problems == []


class Heard:
    """What reached an app: the events, and the headers that say whether it is told once more."""

    def __init__(self, app: AsyncApp) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, Any]] = []
        self._more = asyncio.Condition()
        app.event("app_mention")(self._heard)
        app.event("message")(self._heard)
        app.event("app_home_opened")(self._heard)

    async def _heard(self, request: AsyncBoltRequest, body: dict[str, Any]) -> None:
        self.bodies.append(body)
        self.headers.append(dict(request.headers))
        async with self._more:
            self._more.notify_all()

    async def until(self, count: int) -> None:
        """Bolt acknowledges events first and runs listeners after that."""
        async with asyncio.timeout(PATIENCE_S), self._more:
            await self._more.wait_for(lambda: len(self.bodies) >= count)

    @property
    def types(self) -> list[str]:
        return sorted(body["event"]["type"] for body in self.bodies)

    @property
    def retries(self) -> list[str]:
        return [headers.get("x-slack-retry-num", ["0"])[0] for headers in self.headers]


def refusing(app: AsyncApp, times: int) -> None:
    """The first tries fail: whoever is told so does not acknowledge."""
    left = [times]

    @app.middleware
    async def refuse(next: Any) -> Any:
        left[0] -= 1
        if left[0] >= 0:
            raise RuntimeError("not now")
        return await next()


async def a_visit(slack: FakeSlack) -> Delivered:
    """One event that comes alone."""
    return await slack.user("ana").open_home("messages")


def an_event(slack: FakeSlack) -> Delivered:
    """The same, and nobody waits for it."""
    return slack.delivery.emit(payloads.app_home_opened("U1", "D1", "messages", "1.0"), "T1")


# What reaches an app


@BOTH
async def test_a_mention_is_heard_twice_and_acknowledged(slack: FakeSlack, transport: str) -> None:
    """As a mention and as a message, with different ids; how long each acknowledgement took is known."""
    app = bolt_app(slack)
    heard = Heard(app)
    async with listening(slack, app):
        delivered = await slack.user("ana").mention(slack.channel(), "Who pays?")
        await heard.until(2)
    assert heard.types == ["app_mention", "message"]
    assert delivered.acked
    assert delivered.twin is not None
    assert delivered.twin.acked
    assert delivered.event_id != delivered.twin.event_id
    assert delivered.ms is not None
    assert 0 < delivered.ms < 3000
    assert delivered.message is slack.transcript(slack.channel())[0]


@BOTH
async def test_an_app_answers_where_it_was_mentioned(slack: FakeSlack, transport: str) -> None:
    """Its own message comes back to it as an event, which Bolt keeps from the listeners."""
    app = bolt_app(slack)

    @app.event("app_mention")
    async def answer(event: dict[str, Any], say: Any) -> None:
        await say("The United States.", thread_ts=event["ts"])

    heard: list[str] = []

    @app.event("message")
    async def listen(event: dict[str, Any]) -> None:
        heard.append(event["text"])

    async with listening(slack, app):
        asked = await slack.user("ana").mention(slack.channel(), "Who pays?")
        await slack.delivery.told(3)
        await slack.delivery.settled()
    assert [one.text for one in slack.transcript(slack.channel(), asked.message.ts)][1:] == ["The United States."]
    assert heard == ["<@UBOT> Who pays?"]
    assert slack.delivery.unacknowledged == []


@BOTH
async def test_what_fails_is_told_again_with_its_number(slack: FakeSlack, transport: str) -> None:
    """At once, and under the same id; the number and the reason are in the headers."""
    app = bolt_app(slack)
    heard = Heard(app)
    refusing(app, 1)
    async with listening(slack, app):
        delivered = an_event(slack)
        await slack.delivery.exhaust()
        await heard.until(1)
    reason = {"socket": "timeout", "http": "http_error"}[transport]
    assert [attempt.reason for attempt in delivered.attempts] == [reason, None]
    assert heard.retries == ["1"]
    assert [headers["x-slack-retry-reason"] for headers in heard.headers] == [[reason]]
    assert heard.bodies[0]["event_id"] == delivered.event_id


@BOTH
async def test_an_event_is_given_up_after_three_more_tries(slack: FakeSlack, transport: str) -> None:
    """At once, a minute later, five minutes later."""
    app = bolt_app(slack)
    refusing(app, 99)
    async with listening(slack, app):
        delivered = an_event(slack)
        await slack.delivery.exhaust()
    begun = [attempt.at for attempt in delivered.attempts]
    ended = {"socket": 3.0, "http": 0.0}[transport]
    pauses = [after - before - ended for before, after in pairwise(begun)]
    assert pauses == pytest.approx([0, 60, 300], abs=5)  # real seconds pass, too
    assert slack.delivery.unacknowledged == [delivered]


async def test_many_events_are_given_up_together(slack: FakeSlack) -> None:
    """Begun at different moments; nobody has to wait for any of them."""
    for _ in range(5):
        await a_visit(slack)
    await asyncio.wait_for(slack.delivery.exhaust(), PATIENCE_S)
    assert [len(delivered.attempts) for delivered in slack.delivery.log] == [4] * 5


@BOTH
async def test_clicks_and_commands_are_told_once(slack: FakeSlack, transport: str) -> None:
    """Who does not acknowledge a command does not hear of it again."""
    app = bolt_app(slack)
    refusing(app, 1)
    async with listening(slack, app):
        telling = asyncio.create_task(slack.user("ana").command("/ask", "Who pays?"))
        await slack.delivery.told(1)
        await slack.delivery.exhaust()
        delivered = await telling
    assert [attempt.acked for attempt in delivered.attempts] == [False]


@BOTH
async def test_a_try_can_be_lost(slack: FakeSlack, transport: str) -> None:
    """Then the app hears of it for the first time as of something that is told again."""
    app = bolt_app(slack)
    heard = Heard(app)
    slack.faults.add("events_api", drop_before())
    async with listening(slack, app):
        delivered = await a_visit(slack)
        await slack.delivery.settled()
        await heard.until(1)
    assert [attempt.acked for attempt in delivered.attempts] == [False, True]
    assert heard.retries == ["1"]


@BOTH
async def test_an_acknowledgement_can_be_lost(slack: FakeSlack, transport: str) -> None:
    """Then the app hears of it twice, under the same id."""
    app = bolt_app(slack)
    heard = Heard(app)
    slack.faults.add("events_api", drop_after())
    async with listening(slack, app):
        delivered = await a_visit(slack)
        await slack.delivery.settled()
        await heard.until(2)
    assert [body["event_id"] for body in heard.bodies] == [delivered.event_id] * 2


async def test_an_outage_of_the_web_api_loses_no_events(slack: FakeSlack) -> None:
    """A fault of every method is none of deliveries, and is not used up by them."""
    app = bolt_app(slack)
    Heard(app)
    async with listening(slack, app):
        await a_visit(slack)
        slack.faults.add("*", drop_before())
        assert (await a_visit(slack)).acked
    assert slack.faults.outstanding == [("*", drop_before())]


@BOTH
async def test_the_same_event_can_come_many_times(slack: FakeSlack, transport: str) -> None:
    """At once and much later, always under the same id."""
    app = bolt_app(slack)
    heard = Heard(app)
    async with listening(slack, app):
        delivered = await a_visit(slack)
        slack.delivery.duplicate(delivered, 3)
        slack.delivery.duplicate(delivered, later=3600)
        await slack.delivery.exhaust()
        await heard.until(5)
    assert [body["event_id"] for body in heard.bodies] == [delivered.event_id] * 5
    assert delivered.attempts[-1].at - delivered.attempts[0].at == pytest.approx(3600, abs=5)


async def test_a_delivery_can_be_late(slack: FakeSlack) -> None:
    """By the stand-in's clock."""
    app = bolt_app(slack)
    Heard(app)
    slack.faults.add("events_api", delay(30))
    async with listening(slack, app):
        delivered = an_event(slack)
        before = slack.clock.now()
        await slack.delivery.exhaust()
    assert delivered.attempts[0].at - before == pytest.approx(30, abs=5)


async def test_skipping_time_makes_no_app_slow(slack: FakeSlack) -> None:
    """An app gets some real time, whatever the clock says."""
    app = bolt_app(slack)
    heard = Heard(app)
    async with listening(slack, app):
        delivered = an_event(slack)
        await slack.clock.advance(100)
        await slack.delivery.settled()
        await heard.until(1)
    assert [attempt.acked for attempt in delivered.attempts] == [True]


# Whom Slack tells


async def test_only_what_is_subscribed_to_is_told(slack: FakeSlack) -> None:
    """Messages are subscribed to by the kind of channel; what is left out says why."""
    slack.delivery.subscriptions = {"app_mention", "message.im"}
    app = bolt_app(slack)
    heard = Heard(app)
    async with listening(slack, app):
        delivered = await slack.user("ana").mention(slack.channel(), "Who pays?")
        await heard.until(1)
    assert heard.types == ["app_mention"]
    assert delivered.twin is not None
    assert delivered.twin.skipped == "not subscribed to message.channels"
    assert delivered.twin.attempts == []


async def test_nothing_is_told_of_channels_without_the_bot(slack: FakeSlack) -> None:
    """Mentions included."""
    delivered = await slack.user("ana").mention(slack.channel("quiet", with_bot=False), "Who pays?")
    assert delivered.skipped == "the bot is not in the channel"
    assert slack.delivery.log == []


async def test_events_need_their_scopes() -> None:
    """Without app_mentions:read there are no mentions."""
    async with FakeSlack(scopes={"chat:write", "channels:history"}) as slack:
        delivered = await slack.user("ana").mention(slack.channel(), "Who pays?")
    assert delivered.skipped == "the scope app_mentions:read is missing"
    assert delivered.twin is not None
    assert delivered.twin.skipped is None


async def test_who_is_uninstalled_hears_of_that_alone(slack: FakeSlack) -> None:
    """Everything later is kept back, and the token is refused."""
    ana = slack.user("ana")
    told = [await ana.uninstall(), await ana.mention(slack.channel(), "Who pays?")]
    assert [one.skipped for one in told] == [None, "not installed any more"]
    assert [one.event["type"] for one in slack.delivery.log] == ["tokens_revoked", "app_uninstalled"]


# Socket Mode


async def test_connections_take_turns(slack: FakeSlack) -> None:
    """Each event goes to one of them; several processes can be connected."""
    apps = [bolt_app(slack) for _ in range(3)]
    heard = [Heard(app) for app in apps]
    async with connected(slack, apps[0]), connected(slack, apps[1]), connected(slack, apps[2]):
        for _ in range(6):
            await a_visit(slack)
        await asyncio.gather(*(one.until(2) for one in heard))
    assert [len(one.bodies) for one in heard] == [2, 2, 2]


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "too_many_websockets"])
async def test_who_is_told_to_go_comes_back(slack: FakeSlack, reason: str) -> None:
    """And hears what is told afterwards."""
    app = bolt_app(slack)
    heard = Heard(app)
    async with connected(slack, app):
        await slack.delivery.socket_mode.disconnect(reason)
        await opened(slack, 2)
        delivered = await a_visit(slack)
        await slack.delivery.exhaust()
        await heard.until(1)
    assert delivered.acked


async def test_a_broken_connection_is_replaced(slack: FakeSlack) -> None:
    """What was told in between reaches the new one."""
    app = bolt_app(slack)
    heard = Heard(app)
    async with connected(slack, app):
        await slack.delivery.socket_mode.drop()
        delivered = await a_visit(slack)
        await opened(slack, 2)
        await slack.delivery.exhaust()
        await heard.until(1)
    assert [attempt.reason for attempt in delivered.attempts] == ["connection_failed", "connection_failed", None]
    assert heard.retries == ["2"]


async def test_a_half_open_connection_is_replaced(slack: FakeSlack) -> None:
    """Nothing comes through, pings are not answered; the app notices and connects anew."""
    app = bolt_app(slack)
    Heard(app)
    async with connected(slack, app):
        slack.delivery.socket_mode.half_open()
        await opened(slack, 2)
        assert (await a_visit(slack)).acked


async def test_socket_mode_can_be_switched_off(slack: FakeSlack) -> None:
    """No app gets a connection any more."""
    app = bolt_app(slack)
    async with connected(slack, app):
        await slack.delivery.socket_mode.disconnect("link_disabled")
        delivered = await a_visit(slack)
    assert delivered.attempts[0].reason == "connection_failed"
    refusals = [call.response.get("error") for call in slack.calls_of("apps.connections.open")][1:]
    assert set(refusals) <= {"socket_mode_not_enabled"}


async def test_there_are_at_most_ten_connections(slack: FakeSlack) -> None:
    """The eleventh is told so instead of being greeted; a ticket serves once."""
    socket_mode = slack.delivery.socket_mode
    tickets = [socket_mode.open_ticket(slack.app_token) for _ in range(11)]
    async with aiohttp.ClientSession() as session:
        sockets = [await session.ws_connect(ticket) for ticket in tickets]
        greetings = [(await socket.receive_json()) for socket in sockets]
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(tickets[0])
    assert [one["type"] for one in greetings] == ["hello"] * 10 + ["disconnect"]
    assert greetings[9]["num_connections"] == 10
    assert greetings[10]["reason"] == "too_many_websockets"


async def test_envelopes_say_how_often_they_were_tried(slack: FakeSlack) -> None:
    """Those of events do from the first; others may be answered with a payload."""
    socket_mode = slack.delivery.socket_mode
    async with aiohttp.ClientSession() as session:
        socket = await session.ws_connect(socket_mode.open_ticket(slack.app_token))
        await socket.receive_json()
        telling = asyncio.create_task(a_visit(slack))
        envelope = await socket.receive_json()
        await socket.send_json({"envelope_id": envelope["envelope_id"]})
        commanding = asyncio.create_task(slack.user("ana").command("/ask", "Who pays?"))
        command = await socket.receive_json()
        await socket.send_json({"envelope_id": command["envelope_id"], "payload": {"text": "Wait."}})
        assert (await telling).acked
        assert (await commanding).response == {"text": "Wait."}
    assert {name: envelope[name] for name in envelope if name not in ("payload", "envelope_id")} == {
        "type": "events_api",
        "accepts_response_payload": False,
        "retry_attempt": 0,
        "retry_reason": "",
    }
    assert command["type"] == "slash_commands"
    assert command["accepts_response_payload"] is True
    assert "retry_attempt" not in command


async def test_a_connection_lost_before_the_acknowledgement_is_a_failure(slack: FakeSlack) -> None:
    """It is told again, over another one."""
    socket_mode = slack.delivery.socket_mode
    async with aiohttp.ClientSession() as session:
        socket = await session.ws_connect(socket_mode.open_ticket(slack.app_token))
        await socket.receive_json()
        telling = asyncio.create_task(a_visit(slack))
        await socket.receive_json()
        await socket.close()
        delivered = await asyncio.wait_for(telling, PATIENCE_S)
    assert delivered.attempts[0].reason == "connection_failed"


# HTTP


async def test_requests_are_signed_by_the_stand_ins_clock() -> None:
    """An app whose clock differs by six minutes refuses them."""
    async with FakeSlack(transport="http") as slack:
        app = bolt_app(slack)
        async with served(slack, app):
            assert (await slack.delivery.verify_url("riddle")).payload == {"challenge": "riddle"}
            slack.delivery.http.skew_s = 360
            assert (await slack.delivery.verify_url()).status == 401


async def test_a_signature_holds_for_its_body(slack: FakeSlack) -> None:
    """As Slack's own verifier sees it."""
    verifier = SignatureVerifier(slack.signing_secret)
    headers = slack.delivery.http.signed(b"{}")
    assert verifier.is_valid_request(b"{}", headers)
    assert not verifier.is_valid_request(b"[]", headers)


async def test_an_app_can_ask_for_no_more_tries() -> None:
    """With X-Slack-No-Retry on a failure."""
    async with FakeSlack(transport="http") as slack:
        app = bolt_app(slack)

        @app.middleware
        async def refuse(context: Any) -> Any:
            return BoltResponse(status=500, headers={"x-slack-no-retry": "1"})

        async with served(slack, app):
            delivered = await a_visit(slack)
            await slack.delivery.exhaust()
    assert [attempt.status for attempt in delivered.attempts] == [500]


async def test_an_app_that_does_not_listen_is_no_error_of_the_stand_in() -> None:
    """The connection fails, and that is what is noted."""
    async with FakeSlack(transport="http", request_url="http://127.0.0.1:9") as slack:
        delivered = await slack.user("ana").command("/ask", "Who pays?")
    assert [attempt.reason for attempt in delivered.attempts] == ["connection_failed"]


# What it says


async def test_the_outer_event_names_the_installation(slack: FakeSlack) -> None:
    """And whose bot is addressed."""
    outer = slack.delivery.outer({"type": "app_uninstalled"}, "T1")
    assert json.loads(json.dumps(outer)) == outer
    assert (outer["team_id"], outer["api_app_id"], outer["type"]) == ("T1", "A1", "event_callback")
    assert outer["event_id"].startswith("Ev")
    assert outer["authorizations"] == [
        {
            "enterprise_id": None,
            "team_id": "T1",
            "user_id": "UBOT",
            "is_bot": True,
            "is_enterprise_install": False,
        }
    ]


async def test_an_installation_for_an_organisation_names_no_workspace(slack: FakeSlack) -> None:
    """Only the event itself does."""
    slack.add_team("T2", enterprise="E1")
    slack.install(None, enterprise="E1")
    outer = slack.delivery.outer({"type": "app_uninstalled"}, "T2")
    assert outer["team_id"] == "T2"
    assert outer["authorizations"][0]["team_id"] is None
    assert outer["authorizations"][0]["enterprise_id"] == "E1"
    assert outer["authorizations"][0]["is_enterprise_install"] is True
