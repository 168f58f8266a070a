"""`footnote slack check`: each thing that can be wrong is named in one line that says what to do."""

from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.slack.checking import Finding, check_slack
from bot.slack.manifest import scopes
from bot.slack.signature import Signature
from bot.slack.slack_session import slack_client, slack_session
from bot.slack.slack_settings import SlackSettings
from fakeslack.faults import status
from fakeslack.server import FakeSlack
from tests.fakeslack_client import slack

__all__ = ["slack"]  # a fixture

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with slack_session() as session:
        yield session


@pytest.fixture
def settings(slack: FakeSlack) -> SlackSettings:
    return SlackSettings(SecretStr(slack.bot_token), SecretStr(slack.app_token), None, None, None, slack.api_url, None)


@pytest.fixture
async def server() -> AsyncIterator["Server"]:
    server = Server()
    await server.start()
    yield server
    await server.runner.cleanup()


class Server:
    """What runs at our public address: a server that takes challenges with this secret, or something else."""

    def __init__(self) -> None:
        self.signature = Signature(SecretStr(SECRET))
        self.something_else = False
        application = web.Application()
        application.router.add_post("/slack/events", self.take)
        self.runner = web.AppRunner(application, access_log=None)

    async def start(self) -> None:
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.runner.addresses[0][1]}"

    async def take(self, request: web.Request) -> web.Response:
        names = ("x-slack-request-timestamp", "x-slack-signature")
        timestamp, signature = (request.headers[name].encode() for name in names)
        if self.something_else:
            return web.Response(text="welcome")
        if self.signature.objection(timestamp, signature, await request.read()):
            return web.Response(status=401)
        return web.Response(text=(await request.json())["challenge"])


async def found(settings: SlackSettings, session: aiohttp.ClientSession, *channels: str) -> list[Finding]:
    return await check_slack(settings, slack_client(session, settings.api_url, {}), session, channels)


async def wrong(settings: SlackSettings, session: aiohttp.ClientSession, *channels: str) -> str:
    """The one thing that is."""
    findings = await found(settings, session, *channels)
    (problem,) = [one for one in findings if not one.ok]
    assert "\n" not in problem.words
    return problem.words


async def test_when_all_is_well_it_says_what(
    slack: FakeSlack, settings: SlackSettings, session: aiohttp.ClientSession
) -> None:
    """Who the bot is, what it may do, that it can connect, and where it is."""
    channel = slack.channel("general")
    findings = await found(settings, session, channel.id)
    assert all(one.ok for one in findings)
    assert [one.words for one in findings] == [
        "the bot is @footnote in Acme",
        f"the bot has all {len(scopes(links=False))} scopes that it needs",
        "Socket Mode can be connected",
        "the bot is in #general",
    ]
    assert slack.problems == []


async def test_a_wrong_bot_token(slack: FakeSlack, settings: SlackSettings, session: aiohttp.ClientSession) -> None:
    """Nothing more is asked with it."""
    broken = replace(settings, bot_token=SecretStr("xoxb-wrong"))
    words = "SLACK_BOT_TOKEN is wrong: copy it again from OAuth & Permissions"
    assert await wrong(broken, session, "C1") == words
    assert slack.calls_of("conversations.info") == []


async def test_an_app_that_was_uninstalled(
    slack: FakeSlack, settings: SlackSettings, session: aiohttp.ClientSession
) -> None:
    """Its token is of no use any more."""
    slack.installations.revoke(slack.bot_token)
    assert (await wrong(settings, session)).startswith("the app is not installed any more: install it again")


async def test_missing_scopes(slack: FakeSlack, settings: SlackSettings, session: aiohttp.ClientSession) -> None:
    """By name, those of the manifest that were not granted."""
    token = slack.install("T1", scopes(links=False) - {"files:read", "reactions:write"}).token
    assert await wrong(replace(settings, bot_token=SecretStr(token)), session) == (
        "the bot lacks scopes: add files:read, reactions:write under OAuth & Permissions, then install the app again"
    )


async def test_a_wrong_app_token(settings: SlackSettings, session: aiohttp.ClientSession) -> None:
    """Where it comes from is said."""
    broken = replace(settings, app_token=SecretStr("xapp-wrong"))
    words = "SLACK_APP_TOKEN is wrong: copy it again from Basic Information, App-Level Tokens"
    assert await wrong(broken, session) == words


