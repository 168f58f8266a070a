"""Workspaces: how the app comes to them, whose token is used, how it stays valid, and how it is forgotten."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from httpx import ASGITransport, AsyncClient
from pydantic import SecretStr
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.state_store.sqlalchemy import AsyncSQLAlchemyOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import MetaData, create_engine, text

from bot.errors import HistoryUnavailable
from bot.history import History, history_url
from bot.slack.bolt_app import bolt_app
from bot.slack.errors import SlackRefused, SlackUnreachable
from bot.slack.guard import Guard
from bot.slack.installations import Installations
from bot.slack.installations_database import async_engine, async_url
from bot.slack.installations_states import States
from bot.slack.installing import oauth_settings
from bot.slack.manifest import scopes
from bot.slack.one_workspace import OneWorkspace
from bot.slack.signature import Signature
from bot.slack.slack_session import slack_client, slack_session
from bot.slack.socket import Socket
from bot.slack.token_rotation import AFTER_FAILURE_S, Credentials, TokenRotation
from bot.slack.workspaces import CACHED_S, Workspaces
from fakeslack.faults import drop_after, error, status
from fakeslack.server import FakeSlack
from index.errors import SettingsInvalid
from tests.slack_browser import PUBLIC, Browser

HOUR = 3600.0


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A history with all its tables."""
    History.open(history_url(tmp_path, None), keep_days=90).close()
    return history_url(tmp_path, None)


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as slack:
        yield slack
        assert slack.problems == []


@pytest.fixture
async def client(slack: FakeSlack) -> AsyncIterator[AsyncWebClient]:
    async with slack_session() as session:
        yield slack_client(session, slack.api_url, {})


@pytest.fixture
async def installations(slack: FakeSlack, url: str) -> AsyncIterator[Installations]:
    installations = Installations(slack.oauth.client_id, async_engine(url))
    yield installations
    await installations.close()


@pytest.fixture
def rotation(slack: FakeSlack, client: AsyncWebClient, installations: Installations) -> TokenRotation:
    return TokenRotation(installations, client, credentials(slack), slack.clock.now)


@pytest.fixture
def workspaces(slack: FakeSlack, installations: Installations, rotation: TokenRotation) -> Workspaces:
    return Workspaces(installations, rotation, slack.clock.now)


def credentials(slack: FakeSlack) -> Credentials:
    return Credentials(slack.oauth.client_id, SecretStr(slack.oauth.client_secret))


async def keep(
    slack: FakeSlack,
    installations: Installations,
    team: str | None = "T1",
    enterprise: str | None = None,
    rotating: bool = False,
    at: float | None = None,
) -> Installation:
    """What an installation leaves behind, without the browser."""
    made = slack.install(team, None, rotating, enterprise)
    installation = Installation(
        app_id="A1",
        enterprise_id=enterprise,
        team_id=team,
        team_name="Acme",
        bot_token=made.token,
        bot_id=made.bot_id,
        bot_user_id=made.bot_user,
        bot_scopes=",".join(sorted(made.scopes)),
        bot_refresh_token=made.refresh_token,
        bot_token_expires_at=None if made.expires_at is None else int(made.expires_at),
        user_id="UADMIN",
        is_enterprise_install=team is None,
        installed_at=slack.clock.now() if at is None else at,
    )
    await installations.async_save(installation)
    return installation


def tokens_in(url: str) -> set[str]:
    """Every token that stands in the database."""
    engine = create_engine(url)
    with engine.connect() as connection:
        tables = ("slack_bots", "slack_installations")
        rows = [row for table in tables for row in connection.execute(text(f"SELECT bot_token FROM {table}"))]
    engine.dispose()
    return {token for (token,) in rows}


# Where they are kept


