"""Calls of Slack: what is tried again, what is not, and what becomes of everything that can go wrong."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.client_reqrep import ConnectionKey

from bot.slack.errors import PayloadInvalid, SlackBusy, SlackRefused, SlackUnreachable
from bot.slack.methods import METHODS
from bot.slack.pacing import Pacing
from bot.slack.proxy import proxy_for
from bot.slack.retry_after import AT_MOST_S, UNKNOWN_S, retry_after_s
from bot.slack.slack_api import SlackApi
from bot.slack.slack_session import slack_client, slack_session
from tests.fake_slack_client import FakeSlackClient, FakeTokens, refusal
from tests.passing_time import PassingTime

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
BUSY = refusal("ratelimited", 429, {"Retry-After": "3"})


@pytest.fixture
def time() -> PassingTime:
    return PassingTime()


@pytest.fixture
def client() -> FakeSlackClient:
    return FakeSlackClient()


@pytest.fixture
def tokens() -> FakeTokens:
    return FakeTokens()


@pytest.fixture
def api(client: FakeSlackClient, tokens: FakeTokens, time: PassingTime) -> SlackApi:
    return SlackApi(client, tokens, Pacing(clock=time, sleep=time.sleep), time.sleep, time)


async def test_a_call_goes_out_with_the_token_of_its_workspace(api: SlackApi, client: FakeSlackClient) -> None:
    """Arguments pass as they are; the answer comes back as plain data."""
    client.script("chat_postMessage", {"ok": True, "ts": "1.2"})
    answer = await api.call("T1", "chat.postMessage", channel="C1", text="hello")
    assert answer == {"ok": True, "ts": "1.2"}
    assert client.calls == [("chat_postMessage", {"channel": "C1", "text": "hello", "token": "xoxb-T1"})]


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("chat.postMessage", {"text": "<!channel> hello"}),
        (
            "chat.update",
            {"text": "x", "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]},
        ),
        ("chat.appendStream", {"markdown_text": "x" * 12_001}),
        ("views.open", {"view": {"type": "modal", "blocks": []}}),
    ],
)
async def test_what_slack_would_not_show_is_not_sent(
    api: SlackApi, client: FakeSlackClient, method: str, arguments: dict[str, Any]
) -> None:
    """A mistake of ours ends here, in words, and not as a refusal or as a cry to everybody."""
    with pytest.raises(PayloadInvalid):
        await api.call("T1", method, **arguments)
    assert client.calls == []


async def test_an_installation_for_a_whole_organisation_has_its_own_token(
    api: SlackApi, client: FakeSlackClient
) -> None:
    """Then an event names no workspace."""
    await api.call("", "auth.test", enterprise="E1")
    assert client.calls == [("auth_test", {"token": "xoxb-E1"})]


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.startStream", "chat.appendStream", "chat.update"])
async def test_too_many_calls_are_repeated_when_slack_says_so(
    api: SlackApi, client: FakeSlackClient, time: PassingTime, method: str
) -> None:
    """Whatever the method: a refusal for haste means that nothing was done."""
    client.script(method.replace(".", "_"), BUSY, BUSY)
    await api.call("T1", method, channel="C1")
    assert (len(client.calls), sum(time.slept)) == (3, 6.0)


async def test_haste_beyond_patience_is_a_problem_that_says_when(
    api: SlackApi, client: FakeSlackClient, time: PassingTime
) -> None:
    """Nobody waits longer than was asked for."""
    client.script("chat_update", refusal("ratelimited", 429, {"Retry-After": "31"}))
    with pytest.raises(SlackBusy) as busy:
        await api.call("T1", "chat.update", channel="C1", patience_s=30)
    assert (busy.value.retry_after, time.slept) == (31.0, [])


async def test_others_keep_the_pause_that_one_was_told_to_keep(
    api: SlackApi, client: FakeSlackClient, time: PassingTime
) -> None:
    """The next caller does not run into the same refusal."""
    client.script("chat_update", refusal("ratelimited", 429, {"Retry-After": "20"}))
    with pytest.raises(SlackBusy):
        await api.call("T1", "chat.update", channel="C1", patience_s=5)
    await api.call("T1", "chat.update", channel="C2")
    assert (len(client.calls), time.slept) == (2, [20.0])


async def test_the_tier_is_kept_before_slack_has_to_say_so(
    api: SlackApi, client: FakeSlackClient, time: PassingTime
) -> None:
    """The stream after the last one that a minute has room for is not even asked for."""
    room = METHODS["chat.startStream"].per_minute
    for _ in range(room):
        await api.call("T1", "chat.startStream", patience_s=0, channel="C1")
    with pytest.raises(SlackBusy):
        await api.call("T1", "chat.startStream", patience_s=0, channel="C1")
    assert len(client.calls) == room


@pytest.mark.parametrize(
    "failure",
    [
        refusal("internal_error", 500),
        refusal("fatal_error"),
        refusal("", 502),
        refusal("service_unavailable", 503),
        TimeoutError(),
        aiohttp.ServerDisconnectedError(),
        ConnectionResetError(),
        AttributeError("'list' object has no attribute 'get'"),
        ValueError("not JSON"),
    ],
)
async def test_no_answer_is_asked_for_again_only_where_that_is_safe(
    api: SlackApi, client: FakeSlackClient, failure: Exception
) -> None:
    """What may have been posted is the caller's to find out."""
    client.script("chat_update", failure, failure)
    await api.call("T1", "chat.update", channel="C1")
    assert len(client.calls) == 3
    client.script("chat_postMessage", failure)
    with pytest.raises(SlackUnreachable):
        await api.call("T1", "chat.postMessage", channel="C1")
    assert len(client.calls) == 4


