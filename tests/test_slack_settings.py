"""Slack's tokens and secrets: which belong together, and how a mistake is told without showing any."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.slack_settings import SLACK_API_URL, SlackSettings
from index.errors import SettingsInvalid

BOT = "xoxb-1-made-up"
APP = "xapp-1-made-up"
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
ONE = {"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP}
MANY = {"SLACK_CLIENT_ID": "12.34", "SLACK_CLIENT_SECRET": "5ecre7", "SLACK_SIGNING_SECRET": SECRET}
PUBLIC = "https://footnote.example.com"
NAMES = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")


def refusal(environ: dict[str, str], **more: Any) -> str:
    with pytest.raises(SettingsInvalid) as refused:
        SlackSettings.load(environ, **more)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def load(environ: dict[str, str], **more: Any) -> SlackSettings:
    settings = SlackSettings.load(environ, **more)
    assert settings is not None
    return settings


@pytest.mark.parametrize("environ", [{}, {"SLACK_BOT_TOKEN": ""}, {"SLACK_APP_TOKEN": " \n", "SLACK_USER": "x"}])
def test_without_tokens_there_is_no_slack(environ: dict[str, str]) -> None:
    """Empty values, as in a compose file, are none, and other names are nobody's business."""
    assert SlackSettings.load(environ) is None


def test_one_workspace_over_a_socket() -> None:
    """A bot token and an app token are enough; a line end that was copied along does not matter."""
    settings = load({"SLACK_BOT_TOKEN": f"{BOT}\n", "SLACK_APP_TOKEN": APP})
    assert settings.bot_token is not None
    assert settings.bot_token.get_secret_value() == BOT
    assert (settings.over_http, settings.for_many_workspaces) == (False, False)
    assert settings.api_url == SLACK_API_URL


def test_one_workspace_over_http() -> None:
    """A bot token and the signing secret are enough."""
    settings = load({"SLACK_BOT_TOKEN": BOT, "SLACK_SIGNING_SECRET": SECRET})
    assert (settings.app_token, settings.over_http) == (None, True)


