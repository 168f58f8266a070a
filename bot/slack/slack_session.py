"""The connections to Slack, shared by everything that calls it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.proxy import proxy_for

TOTAL_S, CONNECT_S = 20.0, 5.0  # of one attempt; the client's own timeout does not count for a shared session


@asynccontextmanager
async def slack_session(total_s: float = TOTAL_S) -> AsyncIterator[aiohttp.ClientSession]:
    """One session for all calls: connections stay open between them. It closes in the end."""
    timeout = aiohttp.ClientTimeout(total=total_s, connect=CONNECT_S)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        yield session


def slack_client(session: aiohttp.ClientSession, api_url: str, environment: Mapping[str, str]) -> AsyncWebClient:
    """A client without a token that makes each attempt once: SlackApi names the token and tries again."""
    client = AsyncWebClient(base_url=api_url, session=session, retry_handlers=[])
    client.proxy = proxy_for(api_url, environment)  # set afterwards: the constructor takes None for "look it up"
    return client
