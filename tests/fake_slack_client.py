"""A client of Slack's Web API that answers from a script: what it is asked is written down."""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

Outcome = Exception | dict[str, Any]


def answered(status: int = 200, headers: dict[str, str] | None = None, **body: Any) -> AsyncSlackResponse:
    """What the SDK makes of an answer with that JSON."""
    return AsyncSlackResponse(
        client=None, http_verb="POST", api_url="", req_args={}, data=body, headers=headers or {}, status_code=status
    )


def refusal(code: str, status: int = 200, headers: dict[str, str] | None = None, **more: Any) -> SlackApiError:
    """What the SDK raises when Slack says no."""
    return SlackApiError(f"the server says {code}", answered(status, headers, ok=False, error=code, **more))


class FakeSlackClient:
    """Methods have the SDK's names. What `script` adds comes first, one outcome a call; after that all succeeds."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self._outcomes: dict[str, list[Outcome]] = defaultdict(list)

    def script(self, method: str, *outcomes: Outcome) -> None:
        self._outcomes[method].extend(outcomes)

    def __getattr__(self, method: str) -> Callable[..., Awaitable[AsyncSlackResponse]]:
        async def call(**arguments: Any) -> AsyncSlackResponse:
            self.calls.append((method, arguments))
            outcomes = self._outcomes[method]
            outcome = outcomes.pop(0) if outcomes else {"ok": True}
            if isinstance(outcome, Exception):
                raise outcome
            return answered(**outcome)

        return call


class FakeTokens:
    """One token for every workspace; remembers what it is told of it."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str | None, str]] = []

    async def token(self, team: str, enterprise: str | None) -> str:
        return f"xoxb-{team or enterprise}"

    async def refused(self, team: str, enterprise: str | None, code: str) -> None:
        self.told.append((team, enterprise, code))


class OneToken(FakeTokens):
    """Somebody who keeps the token that the stand-in has given."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self._token = token

    async def token(self, team: str, enterprise: str | None) -> str:
        return self._token