def test_the_tables_are_those_of_the_sdk(url: str) -> None:
    """Its stores find all that they want, in what our migration has made."""
    theirs = MetaData()
    Installations.build_bots_table(theirs, "slack_bots")
    Installations.build_installations_table(theirs, "slack_installations")
    AsyncSQLAlchemyOAuthStateStore.build_oauth_states_table(theirs, "slack_oauth_states")
    engine = create_engine(url)
    with engine.connect() as connection:
        options = {"compare_type": True, "include_name": lambda name, kind, _: kind != "table" or name in theirs.tables}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), theirs) == []
    engine.dispose()


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("sqlite:////srv/history.sqlite", "sqlite+aiosqlite"),
        ("postgresql+psycopg://bot:hunter2@db/footnote", "postgresql+psycopg"),
    ],
)
def test_the_driver_is_one_that_does_not_block(url: str, driver: str) -> None:
    """The database stays the same."""
    asynchronous = async_url(url)
    assert asynchronous.drivername == driver
    assert asynchronous.database == async_url(url).database
    assert asynchronous.render_as_string(hide_password=False).endswith(url.partition("://")[2])


@pytest.mark.parametrize(
    "url", ["mysql+pymysql://bot:hunter2@db/x", "postgresql+psycopg2://bot:hunter2@db/x", "hunter2"]
)
def test_other_databases_are_refused_in_words(url: str) -> None:
    """Without showing the password."""
    with pytest.raises(HistoryUnavailable) as refused:
        async_engine(url)
    assert "hunter2" not in str(refused.value)
    assert "\n" not in str(refused.value)


async def test_a_database_without_tables_is_told_in_words(slack: FakeSlack, tmp_path: Path) -> None:
    """Whatever is asked of it."""
    installations = Installations("1.1", async_engine(f"sqlite:///{tmp_path / 'empty.sqlite'}"))
    with pytest.raises(HistoryUnavailable, match="that have installed the app cannot be looked up: no such table"):
        await installations.bot("T1", None)
    with pytest.raises(HistoryUnavailable) as refused:
        await keep(slack, installations)
    assert "xox" not in str(refused.value)
    await installations.close()


# Whose token


async def test_each_workspace_has_its_token(
    slack: FakeSlack, installations: Installations, workspaces: Workspaces
) -> None:
    """And its bot."""
    slack.add_team("T2", "Umbrella")
    first, second = await keep(slack, installations), await keep(slack, installations, "T2")
    assert await workspaces.token("T1", None) == first.bot_token
    assert await workspaces.token("T2", None) == second.bot_token
    identity = await workspaces.authorize(team_id="T2", enterprise_id=None)
    assert identity is not None
    assert (identity.bot_token, identity.bot_user_id) == (second.bot_token, second.bot_user_id)


async def test_an_organisation_has_one_for_all_its_workspaces(
    slack: FakeSlack, installations: Installations, workspaces: Workspaces
) -> None:
    """Whether or not an event names one of them; a workspace's own goes first."""
    slack.add_team("T2", enterprise="E1")
    slack.add_team("T3", enterprise="E1")
    whole = await keep(slack, installations, None, "E1")
    own = await keep(slack, installations, "T3", "E1")
    assert await workspaces.token("T2", "E1") == whole.bot_token
    assert await workspaces.token("E1", "E1") == whole.bot_token
    assert await workspaces.token("T3", "E1") == own.bot_token
    assert (await workspaces.authorize(team_id=None, enterprise_id="E1") or {})["bot_token"] == whole.bot_token


async def test_a_workspace_may_join_an_organisation_later(
    slack: FakeSlack, installations: Installations, workspaces: Workspaces
) -> None:
    """It keeps the installation that it has."""
    own = await keep(slack, installations)
    assert await workspaces.token("T1", "E9") == own.bot_token


async def test_whose_organisation_slack_names_does_not_matter(
    slack: FakeSlack, url: str, installations: Installations, workspaces: Workspaces
) -> None:
    """Where workspaces meet, it may be that of whoever acts; one that is left or joined does not keep a dead token."""
    slack.add_team("T2", enterprise="E1")
    own = await keep(slack, installations, "T2", "E1")
    assert await workspaces.token("T2", "E9") == await workspaces.token("T2", None) == own.bot_token
    new = await keep(slack, installations, "T2", None)
    assert tokens_in(url) == {new.bot_token}
    await workspaces.told({"type": "app_uninstalled"}, "T2", "E1", slack.clock.now())
    assert tokens_in(url) == set()