def test_many_workspaces() -> None:
    """They need the app's own id and secret, the signing secret, and an address for browsers."""
    settings = load(MANY, public_url=f"{PUBLIC}/")
    assert settings.for_many_workspaces
    assert settings.public_url == PUBLIC


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        (
            {"SLACK_BOT_TOKEN": APP, "SLACK_APP_TOKEN": BOT},
            "SLACK_BOT_TOKEN is an app-level token (xapp-…), which belongs into SLACK_APP_TOKEN; "
            "SLACK_BOT_TOKEN begins with xoxb-: see OAuth & Permissions in the settings of your app",
        ),
        (
            {"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": BOT},
            "SLACK_APP_TOKEN is a bot token (xoxb-…), which belongs into SLACK_BOT_TOKEN; "
            "SLACK_APP_TOKEN begins with xapp-: see Basic Information, App-Level Tokens in the settings of your app",
        ),
        (
            {"SLACK_BOT_TOKEN": "xoxp-1", "SLACK_APP_TOKEN": APP},
            "SLACK_BOT_TOKEN is a user's token (xoxp-…); SLACK_BOT_TOKEN begins with xoxb-: see OAuth & Permissions "
            "in the settings of your app, with token rotation off",
        ),
        (
            {"SLACK_BOT_TOKEN": "xoxe.xoxb-1", "SLACK_APP_TOKEN": APP},
            "SLACK_BOT_TOKEN is a token that expires (xoxe.…); SLACK_BOT_TOKEN begins with xoxb-: see OAuth & "
            "Permissions in the settings of your app, with token rotation off",
        ),
        (
            {"SLACK_BOT_TOKEN": "hunter2", "SLACK_APP_TOKEN": APP},
            "SLACK_BOT_TOKEN must begin with xoxb-: see OAuth & Permissions in the settings of your app",
        ),
        (
            {"SLACK_BOT_TOKEN": BOT, "SLACK_SIGNING_SECRET": APP},
            "SLACK_SIGNING_SECRET is an app-level token (xapp-…), which belongs into SLACK_APP_TOKEN: see Basic "
            "Information, App Credentials in the settings of your app",
        ),
        (
            {"SLACK_BOT_TOKEN": BOT},
            "SLACK_BOT_TOKEN needs SLACK_APP_TOKEN, for Socket Mode, or SLACK_SIGNING_SECRET, for HTTP",
        ),
        ({"SLACK_APP_TOKEN": APP}, "SLACK_APP_TOKEN needs SLACK_BOT_TOKEN, the token that begins with xoxb-"),
        ({"SLACK_SIGNING_SECRET": SECRET}, "SLACK_SIGNING_SECRET needs SLACK_BOT_TOKEN, the token that begins with"),
        (
            {**ONE, "SLACK_CLIENT_ID": "12.34"},
            "SLACK_BOT_TOKEN is for one workspace, SLACK_CLIENT_ID and SLACK_CLIENT_SECRET are for many: "
            "unset one or the other",
        ),
        ({**MANY, "SLACK_CLIENT_SECRET": ""}, "SLACK_CLIENT_ID needs SLACK_CLIENT_SECRET: see Basic Information"),
        ({**MANY, "SLACK_CLIENT_ID": ""}, "SLACK_CLIENT_SECRET needs SLACK_CLIENT_ID: see Basic Information"),
        ({**MANY, "SLACK_SIGNING_SECRET": ""}, "SLACK_CLIENT_ID needs SLACK_SIGNING_SECRET: see Basic Information"),
        ({"SLACK_BOT_TOKEN": "xoxb-1 2"}, "SLACK_BOT_TOKEN holds characters that none of Slack's secrets has"),
        ({"SLACK_BOT_TOKEN": "xoxb-ü"}, "SLACK_BOT_TOKEN holds characters that none of Slack's secrets has"),
    ],
)
def test_what_does_not_fit_together_is_told(environ: dict[str, str], words: str) -> None:
    """In one line that says what to do."""
    assert refusal(environ, public_url=PUBLIC).startswith(words)


def test_browsers_need_an_address() -> None:
    """Without one nobody could finish an installation."""
    assert refusal(MANY).startswith("SLACK_CLIENT_ID needs FOOTNOTE_PUBLIC_URL: ")


@pytest.mark.parametrize(
    ("url", "meant"),
    [
        ("https://slack.com/api", SLACK_API_URL),
        (" http://127.0.0.1:8080/api/", "http://127.0.0.1:8080/api/"),
        ("http://[::1]:1/slack/api", "http://[::1]:1/slack/api/"),
    ],
)
def test_a_stand_in_for_slack_can_be_named(url: str, meant: str) -> None:
    """With or without the slash at the end."""
    assert load(ONE, api_url=url).api_url == meant


@pytest.mark.parametrize(
    "url", ["", "slack.com/api/", "ftp://slack.com/api/", "https://slack.com/", "http:///api/", "http://[/api/"]
)
def test_what_is_no_address_of_an_api_is_refused(url: str) -> None:
    """Calls would go nowhere."""
    assert refusal(ONE, api_url=url).startswith("FOOTNOTE_SLACK_API_URL must be like https://slack.com/api/: ")


@given(st.dictionaries(st.sampled_from(NAMES), st.from_regex(r"(xoxb-|xapp-|xoxp-|)s3cr3t[ -~ü]{0,9}", fullmatch=True)))
def test_no_secret_is_ever_shown(environ: dict[str, str]) -> None:
    """Neither by what is refused nor by what is accepted."""
    try:
        shown = repr(SlackSettings.load(environ, public_url=PUBLIC))
    except SettingsInvalid as refused:
        shown = str(refused)
    secret = {name: value for name, value in environ.items() if name != "SLACK_CLIENT_ID"}
    assert not any(value in shown for value in secret.values())
