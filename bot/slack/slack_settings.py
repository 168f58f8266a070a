"""Who we are to Slack: tokens and secrets, from the names that everybody around Slack uses for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from pydantic import SecretStr

from index.errors import SettingsInvalid

SLACK_API_URL = "https://slack.com/api/"

BOT_TOKEN = "SLACK_BOT_TOKEN"  # noqa: S105 - the names of secrets are none
APP_TOKEN = "SLACK_APP_TOKEN"  # noqa: S105
SIGNING_SECRET = "SLACK_SIGNING_SECRET"  # noqa: S105
CLIENT_ID = "SLACK_CLIENT_ID"
CLIENT_SECRET = "SLACK_CLIENT_SECRET"  # noqa: S105
_NAMES = (BOT_TOKEN, APP_TOKEN, SIGNING_SECRET, CLIENT_ID, CLIENT_SECRET)

# Where each is found.
_WHERE = {
    BOT_TOKEN: "OAuth & Permissions",
    APP_TOKEN: "Basic Information, App-Level Tokens",
    SIGNING_SECRET: "Basic Information, App Credentials",
    CLIENT_ID: "Basic Information, App Credentials",
    CLIENT_SECRET: "Basic Information, App Credentials",
}

# What a value is by its beginning, and the name that it belongs to, if any.
_KINDS = (
    ("xoxb-", "a bot token", BOT_TOKEN),
    ("xapp-", "an app-level token", APP_TOKEN),
    ("xoxe.", "a token that expires", None),
    ("xoxe-", "a refresh token", None),
    ("xoxp-", "a user's token", None),
)


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """One workspace by its `bot_token`, or any number of them that install the app by `client_id`; never both."""

    bot_token: SecretStr | None
    app_token: SecretStr | None
    signing_secret: SecretStr | None
    client_id: str | None
    client_secret: SecretStr | None
    api_url: str
    public_url: str | None

    @property
    def over_http(self) -> bool:
        """Whether Slack may send us what happens."""
        return self.signing_secret is not None

    @property
    def for_many_workspaces(self) -> bool:
        """Whether workspaces install the app themselves."""
        return self.client_id is not None

    @classmethod
    def load(
        cls, environ: Mapping[str, str], api_url: str = SLACK_API_URL, public_url: str | None = None
    ) -> Self | None:
        """None if nothing of Slack is configured. Raises SettingsInvalid, which says what to do and shows no secret."""
        given = {name: environ.get(name, "").strip() for name in _NAMES}
        if not any(given.values()):
            return None
        _check(given, public_url)
        secrets = {name: SecretStr(value) if value else None for name, value in given.items()}
        return cls(
            bot_token=secrets[BOT_TOKEN],
            app_token=secrets[APP_TOKEN],
            signing_secret=secrets[SIGNING_SECRET],
            client_id=given[CLIENT_ID] or None,
            client_secret=secrets[CLIENT_SECRET],
            api_url=_api_url(api_url),
            public_url=public_url.rstrip("/") if public_url else None,
        )


def _check(given: Mapping[str, str], public_url: str | None) -> None:
    for name, value in given.items():
        _check_characters(name, value)
        _check_kind(name, value)
    if given[BOT_TOKEN] and (given[CLIENT_ID] or given[CLIENT_SECRET]):
        raise SettingsInvalid(
            f"{BOT_TOKEN} is for one workspace, {CLIENT_ID} and {CLIENT_SECRET} are for many: unset one or the other"
        )
    if given[CLIENT_ID] or given[CLIENT_SECRET]:
        _check_many(given, public_url)
    else:
        _check_one(given)


def _check_characters(name: str, value: str) -> None:
    if not value.isascii() or not value.isprintable() or " " in value:
        raise SettingsInvalid(f"{name} holds characters that none of Slack's secrets has: copy it again")


def _check_kind(name: str, value: str) -> None:
    """Two tokens that are swapped look like a Slack that is down."""
    own = {home: beginning for beginning, _, home in _KINDS if home}
    for beginning, kind, home in _KINDS:
        if value.startswith(beginning) and home != name:
            raise SettingsInvalid(f"{name} is {kind} ({beginning}…)" + _advice(name, home, own))
    if value and name in own and not value.startswith(own[name]):
        raise SettingsInvalid(f"{name} must begin with {own[name]}: see {_WHERE[name]} in the settings of your app")


def _advice(name: str, home: str | None, own: Mapping[str, str]) -> str:
    belongs = f", which belongs into {home}" if home else ""
    begins = f"; {name} begins with {own[name]}" if name in own else ""
    still = ", with token rotation off" if name == BOT_TOKEN and not home else ""
    return f"{belongs}{begins}: see {_WHERE[name]} in the settings of your app{still}"


def _check_one(given: Mapping[str, str]) -> None:
    if not given[BOT_TOKEN]:
        present = next(name for name, value in given.items() if value)
        raise SettingsInvalid(f"{present} needs {BOT_TOKEN}, the token that begins with xoxb-")
    if not given[APP_TOKEN] and not given[SIGNING_SECRET]:
        raise SettingsInvalid(f"{BOT_TOKEN} needs {APP_TOKEN}, for Socket Mode, or {SIGNING_SECRET}, for HTTP")


def _check_many(given: Mapping[str, str], public_url: str | None) -> None:
    for present, absent in ((CLIENT_ID, CLIENT_SECRET), (CLIENT_SECRET, CLIENT_ID), (CLIENT_ID, SIGNING_SECRET)):
        if given[present] and not given[absent]:
            raise SettingsInvalid(f"{present} needs {absent}: see {_WHERE[absent]} in the settings of your app")
    if not public_url:
        raise SettingsInvalid(
            f"{CLIENT_ID} needs FOOTNOTE_PUBLIC_URL: after an installation Slack sends people's browsers there"
        )


def _api_url(url: str) -> str:
    """With the slash that the SDK appends method names to. What is wrong may be a secret, so it is not repeated."""
    url = url.strip()
    ended = url if url.endswith("/") else f"{url}/"
    try:
        parts = urlsplit(ended)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or not ended.endswith("/api/"):
        raise SettingsInvalid(f"FOOTNOTE_SLACK_API_URL must be like {SLACK_API_URL}: http or https, ending in /api/")
    return ended
