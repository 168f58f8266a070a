"""Response URLs: answered where Slack gave them out, and nowhere else."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.slack.errors import SlackBusy, SlackRefused, SlackUnreachable
from bot.slack.response_url import ResponseUrls
from bot.slack.slack_session import slack_session
from tests.passing_time import PassingTime

REPLACE = {"text": "done", "replace_original": True}
FURTHER = {"text": "done", "replace_original": False}

Answer = Callable[[int], web.Response | None]


class Hooks:
    """A server that writes down what it is sent; `answer` is called with the number of the request, from 1."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.seen: list[object] = []

    async def handle(self, request: web.Request) -> web.Response:
        self.seen.append(await request.json())
        response = self.answer(len(self.seen))
        if response is None:
            request.transport.close()
        return response or web.Response()


@asynccontextmanager
async def answering(answer: Answer, time: PassingTime) -> AsyncIterator[tuple[Hooks, ResponseUrls, str]]:
    hooks, app = Hooks(answer), web.Application()
    app.router.add_post("/response/R1", hooks.handle)
    runner = web.AppRunner(app, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    base = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"
    async with slack_session() as session:
        yield hooks, ResponseUrls(session, f"{base}/api/", {}, time.sleep, time), f"{base}/response/R1"
    await runner.cleanup()


@pytest.fixture
def time() -> PassingTime:
    return PassingTime()


async def test_what_is_sent_arrives_as_json(time: PassingTime) -> None:
    """Slack says ok, in plain text."""
    async with answering(lambda number: web.Response(text="ok"), time) as (hooks, urls, url):
        await urls.send(url, FURTHER)
    assert hooks.seen == [FURTHER]


@pytest.mark.parametrize(
    ("response", "code"),
    [
        (lambda: web.Response(status=404, text="expired_url"), "expired_url"),
        (lambda: web.Response(status=404, text="used_url"), "used_url"),
        (lambda: web.json_response({"ok": False, "error": "expired_url"}), "expired_url"),
        (lambda: web.json_response({"ok": False, "error": "used_url"}, status=404), "used_url"),
        (lambda: web.Response(status=410, text="<html>gone"), "http_410"),
        (lambda: web.Response(status=302, headers={"Location": "http://127.0.0.1:1/"}), "http_302"),
        (lambda: web.Response(text="invalid_payload"), "invalid_payload"),
    ],
)
async def test_an_address_that_is_worth_nothing_any_more_is_a_refusal(
    time: PassingTime, response: Callable[[], web.Response], code: str
) -> None:
    """It is not tried again, and no redirect is followed."""
    async with answering(lambda number: response(), time) as (hooks, urls, url):
        with pytest.raises(SlackRefused) as refused:
            await urls.send(url, REPLACE)
    assert (refused.value.code, len(hooks.seen)) == (code, 1)


async def test_haste_waits_as_long_as_slack_says(time: PassingTime) -> None:
    """Whether or not the message replaces another."""

    def answer(number: int) -> web.Response:
        return web.Response(status=429, headers={"Retry-After": "4"}) if number == 1 else web.Response(text="ok")

    async with answering(answer, time) as (hooks, urls, url):
        await urls.send(url, FURTHER)
    assert (len(hooks.seen), time.slept) == (2, [4.0])


async def test_haste_beyond_patience_is_a_problem(time: PassingTime) -> None:
    """The caller decides what happens then."""
    busy = {"Retry-After": "40"}
    async with answering(lambda number: web.Response(status=429, headers=busy), time) as (_hooks, urls, url):
        with pytest.raises(SlackBusy):
            await urls.send(url, FURTHER)


@pytest.mark.parametrize(
    "broken",
    [
        lambda: web.Response(status=503),
        lambda: None,
        lambda: web.Response(text="<html>something on the way"),
        lambda: web.Response(text="[]"),
        lambda: web.json_response({"ok": False, "error": "fatal_error"}),
    ],
)
async def test_a_message_that_replaces_another_is_sent_until_it_arrives(
    time: PassingTime, broken: Callable[[], web.Response | None]
) -> None:
    """Twice is as good as once."""

    def answer(number: int) -> web.Response | None:
        return broken() if number < 3 else web.Response(text="ok")

    async with answering(answer, time) as (hooks, urls, url):
        await urls.send(url, REPLACE)
    assert len(hooks.seen) == 3


@pytest.mark.parametrize("broken", [lambda: web.Response(status=503), lambda: None])
async def test_a_further_message_is_not_shown_twice(
    time: PassingTime, broken: Callable[[], web.Response | None]
) -> None:
    """It may have been shown although nothing was answered."""
    async with answering(lambda number: broken(), time) as (hooks, urls, url):
        with pytest.raises(SlackUnreachable):
            await urls.send(url, FURTHER)
    assert len(hooks.seen) == 1


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://example.com/response/R1",
        "https://slack.com.example.com/R1",
        "https://notslack.com/R1",
        "http://hooks.slack.com/commands/1",
        "https://hooks.slack.com:8443/commands/1",
        "https://user@hooks.slack.com/commands/1",
        "https://hooks.slack.com@example.com/commands/1",
        "http://127.0.0.1:1/response/R1",
        "https://[bad/",
        "https://hooks.slack.com:port/",
        "file:///etc/passwd",
    ],
)
async def test_other_addresses_are_never_called(time: PassingTime, url: str) -> None:
    """A payload that was forged must not make the server call what it names."""
    async with answering(lambda number: web.Response(text="ok"), time) as (_hooks, urls, _url):
        with pytest.raises(SlackRefused, match="not_an_address_of_slack"):
            await urls.send(url, REPLACE)


@pytest.mark.parametrize(
    ("api_url", "url"),
    [
        ("https://slack.com/api/", "https://hooks.slack.com/commands/T1/1/2"),
        ("https://slack-gov.com/api/", "https://hooks.slack-gov.com/actions/T1/1/2"),
        ("http://127.0.0.1:9/api/", "http://127.0.0.1:9/response/R1"),
    ],
)
async def test_addresses_of_slack_and_of_its_stand_in_are_called(api_url: str, url: str) -> None:
    """By scheme, name and port."""
    async with slack_session() as session:
        ResponseUrls(session, api_url, {})._check(url)
