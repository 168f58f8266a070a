"""How we may act in the workspaces that use us: by one configured token, or by those of their installations."""

import time
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from slack_bolt.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import slack_api
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


class Tokens(Identities, slack_api.Tokens, Protocol):
    """Who we are in each workspace, and what proves it."""


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
        yield Access(
            workspaces, bolt_app(client, workspaces, _oauth(slack, credentials, installations, States(engine)))
        )
    finally:
        await workspaces.close()


def _oauth(
    slack: SlackSettings, credentials: Credentials, installations: Installations, states: States
) -> AsyncOAuthSettings:
    assert slack.public_url is not None  # noqa: S101 - checked with the settings
    return oauth_settings(credentials, installations, states, scopes(links=True), slack.api_url, slack.public_url)


def _credentials(slack: SlackSettings) -> Credentials:
    assert slack.client_id is not None and slack.client_secret is not None  # noqa: S101, PT018 - as above
    return Credentials(slack.client_id, slack.client_secret)
