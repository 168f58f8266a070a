"""The workspace that the configured bot token belongs to, as long as there is only one."""

import logging
from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.slack_failure import FAILURES, problem_of

logger = logging.getLogger(__name__)


class OneWorkspace:
    """One token for everything. Slack is asked once whose it is, and again as long as there was no answer."""

    def __init__(self, bot_token: SecretStr, client: AsyncWebClient) -> None:
        self._bot_token = bot_token
        self._client = client
        self._known: AuthorizeResult | None = None

    async def token(self, team: str, enterprise: str | None) -> str:  # noqa: ARG002 - there is no other
        return self._bot_token.get_secret_value()

    async def refused(self, team: str, enterprise: str | None, code: str) -> None:  # noqa: ARG002 - as above
        """Nothing helps but another token: `footnote slack check` says more."""
        self._known = None
        logger.error("Slack does not accept SLACK_BOT_TOKEN: %s", code)

    async def told(self, event: Mapping[str, Any], team: str | None, enterprise: str | None, at: float) -> None:  # noqa: ARG002 - as above
        """That the app was uninstalled: whoever installs it again gets another token. People's own tokens are none."""
        if event.get("type") == "app_uninstalled" or (event.get("tokens") or {}).get("bot"):
            self._known = None
            logger.error("Slack says that the app was uninstalled, or its token revoked")

    async def authorize(self, *, team_id: str | None, enterprise_id: str | None) -> AuthorizeResult | None:
        """For Bolt: who we are. Raises SlackProblem while Slack does not say; then it delivers its event again."""
        if self._known is None:
            token = self._bot_token.get_secret_value()
            try:
                told = await self._client.auth_test(token=token)
            except FAILURES as error:
                raise problem_of("auth.test", error) from error
            self._known = AuthorizeResult.from_auth_test_response(bot_token=token, auth_test_response=told)
        if team_id and self._known.team_id != team_id and not enterprise_id:
            logger.info("an event of workspace %s came with the token of %s", team_id, self._known.team_id)
        return self._known
