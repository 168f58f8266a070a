"""The door that Slack comes in by over HTTP: what may pass, what is turned away, and in which words."""

import json
import logging
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import pytest
from httpx import ASGITransport, AsyncClient, Response
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.bolt_app import bolt_app
from bot.slack.bolt_log import bolt_logger
from bot.slack.guard import Guard
from bot.slack.signature import Signature

NOW = 1_770_000_000
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
SIGNATURE = Signature(SecretStr(SECRET), now=lambda: NOW + 0.5)
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
EVENT = {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": {"type": "app_mention", "user": "U1"}}
PRIVATE = "my salary is 12,345"


class Below:
    """What stands behind the guard: remembers what was handed on, and answers."""

    def __init__(self) -> None:
        self.seen: list[tuple[dict[str, Any], Any]] = []
        self.failure: Exception | None = None
        self.fails_late = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self.failure and not self.fails_late:
            raise self.failure
        message = await receive()
        self.seen.append((scope, json.loads(message["body"] or b"{}")))
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": b"below"})
        if self.failure:
            raise self.failure


@pytest.fixture
def below() -> Below:
    return Below()


@pytest.fixture
async def client(below: Below) -> AsyncIterator[AsyncClient]:
    async with client_of(Guard(below, SIGNATURE)) as client:
        yield client


def client_of(guard: Guard) -> AsyncClient:
    transport = ASGITransport(guard, raise_app_exceptions=True)
    return AsyncClient(transport=transport, base_url="http://footnote.test")


def signed(body: bytes, kind: str = JSON, at: int = NOW) -> dict[str, str]:
    signature = SIGNATURE.sign(at, body)
    return {"content-type": kind, "x-slack-request-timestamp": str(at), "x-slack-signature": signature}


async def post(client: AsyncClient, body: bytes, path: str = "/slack/events", **headers: str) -> Response:
    given = {name.replace("_", "-"): value.encode("latin-1") for name, value in headers.items()}
    return await client.post(path, content=body, headers=given)


async def event(client: AsyncClient, value: object = EVENT, **more: str) -> Response:
    body = json.dumps(value).encode()
    return await post(client, body, **{**signed(body), **more})


# What passes


@given(st.text(st.characters(codec="utf-8")))
def test_we_sign_as_slack_does(body: str) -> None:
    """As its own SDK computes it."""
    theirs = SignatureVerifier(SECRET).generate_signature(timestamp=str(NOW), body=body)
    assert SIGNATURE.sign(NOW, body.encode()) == theirs


async def test_what_slack_has_signed_passes(client: AsyncClient, below: Below) -> None:
    """What was said is handed on unchanged, and the answer comes back."""
    answer = await event(client)
    assert (answer.status_code, answer.text) == (200, "below")
    assert below.seen[0][1] == EVENT


async def test_redelivery_is_told(client: AsyncClient, below: Below) -> None:
    """Which attempt it is and why; no other header matters below."""
    await event(client, **{"x-slack-retry-num": "2", "x-slack-retry-reason": "http_timeout", "x-evil": "ü"})
    headers = dict(below.seen[0][0]["headers"])
    assert headers == {
        b"content-type": b"application/json",
        b"x-slack-retry-num": b"2",
        b"x-slack-retry-reason": b"http_timeout",
    }


@pytest.mark.parametrize("path", ["/slack/events", "/slack/commands", "/slack/interactions"])
async def test_every_address_takes_everything(client: AsyncClient, below: Below, path: str) -> None:
    """Whoever configures one address for all of it is understood."""
    body = urlencode({"payload": json.dumps({"type": "block_actions", "user": {"id": "U1"}})}).encode()
    answer = await post(client, body, path, **signed(body, FORM))
    assert answer.status_code == 200
    assert below.seen[0][0]["path"] == "/slack/events"
    assert below.seen[0][1] == {"type": "block_actions", "user": {"id": "U1"}}


async def test_a_command_passes_whatever_it_says(client: AsyncClient, below: Below) -> None:
    """Also one that speaks of a payload, and words of all languages."""
    said = {"command": "/ask", "text": "what is a payload=? größe & <b> 漢字", "user_id": "U1", "enterprise_id": ""}
    body = urlencode(said).encode()
    await post(client, body, "/slack/commands", **signed(body, FORM))
    assert below.seen[0][1] == said


async def test_characters_cut_in_half_pass(client: AsyncClient, below: Below) -> None:
    """JSON can hold what UTF-8 cannot."""
    body = b'{"type": "event_callback", "event": {"text": "\\ud83d"}}'
    assert (await post(client, body, **signed(body))).status_code == 200
    assert below.seen[0][1]["event"]["text"] == "\ud83d"


async def test_the_address_is_verified_if_slack_asks(client: AsyncClient, below: Below) -> None:
    """The challenge is answered here, signed only."""
    asked = {"type": "url_verification", "challenge": "3eZbrw1a", "token": "x"}
    answer = await event(client, asked)
    assert (answer.status_code, answer.text) == (200, "3eZbrw1a")
    assert (await event(client, asked, **{"x-slack-signature": "v0=" + "0" * 64})).status_code == 401
    assert below.seen == []


async def test_the_certificate_can_be_looked_at_unsigned(client: AsyncClient, below: Below) -> None:
    """An empty yes, which reaches nothing below, whatever else the form says."""
    body = urlencode({"ssl_check": "1", "token": "x", "command": "/ask", "text": "hello"}).encode()
    answer = await post(client, body, "/slack/commands", content_type=FORM)
    assert (answer.status_code, answer.text) == (200, "")
    assert (await post(client, body, "/slack/commands", **signed(body, FORM))).text == ""
    assert below.seen == []


async def test_a_long_request_is_no_look_at_the_certificate(client: AsyncClient) -> None:
    """What is unsigned is not parsed if it is long."""
    body = urlencode({"ssl_check": "1", "text": "x" * 2000}).encode()
    assert (await post(client, body, content_type=FORM)).status_code == 401


# What does not


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-slack-request-timestamp": str(NOW)},
        {"x-slack-signature": "v0=" + "a" * 64},
        {"x-slack-request-timestamp": "soon", "x-slack-signature": "v0=" + "a" * 64},
        {"x-slack-request-timestamp": "²", "x-slack-signature": "v0=" + "a" * 64},
        {"x-slack-request-timestamp": "1e9", "x-slack-signature": "v0=" + "a" * 64},
        {"x-slack-request-timestamp": "-5", "x-slack-signature": "v0=" + "a" * 64},
        {"x-slack-request-timestamp": "9" * 4301, "x-slack-signature": "v0=" + "a" * 64},
        {"x-slack-request-timestamp": str(NOW), "x-slack-signature": "v0=" + "a" * 64},
        {"x-slack-request-timestamp": str(NOW), "x-slack-signature": "v1=" + "a" * 64},
        {"x-slack-request-timestamp": str(NOW), "x-slack-signature": "v0=" + "ü" * 64},
        {"x-slack-request-timestamp": str(NOW), "x-slack-signature": "v0=" + "A" * 64},
        {"x-slack-request-timestamp": str(NOW), "x-slack-signature": ""},
    ],
)
async def test_what_slack_has_not_signed_is_refused(client: AsyncClient, below: Below, headers: dict[str, str]) -> None:
    """Missing, misshapen or wrong: the same answer for all of them."""
    answer = await post(client, json.dumps(EVENT).encode(), **{"content-type": JSON, **headers})
    assert (answer.status_code, answer.text) == (401, "This is not signed by Slack.")
    assert below.seen == []


