"""A real app of Bolt that listens to the stand-in for Slack, by websocket or as a server of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request, Response
from slack_bolt.adapter.fastapi.async_handler import AsyncSlackRequestHandler
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from fakeslack.server import FakeSlack
from tests.reachable import reachable

PING_S = 0.2  # of the websocket: how fast a connection that is gone is noticed
PATIENCE_S = 10.0  # a guard against hanging


def bolt_app(slack: FakeSlack, **options: Any) -> AsyncApp:
    """An app with the token of the stand-in's first workspace and no listeners."""
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
    return AsyncApp(client=client, signing_secret=slack.signing_secret, **options)


@asynccontextmanager
async def listening(slack: FakeSlack, app: AsyncApp) -> AsyncIterator[None]:
    """The app hears of everything, over the transport of the stand-in."""
    reached = connected(slack, app) if slack.delivery.transport == "socket" else served(slack, app)
    async with reached:
        yield


@asynccontextmanager
async def connected(slack: FakeSlack, app: AsyncApp) -> AsyncIterator[AsyncSocketModeHandler]:
    """One more connection, as one more process would open it."""
    before = slack.delivery.socket_mode.opened
    handler = AsyncSocketModeHandler(app, slack.app_token, ping_interval=PING_S)
    await handler.connect_async()
    await opened(slack, before + 1)
    try:
        yield handler
    finally:
        await handler.close_async()


async def opened(slack: FakeSlack, count: int) -> None:
    """Until that many connections have been opened since the beginning, and the last of them is up."""
    async with asyncio.timeout(PATIENCE_S):
        await slack.delivery.socket_mode.wait_opened(count)


@asynccontextmanager
async def served(slack: FakeSlack, app: AsyncApp) -> AsyncIterator[None]:
    """The app behind HTTP, where the stand-in posts to."""
    async with reachable(_routes(app)) as url:
        slack.delivery.request_url = url
        yield


def _routes(app: AsyncApp) -> FastAPI:
    routes, handler = FastAPI(), AsyncSlackRequestHandler(app)

    @routes.post("/slack/{surface}")
    async def slack(request: Request) -> Response:
        return await handler.handle(request)

    return routes