async def test_what_never_left_this_machine_is_repeated_whatever_it_is(api: SlackApi, client: FakeSlackClient) -> None:
    """Without a connection nothing was posted."""
    nobody = aiohttp.ClientConnectorError(ConnectionKey("h", 443, True, True, None, None, None), OSError("refused"))
    client.script("chat_postMessage", nobody, nobody)
    await api.call("T1", "chat.postMessage", channel="C1")
    assert len(client.calls) == 3


async def test_trying_again_ends_with_patience(api: SlackApi, client: FakeSlackClient, time: PassingTime) -> None:
    """The pauses grow, and the last failure is what is told."""
    client.script("chat_update", *[TimeoutError()] * 100)
    with pytest.raises(SlackUnreachable, match=r"chat\.update got no answer from Slack: TimeoutError"):
        await api.call("T1", "chat.update", channel="C1", patience_s=30)
    assert sum(time.slept) <= 30
    assert len(client.calls) < 10


async def test_a_refusal_is_final_and_tells_why(api: SlackApi, client: FakeSlackClient) -> None:
    """With the scope that is missing, where that is the reason."""
    client.script("chat_update", refusal("missing_scope", needed="chat:write", provided="commands"))
    with pytest.raises(SlackRefused) as refused:
        await api.call("T1", "chat.update", channel="C1")
    assert (refused.value.method, refused.value.code, refused.value.needed) == (
        "chat.update",
        "missing_scope",
        "chat:write",
    )
    assert len(client.calls) == 1


@pytest.mark.parametrize("code", ["token_revoked", "invalid_auth", "account_inactive"])
async def test_a_dead_token_is_reported_to_who_keeps_it(
    api: SlackApi, client: FakeSlackClient, tokens: FakeTokens, code: str
) -> None:
    """Once, and the call is refused all the same."""
    client.script("auth_test", refusal(code))
    with pytest.raises(SlackRefused):
        await api.call("T1", "auth.test", enterprise="E1")
    assert tokens.told == [("T1", "E1", code)]