async def test_elsewhere_the_app_is_not_installed(workspaces: Workspaces, caplog: pytest.LogCaptureFixture) -> None:
    """Calls are refused, and what Slack tells of it is not for us."""
    with pytest.raises(SlackRefused, match="not_installed"):
        await workspaces.token("T9", None)
    with pytest.raises(SlackRefused, match="not_installed"):
        await workspaces.token("", None)
    assert await workspaces.authorize(team_id="T9", enterprise_id=None) is None
    assert "Slack tells of T9, where the app is not installed" in caplog.text


async def test_other_apps_in_the_same_database_are_left_alone(
    slack: FakeSlack, url: str, installations: Installations
) -> None:
    """They are told apart by their client ids."""
    await keep(slack, installations)
    other = Installations("2.2", async_engine(url))
    assert await other.bot("T1", None) is None
    await other.forget(None, "T1", slack.clock.now() + HOUR)
    assert await installations.bot("T1", None) is not None
    await other.close()


async def test_what_was_looked_up_is_remembered_for_a_minute(
    slack: FakeSlack, installations: Installations, workspaces: Workspaces
) -> None:
    """Then what another process was told is known here, too."""
    kept = await keep(slack, installations)
    assert await workspaces.token("T1", None) == kept.bot_token
    await installations.forget(None, "T1", slack.clock.now())
    assert await workspaces.token("T1", None) == kept.bot_token
    await slack.clock.advance(CACHED_S)
    with pytest.raises(SlackRefused):
        await workspaces.token("T1", None)


async def test_a_refused_token_is_looked_up_again(
    slack: FakeSlack, installations: Installations, workspaces: Workspaces
) -> None:
    """Somebody may have installed the app again, through another process."""
    old = await keep(slack, installations)
    assert await workspaces.token("T1", None) == old.bot_token
    new = await keep(slack, installations)
    await workspaces.refused("T1", None, "token_revoked")
    assert await workspaces.token("T1", None) == new.bot_token


async def test_an_older_installation_is_not_kept(slack: FakeSlack, url: str, installations: Installations) -> None:
    """Nor its token."""
    await keep(slack, installations)
    new = await keep(slack, installations)
    assert tokens_in(url) == {new.bot_token}


# Uninstalling


@pytest.mark.parametrize(
    "event",
    [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["UBOT"]}}],
)
async def test_who_uninstalls_the_app_is_forgotten(
    slack: FakeSlack, url: str, installations: Installations, workspaces: Workspaces, event: dict[str, Any]
) -> None:
    """At once, with the token; other workspaces are not."""
    slack.add_team("T2")
    await keep(slack, installations)
    other = await keep(slack, installations, "T2")
    await workspaces.token("T1", None)
    await workspaces.told(event, "T1", None, float(int(slack.clock.now())))
    with pytest.raises(SlackRefused, match="not_installed"):
        await workspaces.token("T1", None)
    assert tokens_in(url) == {other.bot_token}


async def test_the_tokens_of_people_mean_nothing(
    slack: FakeSlack, installations: Installations, workspaces: Workspaces
) -> None:
    """We keep none."""
    kept = await keep(slack, installations)
    event = {"type": "tokens_revoked", "tokens": {"oauth": ["U1"]}}
    await workspaces.told(event, "T1", None, slack.clock.now())
    assert await workspaces.token("T1", None) == kept.bot_token


async def test_a_late_farewell_does_not_end_a_new_installation(
    slack: FakeSlack, installations: Installations, workspaces: Workspaces
) -> None:
    """Slack tells it again for an hour if it must; the app may be back by then."""
    at = slack.clock.now()
    await slack.clock.advance(10)
    kept = await keep(slack, installations)
    await workspaces.told({"type": "app_uninstalled"}, "T1", None, at)
    assert await workspaces.token("T1", None) == kept.bot_token


async def test_an_organisation_is_forgotten_as_one(
    slack: FakeSlack, installations: Installations, workspaces: Workspaces
) -> None:
    """No workspace is named then."""
    slack.add_team("T2", enterprise="E1")
    await keep(slack, installations, None, "E1")
    await workspaces.told({"type": "app_uninstalled"}, None, "E1", slack.clock.now())
    assert await workspaces.authorize(team_id="T2", enterprise_id="E1") is None


# Tokens that expire