@pytest.mark.parametrize("skew", [-301, 301, 360, -360, 86_400])
async def test_what_was_signed_long_ago_is_refused(
    client: AsyncClient, skew: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Or in the future; the log wonders about the clock, as every request would be refused then."""
    body = json.dumps(EVENT).encode()
    assert (await post(client, body, **signed(body, at=NOW + skew))).status_code == 401
    assert "is the clock of this machine right?" in caplog.text


@pytest.mark.parametrize("skew", [-299, 300])
async def test_some_minutes_do_not_matter(client: AsyncClient, skew: int) -> None:
    """Clocks differ, and networks are slow."""
    body = json.dumps(EVENT).encode()
    assert (await post(client, body, **signed(body, at=NOW + skew))).status_code == 200


async def test_one_changed_byte_is_noticed(client: AsyncClient) -> None:
    """The signature is over the body as it came."""
    body = json.dumps(EVENT).encode()
    assert (await post(client, body + b" ", **signed(body))).status_code == 401


async def test_two_signatures_are_none(below: Below) -> None:
    """Who reads the other one must not be fooled."""
    body = json.dumps(EVENT).encode()
    headers = [*signed(body).items(), ("x-slack-signature", "v0=" + "0" * 64)]
    async with client_of(Guard(below, SIGNATURE)) as client:
        assert (await client.post("/slack/events", content=body, headers=headers)).status_code == 401


@pytest.mark.parametrize(
    ("body", "kind", "reason"),
    [
        (b"{", JSON, "its body is not JSON"),
        (b"", JSON, "its body is not JSON"),
        (b"[]", JSON, "its JSON is no object"),
        (b'"text"', JSON, "its JSON is no object"),
        (b"[" * 100_000, JSON, "its body is not JSON"),
        (b'{"a": %s}' % (b"9" * 5000), JSON, "its body is not JSON"),
        (b"\xff\xfe", JSON, "its body is not UTF-8"),
        (b"payload=%7B", FORM, "its body is not JSON"),
        (b"payload=1", FORM, "its JSON is no object"),
        (b"text=%ff", FORM, "its body is no form"),
        (b"&" * 1000, FORM, "its body is no form"),
        (b"", FORM, "its form is empty"),
        (b"{}", "text/plain", "its content type is neither JSON nor a form"),
        (b"{}", "", "its content type is neither JSON nor a form"),
        (b"{}", "multipart/form-data; boundary=x", "its content type is neither JSON nor a form"),
    ],
)
async def test_what_says_nothing_is_refused(
    client: AsyncClient, below: Below, body: bytes, kind: str, reason: str
) -> None:
    """Though signed; and Slack need not send it again."""
    answer = await post(client, body, **signed(body, kind))
    assert (answer.status_code, answer.text) == (400, f"This cannot be read: {reason}.")
    assert answer.headers["x-slack-no-retry"] == "1"
    assert below.seen == []


async def test_huge_bodies_are_not_read(below: Below) -> None:
    """Whether their length is announced or found out; a body of just the limit passes."""
    guard = Guard(below, SIGNATURE, max_body=10_240)
    fits = json.dumps({"type": "x", "text": ""}).encode()
    fits = json.dumps({"type": "x", "text": "a" * (10_240 - len(fits))}).encode()

    async def unannounced() -> AsyncIterator[bytes]:
        yield fits
        yield b" "
        raise AssertionError("read on")

    async with client_of(guard) as client:
        assert (await post(client, fits, **signed(fits))).status_code == 200
        answer = await post(client, fits + b" ", **signed(fits + b" "))
        assert (answer.status_code, answer.text) == (413, "The body is larger than 10 KB.")
        late = await client.post("/slack/events", content=unannounced(), headers=signed(fits))
        assert late.status_code == 413


async def test_a_length_that_is_no_number_is_refused(below: Below) -> None:
    """Servers see to that; the guard does not rely on it."""
    scope = {"type": "http", "path": "/slack/events", "method": "POST", "headers": [(b"content-length", b"-1")]}
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        raise AssertionError("read on")

    await Guard(below, SIGNATURE)(scope, receive, send)
    assert sent[0]["status"] == 413


async def test_who_goes_away_is_not_answered(below: Below) -> None:
    """Nothing is sent, and nothing is said."""
    scope = {"type": "http", "path": "/slack/events", "method": "POST", "headers": []}
    messages = [{"type": "http.disconnect"}, {"type": "http.request", "body": b"{", "more_body": True}]

    async def send(message: Any) -> None:
        raise AssertionError(message)

    async def receive() -> Any:
        return messages.pop()

    await Guard(below, SIGNATURE)(scope, receive, send)
    assert below.seen == []


@pytest.mark.parametrize(
    "path", ["/slack/", "/slack/event", "/slack/events/", "/slack/install", "/slack/oauth_redirect"]
)
async def test_elsewhere_is_nothing(client: AsyncClient, path: str) -> None:
    """Where the app cannot be installed that is so of those addresses, too."""
    answer = await client.get(path)
    assert (answer.status_code, answer.text) == (404, "There is nothing here.")


async def test_only_posts_are_understood(client: AsyncClient) -> None:
    """And it is said which method is."""
    answer = await client.get("/slack/events")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


async def test_who_installs_the_app_is_let_through(below: Below) -> None:
    """A browser, which signs nothing; its cookie and query are handed on."""
    async with client_of(Guard(below, SIGNATURE, installs=True)) as client:
        await client.get("/slack/oauth_redirect?code=1&state=2", headers={"cookie": "state=2", "x": "y"})
        assert below.seen[0][0]["headers"] == [(b"cookie", b"state=2")]
        assert below.seen[0][0]["query_string"] == b"code=1&state=2"
        assert (await client.post("/slack/install")).status_code == 405
        refused = await client.get("/slack/install", headers={"cookie": "ü".encode()})
        assert refused.status_code == 400


# What goes wrong


async def test_what_fails_below_shows_nothing(client: AsyncClient, below: Below) -> None:
    """Slack is told to try again, and people who look at the answer learn nothing."""
    below.failure = RuntimeError(PRIVATE)
    answer = await event(client)
    assert (answer.status_code, answer.text) == (500, "Something went wrong here.")
    assert "x-slack-no-retry" not in answer.headers


async def test_what_fails_after_answering_is_answered_once(client: AsyncClient, below: Below) -> None:
    """There is no second answer to a request."""
    below.failure, below.fails_late = RuntimeError("late"), True
    answer = await event(client)
    assert (answer.status_code, answer.text) == (200, "below")


@pytest.mark.parametrize("kind", [JSON, FORM, "text/plain"])
async def test_the_log_has_one_line_and_no_body(
    client: AsyncClient, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Of what is refused, neither its body nor an address that somebody has made up."""
    body = PRIVATE.encode()
    await post(client, body, **{"content-type": kind})
    await post(client, body, **signed(body, kind))
    await client.post(f"/slack/%0aerror {PRIVATE}", content=body)
    lines = [record.getMessage() for record in caplog.records if record.name == "bot.slack.guard"]
    assert len(lines) in (2, 3)  # a form may say anything
    assert not any(PRIVATE in line or "\n" in line for line in lines)


@given(
    st.binary(max_size=200),
    st.sampled_from([JSON, FORM, "text/plain", "\xff"]),
    st.binary(max_size=80),
    st.binary(max_size=20),
    st.booleans(),
)
async def test_no_request_is_answered_by_a_crash(
    body: bytes, kind: str, signature: bytes, timestamp: bytes, genuine: bool
) -> None:
    """Whatever it is made of, signed or not."""
    headers = [(b"x-slack-signature", signature), (b"x-slack-request-timestamp", timestamp)]
    if genuine:
        headers = [(name.encode(), value.encode("latin-1")) for name, value in signed(body, kind).items()]
    else:
        headers.append((b"content-type", kind.encode("latin-1")))
    scope = {"type": "http", "path": "/slack/events", "method": "POST", "headers": headers}
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": body}

    await Guard(Below(), SIGNATURE)(scope, receive, send)
    assert sent[0]["status"] in ((200, 400) if genuine else (200, 401))


# With Bolt below


class SomeWorkspace:
    """Where the app is installed."""

    async def authorize(self, *, team_id: str | None, enterprise_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_id="B1", bot_user_id="UBOT")

    async def told(self, *told: Any) -> None:
        raise AssertionError(told)


@pytest.fixture
def bolt(monkeypatch: pytest.MonkeyPatch) -> AsyncApp:
    monkeypatch.delenv("SLACK_BOT_TOKEN", raising=False)
    return bolt_app(AsyncWebClient(), SomeWorkspace())


async def test_bolt_understands_what_is_handed_on(bolt: AsyncApp) -> None:
    """Events, commands and clicks reach their listeners, and commands get their answer."""
    seen: list[str] = []

    @bolt.event("app_mention")
    async def mentioned(body: dict[str, Any]) -> None:
        seen.append(body["event_id"])

    @bolt.command("/ask")
    async def asked(ack: Any, command: dict[str, Any]) -> None:
        await ack(f"You asked: {command['text']}")

    @bolt.action("vote")
    async def voted(ack: Any, action: dict[str, Any]) -> None:
        seen.append(action["value"])
        await ack()

    async with client_of(Guard(AsyncSlackRequestHandler(bolt), SIGNATURE)) as client:
        assert (await event(client)).status_code == 200
        command = urlencode({"command": "/ask", "text": "what is a payload?", "team_id": "T1"}).encode()
        answer = await post(client, command, "/slack/commands", **signed(command, FORM))
        assert (answer.status_code, answer.text) == (200, "You asked: what is a payload?")
        action = {"type": "block_actions", "team": {"id": "T1"}, "user": {"id": "U1"}}
        action |= {"actions": [{"type": "button", "action_id": "vote", "block_id": "b", "value": "up"}]}
        click = urlencode({"payload": json.dumps(action)}).encode()
        assert (await post(client, click, "/slack/interactions", **signed(click, FORM))).status_code == 200
    assert seen == ["Ev1", "up"]


async def test_bolt_does_not_log_what_people_wrote(bolt: AsyncApp, caplog: pytest.LogCaptureFixture) -> None:
    """Of a request that nobody listens to it says that much, in one line."""
    unheard = {**EVENT, "event": {"type": "message", "text": PRIVATE, "user": "U1"}}
    async with client_of(Guard(AsyncSlackRequestHandler(bolt), SIGNATURE)) as client:
        assert (await event(client, unheard)).status_code == 404
    assert "Unhandled request" in caplog.text
    assert PRIVATE not in caplog.text
    assert all("\n" not in record.getMessage() for record in caplog.records)


def test_bodies_are_cut_out_of_any_record(caplog: pytest.LogCaptureFixture) -> None:
    """However the library writes them."""
    logger = bolt_logger()
    logger.info("not even said")
    logger.warning("Invalid request (signature: v0=1, timestamp: 2, body: token=%s)", PRIVATE)
    logger.error("Failed for the request ({'text': '%s'})\nmore: %s", PRIVATE, PRIVATE)
    assert [record.getMessage() for record in caplog.records] == [
        "Invalid request (signature: v0=1, timestamp: 2 …",
        "Failed for the request …",
    ]
    assert len(bolt_logger().filters) == 1
    assert logger.getEffectiveLevel() == logging.WARNING