async def test_an_app_token_for_something_else(
    slack: FakeSlack, settings: SlackSettings, session: aiohttp.ClientSession
) -> None:
    """It has to be allowed to connect."""
    token = slack.installations.app_token(["authorizations:read"])
    broken = replace(settings, app_token=SecretStr(token))
    assert (await wrong(broken, session)).startswith("SLACK_APP_TOKEN lacks the scope connections:write: ")


async def test_socket_mode_is_off(slack: FakeSlack, settings: SlackSettings, session: aiohttp.ClientSession) -> None:
    """It is a switch in the app's settings."""
    slack.delivery.socket_mode.enabled = False
    assert (await wrong(settings, session)).startswith("Socket Mode is off: turn it on ")


async def test_slack_is_down(slack: FakeSlack, settings: SlackSettings, session: aiohttp.ClientSession) -> None:
    """Or something in between."""
    slack.faults.add("auth.test", status(502))
    words = await wrong(settings, session)
    assert words.startswith("auth.test got no answer from Slack: HTTP status 502: check the network and the proxy")


async def test_nothing_is_at_the_address_of_slack(settings: SlackSettings, session: aiohttp.ClientSession) -> None:
    """Every line says so in its place."""
    findings = await found(replace(settings, api_url="http://127.0.0.1:1/api/"), session)
    assert [one.ok for one in findings] == [False, False]
    assert "http://127.0.0.1:1/api/" in findings[0].words


@pytest.mark.parametrize(
    ("kind", "with_bot", "archived", "words"),
    [
        ("public", False, False, "the bot is not in #ours: mention it there, or invite it by /invite"),
        ("public", True, True, "#ours is archived: nobody can be answered there"),
        ("private", False, False, "the bot sees no channel {id}: if it is private, invite the bot there by /invite"),
    ],
)
async def test_a_channel_without_the_bot(
    slack: FakeSlack,
    settings: SlackSettings,
    session: aiohttp.ClientSession,
    kind: str,
    with_bot: bool,
    archived: bool,
    words: str,
) -> None:
    """Each has its remedy."""
    channel = slack.channel("ours", kind=kind, with_bot=with_bot)  # type: ignore[arg-type]
    channel.archived = archived
    assert await wrong(settings, session, channel.id) == words.format(id=channel.id)


async def test_a_channel_by_its_name(settings: SlackSettings, session: aiohttp.ClientSession) -> None:
    """Names change; where the id stands is said."""
    words = "#general is no channel's id: it stands at the bottom of the channel's details"
    assert await wrong(settings, session, "#general") == words


async def test_over_http_our_own_server_is_asked(
    settings: SlackSettings, session: aiohttp.ClientSession, server: Server
) -> None:
    """As Slack would ask it."""
    over_http = replace(settings, app_token=None, signing_secret=SecretStr(SECRET), public_url=server.url)
    findings = await found(over_http, session)
    assert all(one.ok for one in findings)
    assert findings[-1].words == f"Slack's events are taken at {server.url}/slack/events"
    server.something_else = True
    assert (await wrong(over_http, session)).endswith("answers with status 200: something else is running there")
    server.something_else = False
    server.signature = Signature(SecretStr("another"))
    assert "does it run with another SLACK_SIGNING_SECRET?" in await wrong(over_http, session)
    nowhere = replace(over_http, public_url="http://127.0.0.1:1")
    assert "is `footnote serve` running there?" in await wrong(nowhere, session)
    unsaid = replace(over_http, public_url=None)
    assert "set FOOTNOTE_PUBLIC_URL" in await wrong(unsaid, session)


async def test_the_secret_of_an_app_for_many(slack: FakeSlack, session: aiohttp.ClientSession, server: Server) -> None:
    """Slack is asked for a token that there is none of, and says whether it knows who asks."""
    secret = SecretStr(slack.oauth.client_secret)
    many = SlackSettings(None, None, SecretStr(SECRET), slack.oauth.client_id, secret, slack.api_url, server.url)
    findings = await found(many, session)
    assert all(one.ok for one in findings)
    assert findings[0].words == f"workspaces can install the app at {server.url}/slack/install"
    assert (await wrong(replace(many, client_secret=SecretStr("x")), session)).startswith("SLACK_CLIENT_SECRET is ")
    assert (await wrong(replace(many, client_id="9.9"), session)).startswith("SLACK_CLIENT_ID is wrong")