async def test_a_token_is_exchanged_in_time(
    slack: FakeSlack, url: str, installations: Installations, workspaces: Workspaces
) -> None:
    """Two hours before it expires, not earlier; what is kept is the new one."""
    kept = await keep(slack, installations, rotating=True)
    await slack.clock.advance(9.9 * HOUR)
    assert await workspaces.token("T1", None) == kept.bot_token
    await slack.clock.advance(0.2 * HOUR)
    new = await workspaces.token("T1", None)
    assert new != kept.bot_token
    assert tokens_in(url) == {new}
    await slack.clock.advance(9 * HOUR)
    assert await workspaces.token("T1", None) == new


async def test_many_at_once_exchange_it_once(
    slack: FakeSlack, installations: Installations, workspaces: Workspaces
) -> None:
    """Whoever waits gets the token of the one who did not."""
    await keep(slack, installations, rotating=True)
    await slack.clock.advance(11 * HOUR)
    tokens = await asyncio.gather(*(workspaces.token("T1", None) for _ in range(20)))
    assert len(set(tokens)) == 1
    assert len(slack.calls_of("oauth.v2.access")) == 1


@pytest.mark.parametrize("hours", [11, 13])
async def test_two_processes_exchange_it_once(
    slack: FakeSlack, url: str, client: AsyncWebClient, installations: Installations, hours: float
) -> None:
    """While one does it, another uses the old token as long as that is valid, and waits otherwise."""
    await keep(slack, installations, rotating=True)
    await slack.clock.advance(hours * HOUR)
    stores = [Installations(slack.oauth.client_id, async_engine(url)) for _ in range(3)]
    rotations = [TokenRotation(store, client, credentials(slack), slack.clock.now) for store in stores]
    processes = [Workspaces(*pair, slack.clock.now) for pair in zip(stores, rotations, strict=True)]
    tokens = await asyncio.gather(*(process.token("T1", None) for process in processes for _ in range(3)))
    assert len(slack.calls_of("oauth.v2.access")) == 1
    bot = await installations.bot("T1", None)
    assert bot is not None
    assert bot.bot_token in tokens
    for token in tokens:
        await client.auth_test(token=token)
    for process in processes:
        await process.close()


async def test_a_process_that_died_is_taken_over_from(
    slack: FakeSlack, installations: Installations, workspaces: Workspaces
) -> None:
    """It had claimed the exchange and said no more."""
    await keep(slack, installations, rotating=True)
    await slack.clock.advance(13 * HOUR)
    assert await installations.claim("/T1", "dead", slack.clock.now(), slack.clock.now() + 0.5)
    assert not await installations.claim("/T1", "another", slack.clock.now(), slack.clock.now() + 30)
    token = await workspaces.token("T1", None)
    assert len(slack.calls_of("oauth.v2.access")) == 1
    assert slack.world.installations[token].refresh_token


@pytest.mark.parametrize("fault", [status(503), error("invalid_refresh_token"), drop_after()])
async def test_while_the_old_token_is_valid_a_failure_does_no_harm(
    slack: FakeSlack, installations: Installations, workspaces: Workspaces, fault: Any
) -> None:
    """It is used, and the exchange is tried again after a minute, not before."""
    kept = await keep(slack, installations, rotating=True)
    await slack.clock.advance(11 * HOUR)
    slack.faults.add("oauth.v2.access", fault)
    assert await workspaces.token("T1", None) == kept.bot_token
    assert await workspaces.token("T1", None) == kept.bot_token
    assert len(slack.calls_of("oauth.v2.access")) == 1
    await slack.clock.advance(AFTER_FAILURE_S + 1)
    await workspaces.token("T1", None)
    assert len(slack.calls_of("oauth.v2.access")) == 2


async def test_an_expired_token_that_cannot_be_exchanged_is_told(
    slack: FakeSlack, installations: Installations, workspaces: Workspaces
) -> None:
    """In our words for it; later it may succeed."""
    await keep(slack, installations, rotating=True)
    await slack.clock.advance(13 * HOUR)
    slack.faults.add("oauth.v2.access", error("invalid_refresh_token"))
    with pytest.raises(SlackRefused, match="invalid_refresh_token"):
        await workspaces.token("T1", None)
    slack.faults.add("oauth.v2.access", status(503))
    with pytest.raises(SlackUnreachable):
        await workspaces.token("T1", None)
    assert (await workspaces.token("T1", None)).startswith("xoxe.xoxb-")


