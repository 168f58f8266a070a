"""The addresses that Slack gives out with commands, buttons and shortcuts, to be answered within half an hour."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import SplitResult, urlsplit

import aiohttp

from bot.slack.errors import SlackBusy, SlackRefused, SlackUnreachable
from bot.slack.pauses import pauses
from bot.slack.proxy import proxy_for
from bot.slack.retry_after import retry_after_s
from bot.slack.slack_failure import BROKEN, HALFWAY, NEVER_ARRIVED, TOO_MANY
from bot.slack.validation import checked

METHOD = "response_url"  # what problems call it
SLACK = "slack.com"
PATIENCE_S = 30.0
MOST_BYTES = 4_000  # of an answer: Slack's are one word
REPLACING = ("replace_original", "delete_original")
REDIRECTED = 300
ACCEPTED = "ok"


class ResponseUrls:
    """Answers only at addresses of Slack, or of the stand-in at `api_url`: others could come from anybody."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        api_url: str,
        environment: Mapping[str, str],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session = session
        self._api = urlsplit(api_url)
        self._environment = environment
        self._sleep = sleep
        self._clock = clock

    async def send(self, url: str, payload: Mapping[str, Any], patience_s: float = PATIENCE_S) -> None:
        """Show a message to who got the address, or in its place.

        Raises SlackRefused where the address has expired or was used up, or is none of Slack's. A message that
        replaces another is sent again until it arrives; a further one raises SlackUnreachable at once if it may
        have been shown. Raises PayloadInvalid for a message that Slack would not show.
        """
        self._check(url)
        if not payload.get("delete_original"):
            checked(payload)
        again = any(payload.get(name) for name in REPLACING)
        until = self._clock() + patience_s
        for pause in pauses():
            try:
                await self._once(url, payload)
                return
            except (SlackBusy, SlackUnreachable) as problem:
                if isinstance(problem, SlackBusy):
                    pause = problem.retry_after
                elif not again and not isinstance(problem.__cause__, NEVER_ARRIVED):
                    raise
                if self._clock() + pause > until:
                    raise
            await self._sleep(pause)

    async def add(self, url: str, words: str, *, thread: str = "") -> None:
        """Say something besides what is there, to who got the address. Raises what `send` does."""
        where = {"thread_ts": thread} if thread else {}
        await self.send(url, {"text": words, "replace_original": False, **where})

    async def _once(self, url: str, payload: Mapping[str, Any]) -> None:
        proxy = proxy_for(url, self._environment)
        try:
            async with self._session.post(url, json=payload, allow_redirects=False, proxy=proxy) as response:
                body = await response.content.read(MOST_BYTES)
                _check_answer(response, body)
        except (aiohttp.ClientError, OSError) as error:
            raise SlackUnreachable(METHOD, type(error).__name__) from error

    def _check(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            allowed = self._is_slack(parts) or self._is_api(parts)
        except ValueError:  # brackets or a port that are none
            allowed = False
        if not allowed:
            raise SlackRefused(METHOD, "not_an_address_of_slack")

    def _is_slack(self, parts: SplitResult) -> bool:
        host = parts.hostname or ""
        below = host == SLACK or host.endswith(f".{SLACK}")
        return parts.scheme == "https" and below and parts.port in (None, 443) and "@" not in parts.netloc

    def _is_api(self, parts: SplitResult) -> bool:
        """Of the same server as the Web API, or a name below its name: hooks.example for the API at example."""
        host, own = parts.hostname or "", self._api.hostname or ""
        below = bool(own) and (host == own or host.endswith(f".{own}"))
        same = (parts.scheme, parts.port) == (self._api.scheme, self._api.port)
        return below and same and "@" not in parts.netloc


def _check_answer(response: aiohttp.ClientResponse, body: bytes) -> None:
    if response.status == TOO_MANY:
        raise SlackBusy(METHOD, retry_after_s(response.headers.get("Retry-After"), datetime.now(UTC)))
    if response.status >= BROKEN:
        raise SlackUnreachable(METHOD, f"HTTP status {response.status}")
    word = _word(body)
    if response.status >= REDIRECTED:
        raise SlackRefused(METHOD, f"http_{response.status}" if word in (None, ACCEPTED) else word)
    if word is None or word in HALFWAY:
        raise SlackUnreachable(METHOD, "no answer of Slack's")
    if word != ACCEPTED:
        raise SlackRefused(METHOD, word)


def _word(body: bytes) -> str | None:
    """Slack's word for whether it accepts, and else why not: alone, or in JSON; None if it is none of Slack's."""
    text = body.decode(errors="replace").strip()
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return (text if text.isidentifier() else None) if text else ACCEPTED
    if not isinstance(answer, dict):
        return None
    return ACCEPTED if answer.get("ok", True) else str(answer.get("error") or "refused")