async def test_a_call_that_a_dead_token_was_refused_is_made_with_a_newer_one(
    client: FakeSlackClient, time: PassingTime
) -> None:
    """Once: somebody has installed the app again, and nothing was done yet."""

    class Replaced(FakeTokens):
        async def token(self, team: str, enterprise: str | None) -> str:
            return f"xoxb-{len(self.told)}"

    api = SlackApi(client, Replaced(), Pacing(clock=time, sleep=time.sleep), time.sleep, time)
    client.script("chat_postMessage", refusal("token_revoked"), {"ok": True, "ts": "1.2"})
    assert (await api.call("T1", "chat.postMessage", channel="C1"))["ts"] == "1.2"
    client.script("chat_postMessage", refusal("token_revoked"), refusal("token_revoked"))
    with pytest.raises(SlackRefused):
        await api.call("T1", "chat.postMessage", channel="C1")
    assert [arguments["token"] for _, arguments in client.calls] == ["xoxb-0", "xoxb-1", "xoxb-1", "xoxb-2"]


async def test_other_refusals_say_nothing_of_the_token(
    api: SlackApi, client: FakeSlackClient, tokens: FakeTokens
) -> None:
    """A channel that is gone is no reason to forget a workspace."""
    client.script("chat_update", refusal("channel_not_found"))
    with pytest.raises(SlackRefused):
        await api.call("T1", "chat.update", channel="C1")
    assert tokens.told == []


async def test_problems_do_not_quote_what_was_to_be_said(api: SlackApi, client: FakeSlackClient) -> None:
    """They end up in logs and in front of readers."""
    client.script("chat_postMessage", ValueError("secret words"))
    with pytest.raises(SlackUnreachable) as gone:
        await api.call("T1", "chat.postMessage", channel="C1", text="secret words")
    assert "secret" not in str(gone.value)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("3", 3.0),
        ("1.5", 1.5),
        ("Thu, 01 Jan 2026 12:00:30 GMT", 30.0),
        ("Thu, 01 Jan 2026 11:00:00 GMT", 0.5),
        ("0", 0.5),
        ("-4", 0.5),
        ("1e300", AT_MOST_S),
        ("Fri, 31 Dec 9999 23:59:59 GMT", AT_MOST_S),
        ("soon", UNKNOWN_S),
        ("nan", UNKNOWN_S),
        ("inf", UNKNOWN_S),
        ("Wed, 21 Oct 99999999999 07:28:00 GMT", UNKNOWN_S),
        (None, UNKNOWN_S),
    ],
)
def test_every_way_to_say_later_is_understood(header: str | None, seconds: float) -> None:
    """Proxies say it in other ways than Slack."""
    assert retry_after_s(header, NOW) == seconds


@pytest.mark.parametrize(
    ("url", "environment", "proxy"),
    [
        ("https://slack.com/api/", {}, None),
        ("https://slack.com/api/", {"HTTPS_PROXY": "http://p:1"}, "http://p:1"),
        ("https://slack.com/api/", {"https_proxy": "http://p:1", "HTTPS_PROXY": "http://q:1"}, "http://p:1"),
        ("https://slack.com/api/", {"HTTP_PROXY": "http://p:1"}, None),
        ("https://slack.com/api/", {"HTTPS_PROXY": " "}, None),
        ("https://slack.com/api/", {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "example.com, .slack.com"}, None),
        ("https://slack.com/api/", {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "lack.com"}, "http://p:1"),
        ("https://slack.com/api/", {"HTTPS_PROXY": "http://p:1", "no_proxy": "*"}, None),
        ("http://127.0.0.1:9/api/", {"HTTP_PROXY": "http://p:1"}, None),
        ("http://[::1]:9/api/", {"HTTP_PROXY": "http://p:1"}, None),
        ("http://localhost:9/api/", {"HTTP_PROXY": "http://p:1"}, None),
        ("http://fake.example:9/api/", {"HTTP_PROXY": "http://p:1"}, "http://p:1"),
    ],
)
def test_the_proxy_is_the_one_of_the_environment(url: str, environment: dict[str, str], proxy: str | None) -> None:
    """Never for this machine itself."""
    assert proxy_for(url, environment) == proxy


# With the SDK's client and real connections


