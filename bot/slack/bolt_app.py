"""Bolt's application, with every switch set that it would otherwise find in the environment."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.bolt_log import bolt_logger, without_warnings
from bot.slack.slack_settings import CLIENT_ID
from index.errors import SettingsInvalid

GONE = ("app_uninstalled", "tokens_revoked")
NOT_INSTALLED = "This app is not installed here any more. Ask whoever looks after your workspace to install it again."


class Identities(Protocol):
    """Who we are in a workspace; OneWorkspace, or Workspaces."""

    async def authorize(self, *, team_id: str | None, enterprise_id: str | None) -> AuthorizeResult | None: ...

    async def told(self, event: Mapping[str, Any], team: str | None, enterprise: str | None, at: float) -> None: ...


def bolt_app(client: AsyncWebClient, identities: Identities, oauth: AsyncOAuthSettings | None = None) -> AsyncApp:
    """Listeners are yet to be added. With `oauth`, workspaces install it by themselves; `client` has no token.

    What comes over HTTP must come through a Guard: signatures are not checked here. Raises SettingsInvalid if the
    environment would make Bolt keep installations in files.
    """
    logger = bolt_logger()
    with without_warnings(logger):
        app = AsyncApp(
            name="footnote",
            logger=logger,
            signing_secret="",
            client=client,
            authorize=_Authorize(identities),  # type: ignore[arg-type] # Bolt takes either
            installation_store=oauth.installation_store if oauth else None,
            oauth_settings=oauth,
            user_facing_authorize_error_message=NOT_INSTALLED,
            request_verification_enabled=False,
            ssl_check_enabled=False,
            url_verification_enabled=False,
        )
    if oauth is None and app.oauth_flow is not None:
        raise SettingsInvalid(f"{CLIENT_ID} is in the environment, but not among the settings: unset it there")
    app.middleware(_forgetting(identities))
    return app


class _Authorize(AsyncAuthorize):
    def __init__(self, identities: Identities) -> None:
        self._identities = identities

    async def __call__(
        self, *, context: AsyncBoltContext, enterprise_id: str | None, team_id: str | None, **_: Any
    ) -> AuthorizeResult | None:
        whole = context.is_enterprise_install and enterprise_id
        return await self._identities.authorize(team_id=None if whole else team_id, enterprise_id=enterprise_id)


def _forgetting(identities: Identities) -> Callable[..., Awaitable[None]]:
    async def forget(
        body: dict[str, Any],
        context: AsyncBoltContext,
        next: Callable[[], Awaitable[None]],
    ) -> None:
        """Before the acknowledgement: if it fails, Slack tells us again."""
        event = body.get("event")
        if isinstance(event, dict) and event.get("type") in GONE:
            team = None if context.is_enterprise_install else context.team_id
            await identities.told(event, team, context.enterprise_id, float(body.get("event_time") or 0))
        await next()

    return forget
