"""What Slack's word for a refusal of one of our secrets means, and what to do about it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from bot.slack.errors import SecretRefused, SlackRefused

BOT_TOKEN_AT = "OAuth & Permissions"  # noqa: S105 - a page of Slack's settings

OF_BOT_TOKEN: Mapping[str, str] = {
    "invalid_auth": f"SLACK_BOT_TOKEN is wrong: copy it again from {BOT_TOKEN_AT}",
    "not_authed": f"SLACK_BOT_TOKEN is wrong: copy it again from {BOT_TOKEN_AT}",
    "account_inactive": "the app is not installed any more: install it again, and copy its new token",
    "token_revoked": "the app is not installed any more: install it again, and copy its new token",
    "token_expired": "SLACK_BOT_TOKEN has expired: turn token rotation off, or let workspaces install the app",
}
OF_APP_TOKEN: Mapping[str, str] = {
    "invalid_auth": "SLACK_APP_TOKEN is wrong: copy it again from Basic Information, App-Level Tokens",
    "not_authed": "SLACK_APP_TOKEN is wrong: copy it again from Basic Information, App-Level Tokens",
    "missing_scope": "SLACK_APP_TOKEN lacks the scope connections:write: make another one under Basic Information",
    "socket_mode_not_enabled": "Socket Mode is off: turn it on under Socket Mode in the settings of the app",
    "link_disabled": "Socket Mode is off: turn it on under Socket Mode in the settings of the app",
}
OF_CLIENT: Mapping[str, str] = {
    "invalid_client_id": "SLACK_CLIENT_ID is wrong: copy it again from Basic Information, App Credentials",
    "bad_client_secret": "SLACK_CLIENT_SECRET is wrong: copy it again from Basic Information, App Credentials",
}


@contextmanager
def in_words(meanings: Mapping[str, str]) -> Iterator[None]:
    """Raises SecretRefused for a refusal that has a meaning there; all others pass."""
    try:
        yield
    except SlackRefused as refusal:
        if refusal.code not in meanings:
            raise
        raise SecretRefused(refusal, meanings[refusal.code]) from refusal
