"""The stand-in for Slack: installing the app by browser, and tokens that are replaced."""

from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from fakeslack.server import FakeSlack
from tests.fakeslack_client import client_of, http, refused, slack

__all__ = ["http", "slack"]  # fixtures

BACK = "http://127.0.0.1:1/slack/oauth_redirect"


class Browser:
    """Goes where the app sends it, and no further."""

    def __init__(self, slack: FakeSlack, http: aiohttp.ClientSession) -> None:
        self.slack, self.http = slack, http
        self.client = client_of(slack, None)

    async def visit(self, scope: str = "chat:write,commands", **more: str) -> dict[str, str]:
        """What the app gets to hear when it comes back."""
        query = {"client_id": self.slack.oauth.client_id, "scope": scope, "state": "s1", "redirect_uri": BACK, **more}
        async with self.http.get(self.slack.authorize_url, params=query, allow_redirects=False) as answer:
            assert answer.status == 302, await answer.text()
            target = answer.headers["Location"]
        assert target.startswith(f"{BACK}?")
        return {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}

    async def exchange(self, code: str, **more: str):
        secret = {"client_id": self.slack.oauth.client_id, "client_secret": self.slack.oauth.client_secret}
        return await self.client.oauth_v2_access(code=code, **{**secret, "redirect_uri": BACK, **more})

    async def refresh(self, refresh_token: str):
        secret = {"client_id": self.slack.oauth.client_id, "client_secret": self.slack.oauth.client_secret}
        return await self.client.oauth_v2_access(grant_type="refresh_token", refresh_token=refresh_token, **secret)


@pytest.fixture
def browser(slack: FakeSlack, http: aiohttp.ClientSession) -> Browser:
    return Browser(slack, http)


async def test_an_installation_is_approved_and_exchanged(slack: FakeSlack, browser: Browser) -> None:
    """The token works, and may do just what was asked for."""
    back = await browser.visit()
    assert back["state"] == "s1"
    told = await browser.exchange(back["code"])
    assert (told["team"], told["scope"], told["is_enterprise_install"]) == (
        {"id": "T1", "name": "Acme"},
        "chat:write,commands",
        False,
    )
    assert (told["bot_user_id"], told["token_type"], told["authed_user"]) == ("UBOT", "bot", {"id": "UADMIN"})
    client = client_of(slack, told["access_token"])
    assert (await client.auth_test())["team_id"] == "T1"
    assert await refused(client.users_info(user="U1")) == "missing_scope"


async def test_an_installation_can_be_denied(slack: FakeSlack, browser: Browser) -> None:
    """The app hears of that, too."""
    slack.oauth.approving = False
    assert await browser.visit() == {"error": "access_denied", "state": "s1"}


async def test_a_code_serves_once_and_for_ten_minutes(slack: FakeSlack, browser: Browser) -> None:
    """Used, late, made up or for another address: each is refused in its own words."""
    used, late = (await browser.visit())["code"], (await browser.visit())["code"]
    assert await refused(browser.exchange(used, redirect_uri="http://127.0.0.1:1/")) == "bad_redirect_uri"
    await browser.exchange(used)
    assert await refused(browser.exchange(used)) == "code_already_used"
    await slack.clock.advance(601)
    assert await refused(browser.exchange(late)) == "invalid_code"
    assert await refused(browser.exchange("made up")) == "invalid_code"


async def test_only_the_app_itself_can_exchange(browser: Browser) -> None:
    """Its secret proves it."""
    code = (await browser.visit())["code"]
    assert await refused(browser.exchange(code, client_secret="guessed")) == "bad_client_secret"
    assert await refused(browser.exchange(code, client_id="2.2")) == "invalid_client_id"


async def test_an_unknown_scope_is_a_problem(slack: FakeSlack, http: aiohttp.ClientSession) -> None:
    """No sound app asks for it."""
    query = {"client_id": slack.oauth.client_id, "scope": "chat:shout", "redirect_uri": BACK}
    async with http.get(slack.authorize_url, params=query) as answer:
        assert answer.status == 400
    assert "chat:shout" in slack.problems.pop()


async def test_a_whole_organisation_is_installed(slack: FakeSlack, browser: Browser) -> None:
    """Then no workspace is named."""
    slack.add_team("T2", enterprise="E1")
    slack.oauth.team, slack.oauth.enterprise = None, "E1"
    told = await browser.exchange((await browser.visit())["code"])
    assert (told["team"], told["enterprise"]["id"], told["is_enterprise_install"]) == (None, "E1", True)


async def test_tokens_that_rotate_expire(slack: FakeSlack, browser: Browser) -> None:
    """After twelve hours; before, they can be replaced, and the new one lasts as long again."""
    slack.oauth.rotating = True
    first = await browser.exchange((await browser.visit())["code"])
    assert first["expires_in"] == 12 * 3600
    assert first["access_token"].startswith("xoxe.xoxb-")
    await slack.clock.advance(11 * 3600)
    second = await browser.refresh(first["refresh_token"])
    await slack.clock.advance(2 * 3600)
    assert await refused(client_of(slack, first["access_token"]).auth_test()) == "token_expired"
    assert (await client_of(slack, second["access_token"]).auth_test())["ok"]
    assert second["scope"] == first["scope"]


async def test_a_refresh_token_serves_once(slack: FakeSlack, browser: Browser) -> None:
    """Whoever comes second has lost it."""
    rotating = slack.install("T1", rotating=True)
    assert rotating.refresh_token
    burnt = rotating.refresh_token
    await browser.refresh(burnt)
    assert await refused(browser.refresh(burnt)) == "invalid_refresh_token"


async def test_socket_mode_needs_the_apps_own_token(slack: FakeSlack) -> None:
    """With the right scope it gets an address for a websocket."""
    client = AsyncWebClient(base_url=slack.api_url, retry_handlers=[])
    opened = await client.apps_connections_open(app_token=slack.app_token)
    assert opened["url"].startswith("ws://127.0.0.1:")
    unable = slack.installations.app_token(scopes=())
    assert await refused(client.apps_connections_open(app_token=unable)) == "missing_scope"