@asynccontextmanager
async def serving(answer: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/api/{method}", answer)
    runner = web.AppRunner(app, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}/api/"
    await runner.cleanup()


@asynccontextmanager
async def connected(url: str, time: PassingTime, total_s: float = 20) -> AsyncIterator[SlackApi]:
    async with slack_session(total_s) as session:
        client = slack_client(session, url, {"HTTP_PROXY": "http://127.0.0.1:1"})
        yield SlackApi(client, FakeTokens(), Pacing(clock=time, sleep=time.sleep), time.sleep, time)


async def test_over_a_real_connection_arguments_and_token_arrive(time: PassingTime) -> None:
    """In the SDK's way: JSON for what has blocks, parameters for the rest; never through a proxy on this machine."""
    seen = []

    async def answer(request: web.Request) -> web.Response:
        body = await request.json() if request.content_type == "application/json" else dict(request.query)
        seen.append((request.match_info["method"], request.headers["Authorization"], body))
        return web.json_response({"ok": True, "ts": "1.5"})

    async with serving(answer) as url, connected(url, time) as api:
        await api.call("T1", "chat.postMessage", channel="C1", text="x", blocks=[{"type": "divider"}])
        await api.call("T1", "conversations.replies", channel="C1", ts="1.2", include_all_metadata=True)
    assert seen == [
        ("chat.postMessage", "Bearer xoxb-T1", {"channel": "C1", "text": "x", "blocks": [{"type": "divider"}]}),
        ("conversations.replies", "Bearer xoxb-T1", {"channel": "C1", "ts": "1.2", "include_all_metadata": "1"}),
    ]


def _broken(request: web.Request) -> web.Response:
    request.transport.close()
    return web.Response()


BROKEN = {
    "no JSON at all": lambda request: web.Response(text="<html>", content_type="application/json"),
    "an error page": lambda request: web.Response(text="<html>", content_type="text/html", status=502),
    "plain text": lambda request: web.Response(text="ok"),
    "a list": lambda request: web.json_response([1, 2]),
    "a number": lambda request: web.json_response(7),
    "nothing": lambda request: web.Response(content_type="application/json"),
    "bytes that are no text": lambda request: web.Response(body=b"\xff\xfe{", content_type="application/json"),
    "no ok": lambda request: web.json_response({}),
    "an error that is no word": lambda request: web.json_response({"ok": False, "error": 7}),
    "a broken connection": _broken,
}


@pytest.mark.parametrize("broken", BROKEN)
async def test_answers_that_are_none_are_asked_for_again(time: PassingTime, broken: str) -> None:
    """Where it is safe; where it is not, the problem says that it may have been done."""
    seen = []

    async def answer(request: web.Request) -> web.Response:
        seen.append(request.match_info["method"])
        return BROKEN[broken](request) if len(seen) < 3 else web.json_response({"ok": True})

    async with serving(answer) as url, connected(url, time) as api:
        with pytest.raises(SlackUnreachable):
            await api.call("T1", "chat.postMessage", channel="C1", text="x")
        await api.call("T1", "chat.update", channel="C1", ts="1", text="x")
    assert seen == ["chat.postMessage", "chat.update", "chat.update"]


async def test_an_answer_that_does_not_come_ends_with_the_sessions_timeout(time: PassingTime) -> None:
    """The client's own is not used with a shared session."""

    async def answer(request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    async with serving(answer) as url, connected(url, time, total_s=0.05) as api:
        with pytest.raises(SlackUnreachable, match="TimeoutError"):
            await api.call("T1", "chat.postMessage", channel="C1", text="x")


async def test_nobody_there_is_told_as_such(time: PassingTime) -> None:
    """A port on which nobody listens: tried again within patience, then a problem."""
    async with connected("http://127.0.0.1:1/api/", time) as api:
        with pytest.raises(SlackUnreachable):
            await api.call("T1", "chat.postMessage", channel="C1", text="x", patience_s=5)
    assert len(time.slept) > 1


async def test_haste_over_a_real_connection(time: PassingTime) -> None:
    """Fractions of a second, which the SDK's own handler does not understand."""
    seen = []

    async def answer(request: web.Request) -> web.Response:
        seen.append(1)
        if len(seen) == 1:
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "2.5"})
        return web.json_response({"ok": True})

    async with serving(answer) as url, connected(url, time) as api:
        await api.call("T1", "chat.postMessage", channel="C1", text="x")
    assert (len(seen), time.slept) == (2, [2.5])
