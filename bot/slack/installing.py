"""How a workspace comes to have the app: a browser goes to Slack and comes back, and is told what has happened."""

from collections.abc import Iterable, Sequence
from urllib.parse import urljoin

from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.response import BoltResponse

from bot.slack.installations import Installations
from bot.slack.installations_states import EXPIRES_S, States
from bot.slack.paths import INSTALL, OAUTH_REDIRECT
from bot.slack.token_rotation import Credentials

_WHY = {
    "access_denied": "nobody allowed it",
    "invalid_browser": "this is not the browser that it was begun in",
    "invalid_state": "that took too long, or this page was opened before",
    "missing_code": "Slack sent no code along",
    "invalid_code": "Slack does not accept the code any more",
    "storage_error": "it is not meant for this workspace",
}


def oauth_settings(
    credentials: Credentials,
    installations: Installations,
    states: States,
    scopes: Iterable[str],
    api_url: str,
    public_url: str,
) -> AsyncOAuthSettings:
    """Everything is said, as Bolt would take the rest from the environment."""
    return AsyncOAuthSettings(
        client_id=credentials.client_id,
        client_secret=credentials.client_secret.get_secret_value(),
        scopes=sorted(scopes),
        user_scopes=[],
        redirect_uri=f"{public_url}{OAUTH_REDIRECT}",
        install_path=INSTALL,
        install_page_rendering_enabled=False,
        redirect_uri_path=OAUTH_REDIRECT,
        callback_options=AsyncCallbackOptions(success=_installed, failure=_not_installed),
        authorization_url=urljoin(api_url, "../oauth/v2/authorize"),
        installation_store=installations,
        installation_store_bot_only=True,
        state_store=states,
        state_expiration_seconds=EXPIRES_S,
    )


async def _installed(args: AsyncSuccessArgs) -> BoltResponse:
    where = args.installation.team_name or args.installation.enterprise_name or "Slack"
    return _page(200, f"The app is installed in {where}. You can close this page.", args.settings)


async def _not_installed(args: AsyncFailureArgs) -> BoltResponse:
    why = _WHY.get(args.reason, "something went wrong")
    words = f"The app is not installed: {why}. Begin again at {INSTALL}."
    return _page(args.suggested_status_code, words, args.settings)


def _page(status: int, words: str, settings: AsyncOAuthSettings) -> BoltResponse:
    """Plain text: names of workspaces are made up by people."""
    headers: dict[str, str | Sequence[str]] = {
        "content-type": "text/plain; charset=utf-8",
        "x-content-type-options": "nosniff",
        "set-cookie": settings.state_utils.build_set_cookie_for_deletion(),
    }
    return BoltResponse(status=status, body=words, headers=headers)