async def test_an_exchange_does_not_bring_back_what_was_uninstalled(
    slack: FakeSlack, url: str, installations: Installations, rotation: TokenRotation
) -> None:
    """Even if that happens in the middle of it."""
    await keep(slack, installations, rotating=True)
    await slack.clock.advance(11 * HOUR)
    bot = await installations.bot("T1", None)
    assert bot is not None
    await installations.forget(None, "T1", slack.clock.now())
    new = Bot(**bot.to_dict_for_copying())
    new.bot_token = "xoxe.xoxb-new"
    assert not await installations.exchange(bot, new)
    with pytest.raises(SlackRefused, match="not_installed"):
        await rotation.current(bot)
    assert tokens_in(url) == set()


# Installing


@pytest.fixture
def app(slack: FakeSlack, client: AsyncWebClient, installations: Installations, workspaces: Workspaces) -> AsyncApp:
    states = States(installations.engine)
    wanted = scopes(links=True)
    settings = oauth_settings(credentials(slack), installations, states, wanted, slack.api_url, PUBLIC)
    return bolt_app(client, workspaces, settings)


@pytest.fixture
async def browser(slack: FakeSlack, app: AsyncApp) -> AsyncIterator[Browser]:
    guard = Guard(AsyncSlackRequestHandler(app), Signature(SecretStr(slack.signing_secret)), installs=True)
    async with AsyncClient(transport=ASGITransport(guard), base_url=PUBLIC) as http:
        yield Browser(http)


async def test_a_workspace_installs_the_app(slack: FakeSlack, browser: Browser, workspaces: Workspaces) -> None:
    """From the first click to a token that works, with the scopes of the manifest."""
    slack.add_team("T2", "Umbrella <b>")
    slack.oauth.team = "T2"
    answer = await browser.install()
    assert (answer.status_code, answer.text) == (
        200,
        "The app is installed in Umbrella <b>. You can close this page.",
    )
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    token = await workspaces.token("T2", None)
    assert slack.world.installations[token].scopes == scopes(links=True)


async def test_an_organisation_installs_the_app(slack: FakeSlack, browser: Browser, workspaces: Workspaces) -> None:
    """Once for all its workspaces; a second person doing it again does no harm."""
    slack.add_team("T2", enterprise="E1")
    slack.oauth.team, slack.oauth.enterprise = None, "E1"
    assert (await browser.install()).status_code == 200
    slack.oauth.user = "UOTHER"
    assert (await browser.install()).status_code == 200
    assert slack.world.installations[await workspaces.token("T2", "E1")].installer == "UOTHER"


async def test_expiring_tokens_are_installed_as_such(
    slack: FakeSlack, browser: Browser, workspaces: Workspaces, installations: Installations
) -> None:
    """With what they are exchanged by, at our own address of Slack."""
    slack.oauth.rotating = True
    await browser.install()
    first = await workspaces.token("T1", None)
    await slack.clock.advance(11 * HOUR)
    assert await workspaces.token("T1", None) != first


async def test_who_does_not_allow_it_is_told_so(slack: FakeSlack, browser: Browser, workspaces: Workspaces) -> None:
    """And nothing is installed."""
    slack.oauth.approving = False
    answer = await browser.install()
    words = "The app is not installed: nobody allowed it. Begin again at /slack/install."
    assert (answer.status_code, answer.text) == (200, words)
    with pytest.raises(SlackRefused):
        await workspaces.token("T1", None)


