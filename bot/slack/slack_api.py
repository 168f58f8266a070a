"""Every call of Slack's Web API goes through here: at the right pace, tried again where that is safe."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.errors import SlackBusy, SlackProblem, SlackRefused, SlackUnreachable
from bot.slack.methods import METHODS
from bot.slack.pacing import Pacing
from bot.slack.pauses import pauses
from bot.slack.slack_failure import FAILURES, NEVER_ARRIVED, problem_of
from bot.slack.validation import checked

PATIENCE_S = 30.0
SHOWN = ("text", "markdown_text", "blocks", "chunks")  # the arguments that make a message
# Words that end an installation: whoever keeps its token has to know.
DEAD_TOKEN = frozenset({"token_revoked", "token_expired", "invalid_auth", "account_inactive"})


class Tokens(Protocol):
    """The bot's tokens. `token` raises SlackRefused with the code "not_installed" where there is none."""

    async def token(self, team: str, enterprise: str | None) -> str: ...

    async def refused(self, team: str, enterprise: str | None, code: str) -> None:
        """Slack does not accept the token; `code` says why."""


class SlackApi:
    """Calls methods by Slack's own names; raises SlackProblem and nothing else on purpose.

    `client` must not try again by itself. Safe to share between tasks of one event loop.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        tokens: Tokens,
        pacing: Pacing,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._tokens = tokens
        self._pacing = pacing
        self._sleep = sleep
        self._clock = clock

    async def call(
        self,
        team: str,
        method: str,
        *,
        enterprise: str | None = None,
        patience_s: float = PATIENCE_S,
        **arguments: Any,
    ) -> dict[str, Any]:
        """What Slack answers. Waiting for a turn and trying again end after `patience_s`; an attempt may take longer.

        Raises SlackBusy and SlackRefused if nothing was done, SlackUnreachable if something may have been; a method
        that must not be carried out twice is not tried again then. Raises PayloadInvalid for a message or a view that
        Slack would not show.
        """
        _check(arguments)
        where = team or enterprise or ""
        until = self._clock() + patience_s
        pause_s = pauses()
        while True:
            left = max(0.0, until - self._clock())
            await self._pacing.turn(where, method, arguments.get("channel"), left)
            try:
                return await self._once(team, method, enterprise, arguments)
            except SlackBusy as busy:  # the next turn waits as long, or gives up
                self._pacing.hold(where, method, arguments.get("channel"), busy.retry_after)
            except SlackUnreachable as gone:
                pause = next(pause_s)
                if not _repeatable(method, gone) or self._clock() + pause > until:
                    raise
                await self._sleep(pause)

    async def _once(self, team: str, method: str, enterprise: str | None, arguments: dict[str, Any]) -> dict[str, Any]:
        """What a dead token was refused has not been done: if there is another token by now, it is done with that."""
        token = await self._tokens.token(team, enterprise)
        try:
            return await self._called(method, token, arguments)
        except SlackRefused as refusal:
            if refusal.code not in DEAD_TOKEN:
                raise
            await self._tokens.refused(team, enterprise, refusal.code)
            newer = await self._tokens.token(team, enterprise)
            if newer == token:
                raise
        return await self._called(method, newer, arguments)

    async def _called(self, method: str, token: str, arguments: dict[str, Any]) -> dict[str, Any]:
        call = getattr(self._client, method.replace(".", "_"))
        try:
            response = await call(**arguments, token=token)
        except FAILURES as error:
            raise problem_of(method, error) from error
        if not isinstance(response.data, dict):
            raise SlackUnreachable(method, "no answer of Slack's")
        return response.data


def _check(arguments: Mapping[str, Any]) -> None:
    """Whatever is to be shown, by whichever method."""
    if "view" in arguments:
        checked(arguments["view"])
    elif any(arguments.get(part) for part in SHOWN):
        checked({part: arguments[part] for part in SHOWN if part in arguments})


def _repeatable(method: str, gone: SlackProblem) -> bool:
    return METHODS[method].repeatable or isinstance(gone.__cause__, NEVER_ARRIVED)
