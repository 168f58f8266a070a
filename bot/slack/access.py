"""How we may act in the workspaces that use us: by one configured token, or by those of their installations."""

import time
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.bolt_app import Identities, bolt_app
from bot.slack.installations import Installations
from bot.slack.installations_database import async_engine
from bot.slack.installations_states import States
from bot.slack.installing import oauth_settings
from bot.slack.manifest import scopes
from bot.slack.one_workspace import OneWorkspace
from bot.slack.slack_settings import SlackSettings
from bot.slack.token_rotation import Credentials, TokenRotation
from bot.slack.workspaces import Workspaces


class Tokens(Identities, Protocol):
    """Who we are in each workspace, and what proves it."""

    async def token(self, team: str, enterprise: str | None) -> str: ...

    async def refused(self, team: str, enterprise: str | None, code: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Access:
    """The tokens for our calls, and Bolt's application, which knows whose events it gets."""

    tokens: Tokens
    app: AsyncApp


@asynccontextmanager
async def access_to(
    slack: SlackSettings,
    history_url: str,
    welcome: Collection[str],
    client: AsyncWebClient,
    clock: Callable[[], float] = time.monotonic,
    now: Callable[[], float] = time.time,
) -> AsyncIterator[Access]:
    """As configured; `client` has no token. Workspaces that install the app are kept beside the history; `welcome` are
    the ids of those that may, all if there are none.

    What is remembered goes by `clock`, and what expires at a certain moment by `now`, in Unix seconds.
    """
    if slack.bot_token:
        one = OneWorkspace(slack.bot_token, client)
        yield Access(one, bolt_app(client, one))
        return
    credentials = _credentials(slack)
    engine = async_engine(history_url)
    installations = Installations(credentials.client_id, engine, welcome)
    workspaces = Workspaces(installations, TokenRotation(installations, client, credentials, now), clock)
    try:
        yield Access(workspaces, bolt_app(client, workspaces, _oauth(slack, credentials, installations, engine)))
    finally:
        await workspaces.close()


def _oauth(slack: SlackSettings, credentials: Credentials, installations: Installations, engine: Any) -> Any:
    assert slack.public_url is not None  # noqa: S101 - checked with the settings
    wanted = scopes(links=True)
    return oauth_settings(credentials, installations, States(engine), wanted, slack.api_url, slack.public_url)


def _credentials(slack: SlackSettings) -> Credentials:
    assert slack.client_id is not None and slack.client_secret is not None  # noqa: S101, PT018 - as above
    return Credentials(slack.client_id, slack.client_secret)