async def test_a_way_back_serves_once(slack: FakeSlack, browser: Browser) -> None:
    """Who has seen the address cannot use it again, nor two at once."""
    back = await browser.allow(await browser.set_out())
    answers = await asyncio.gather(*(browser.come_back(back) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401, 401]


async def test_only_the_browser_that_set_out_may_come_back(browser: Browser) -> None:
    """Nobody can be led to install somebody else's workspace."""
    back = await browser.allow(await browser.set_out())
    answer = await browser.come_back(back, cookie="slack-app-oauth-state=another")
    words = "The app is not installed: this is not the browser that it was begun in. Begin again at /slack/install."
    assert (answer.status_code, answer.text) == (400, words)


async def test_a_state_that_nobody_was_given_is_refused(browser: Browser, slack: FakeSlack) -> None:
    """Though the cookie says the same."""
    browser.cookie = "slack-app-oauth-state=made-up"
    answer = await browser.come_back("/slack/oauth_redirect?code=1&state=made-up")
    assert answer.status_code == 401
    assert "that took too long, or this page was opened before" in answer.text


async def test_a_state_expires(installations: Installations) -> None:
    """And is deleted when the next one is given out."""
    states = States(installations.engine, expires_s=-1)
    state = await states.async_issue()
    assert not await states.async_consume(state)
    again = States(installations.engine)
    assert await again.async_consume(await again.async_issue())
    async with installations.engine.connect() as connection:
        assert (await connection.exec_driver_sql("SELECT count(*) FROM slack_oauth_states")).scalar() == 0


async def test_a_code_that_slack_does_not_know_is_told(slack: FakeSlack, browser: Browser) -> None:
    """The page says what to do."""
    state = parse_qs(urlsplit(await browser.set_out()).query)["state"][0]
    answer = await browser.come_back(f"/slack/oauth_redirect?code=made-up&state={state}")
    assert (answer.status_code, "Slack does not accept the code any more" in answer.text) == (401, True)


# What Slack tells of


async def test_uninstalling_is_heard_of(
    slack: FakeSlack, app: AsyncApp, client: AsyncWebClient, browser: Browser, workspaces: Workspaces
) -> None:
    """Over the connection that everything comes by; installing it again works at once."""
    socket = Socket.over(app, client, SecretStr(slack.app_token), {})
    app.event("app_uninstalled")(_noted)
    app.event("tokens_revoked")(_noted)
    await socket.open()
    await browser.install()
    await workspaces.token("T1", None)
    assert (await slack.user().uninstall()).acked
    await slack.delivery.settled()
    with pytest.raises(SlackRefused, match="not_installed"):
        await workspaces.token("T1", None)
    await slack.clock.advance(3)
    await browser.install()
    assert await workspaces.token("T1", None)
    await socket.close()


async def _noted() -> None:
    pass


# One workspace


async def test_the_one_workspace_has_the_one_token(slack: FakeSlack, client: AsyncWebClient) -> None:
    """Wherever an event comes from; Slack is asked once who that is."""
    workspace = OneWorkspace(SecretStr(slack.bot_token), client)
    assert await workspace.token("T7", "E1") == slack.bot_token
    first = await workspace.authorize(team_id="T1", enterprise_id=None)
    await workspace.authorize(team_id="T1", enterprise_id=None)
    assert first is not None
    assert (first.bot_user_id, first.bot_id, first.team_id) == ("UBOT", "B1", "T1")
    assert len(slack.calls_of("auth.test")) == 1


async def test_a_wrong_token_is_named(client: AsyncWebClient) -> None:
    """In one line."""
    with pytest.raises(SlackRefused, match=r"^Slack refuses auth\.test: invalid_auth$"):
        await OneWorkspace(SecretStr("xoxb-wrong"), client).authorize(team_id="T1", enterprise_id=None)


async def test_slack_may_be_down_at_first(slack: FakeSlack, client: AsyncWebClient) -> None:
    """It is asked again next time; until then nothing is acknowledged."""
    workspace = OneWorkspace(SecretStr(slack.bot_token), client)
    slack.faults.add("auth.test", status(503))
    with pytest.raises(SlackUnreachable):
        await workspace.authorize(team_id="T1", enterprise_id=None)
    assert await workspace.authorize(team_id="T1", enterprise_id=None)


async def test_the_end_of_the_one_workspace_is_logged(client: AsyncWebClient, caplog: pytest.LogCaptureFixture) -> None:
    """In words."""
    await OneWorkspace(SecretStr("xoxb-1"), client).told({"type": "app_uninstalled"}, "T1", None, 0)
    assert "Slack says that the app was uninstalled" in caplog.text


async def test_a_client_id_in_the_environment_switches_nothing(
    client: AsyncWebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bolt would keep installations in files, and drop the token, without a word."""
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.1")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "secret")
    with pytest.raises(SettingsInvalid, match=r"^SLACK_CLIENT_ID is in the environment"):
        bolt_app(client, OneWorkspace(SecretStr("xoxb-1"), client))
