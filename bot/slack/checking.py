"""`footnote slack check`: what is wrong between Slack and us, one line each, with what to do about it."""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.errors import SlackProblem, SlackRefused
from bot.slack.manifest import scopes
from bot.slack.paths import EVENTS, INSTALL
from bot.slack.refusals import BOT_TOKEN_AT, OF_APP_TOKEN, OF_BOT_TOKEN, OF_CLIENT
from bot.slack.signature import Signature
from bot.slack.slack_failure import FAILURES, problem_of
from bot.slack.slack_settings import SlackSettings
from bot.slack.socket import socket_address

PATIENCE_S = 10.0

_CHANNEL = re.compile(r"[CGD][A-Z0-9]+")
_AGAIN = "then install the app again"


@dataclass(frozen=True, slots=True)
class Finding:
    """`ok` says whether all is well there; `words` are one line."""

    ok: bool
    words: str


async def check_slack(
    slack: SlackSettings,
    client: AsyncWebClient,
    session: aiohttp.ClientSession,
    channels: Iterable[str] = (),
) -> list[Finding]:
    """Everything that can be found out without asking anything. `channels` are ids; `client` has no token."""
    found: list[Finding] = []
    if slack.bot_token:
        found += [one async for one in _bot_token(slack, client, slack.bot_token)]
    else:
        found.append(await _client_secret(slack, client))
    if slack.app_token:
        found.append(await _app_token(client, slack.app_token))
    if slack.signing_secret:
        found.append(await _address(slack, session, slack.signing_secret))
    if slack.bot_token and found[0].ok:
        found += [await _channel(client, slack.bot_token, channel) for channel in channels]
    return found


async def _bot_token(slack: SlackSettings, client: AsyncWebClient, token: SecretStr) -> AsyncIterator[Finding]:
    try:
        response = await client.auth_test(token=token.get_secret_value())
    except FAILURES as error:
        yield _failed(slack, problem_of("auth.test", error), OF_BOT_TOKEN)
        return
    if not response.get("bot_id"):
        yield Finding(False, f"SLACK_BOT_TOKEN is no bot's token: copy the one from {BOT_TOKEN_AT}")
        return
    yield Finding(True, f"the bot is @{response.get('user')} in {response.get('team')}")
    granted = _granted(response.headers)
    if granted is not None:
        yield _scopes(scopes(links=bool(slack.over_http and slack.public_url)), granted)


def _scopes(needed: frozenset[str], granted: frozenset[str]) -> Finding:
    missing = ", ".join(sorted(needed - granted))
    if missing:
        return Finding(False, f"the bot lacks scopes: add {missing} under {BOT_TOKEN_AT}, {_AGAIN}")
    return Finding(True, f"the bot has all {len(needed)} scopes that it needs")


async def _app_token(client: AsyncWebClient, token: SecretStr) -> Finding:
    try:
        await socket_address(client, token)
    except SlackProblem as problem:
        return _failed(None, problem, OF_APP_TOKEN)
    return Finding(True, "Socket Mode can be connected")


async def _client_secret(slack: SlackSettings, client: AsyncWebClient) -> Finding:
    """Slack looks at who asks before it looks at the code, which is none."""
    secret = slack.client_secret.get_secret_value() if slack.client_secret else ""
    try:
        await client.oauth_v2_access(client_id=slack.client_id or "", client_secret=secret, code="none")
    except FAILURES as error:
        problem = problem_of("oauth.v2.access", error)
        if not isinstance(problem, SlackRefused) or problem.code != "invalid_code":
            return _failed(slack, problem, OF_CLIENT)
    return Finding(True, f"workspaces can install the app at {slack.public_url}{INSTALL}")


async def _address(slack: SlackSettings, session: aiohttp.ClientSession, secret: SecretStr) -> Finding:
    """Asks our own server as Slack would."""
    if not slack.public_url:
        return Finding(False, "Slack cannot know where to send events: set FOOTNOTE_PUBLIC_URL to where it reaches us")
    url = f"{slack.public_url}{EVENTS}"
    try:
        status, text = await _verified(session, url, secret)
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return Finding(False, f"nothing answers at {url} ({type(error).__name__}): is `footnote serve` running there?")
    if status == 401:
        return Finding(False, f"{url} does not accept our signature: does it run with another SLACK_SIGNING_SECRET?")
    if (status, text) != (200, "footnote"):
        return Finding(False, f"{url} answers with status {status}: something else is running there")
    return Finding(True, f"Slack's events are taken at {url}")


async def _verified(session: aiohttp.ClientSession, url: str, secret: SecretStr) -> tuple[int, str]:
    body = json.dumps({"type": "url_verification", "challenge": "footnote"}).encode()
    now = int(time.time())
    headers = {
        "content-type": "application/json",
        "x-slack-request-timestamp": str(now),
        "x-slack-signature": Signature(secret).sign(now, body),
    }
    async with asyncio.timeout(PATIENCE_S):
        async with session.post(url, data=body, headers=headers, allow_redirects=False) as answer:
            return answer.status, await answer.text()


async def _channel(client: AsyncWebClient, token: SecretStr, channel: str) -> Finding:
    if not _CHANNEL.fullmatch(channel):
        return Finding(False, f"{channel} is no channel's id: it stands at the bottom of the channel's details")
    try:
        response = await client.conversations_info(token=token.get_secret_value(), channel=channel)
    except FAILURES as error:
        return _failed(None, problem_of("conversations.info", error), _channel_words(channel))
    told: dict[str, Any] = response.get("channel") or {}
    name = f"#{told.get('name') or channel}"
    if told.get("is_archived"):
        return Finding(False, f"{name} is archived: nobody can be answered there")
    if not told.get("is_member") and not told.get("is_im"):
        return Finding(False, f"the bot is not in {name}: mention it there, or invite it by /invite")
    return Finding(True, f"the bot is in {name}")


def _channel_words(channel: str) -> dict[str, str]:
    return {
        "channel_not_found": f"the bot sees no channel {channel}: if it is private, invite the bot there by /invite",
        "missing_scope": f"the bot may not look at {channel}: add the scopes that it lacks, {_AGAIN}",
    }


def _failed(slack: SlackSettings | None, problem: SlackProblem, words: Mapping[str, str]) -> Finding:
    if isinstance(problem, SlackRefused):
        return Finding(False, words.get(problem.code, str(problem)))
    where = f" ({slack.api_url})" if slack else ""
    return Finding(False, f"{problem}: check the network and the proxy{where}, or try again later")


def _granted(headers: Any) -> frozenset[str] | None:
    """None if Slack does not say."""
    for name, value in dict(headers).items():
        if name.lower() == "x-oauth-scopes":
            return frozenset(scope.strip() for scope in value.split(",") if scope.strip())
    return None
