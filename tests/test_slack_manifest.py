"""The app's manifest: it asks for all that is used and nothing else, and fits what Slack takes."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from bot.slack import actions
from bot.slack.events import EVENTS, OF_LINKS
from bot.slack.manifest import events, manifest, objections, scopes
from bot.slack.methods import HISTORY, METHODS, READ
from index.errors import SettingsInvalid

SOURCES = Path(__file__).parents[1] / "bot" / "slack"
URL = "https://footnote.example.com"
OVER_SOCKET, OVER_HTTP = manifest("Footnote", None), manifest("Footnote", f"{URL}/")


def table(name: str) -> set[str]:
    """The entries of a table of listeners, read from its source."""
    tree = ast.parse((SOURCES / "listeners.py").read_text(encoding="utf-8"))
    for node in tree.body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if isinstance(target, ast.Name) and target.id == name:
            value = node.value  # type: ignore[attr-defined]
            return {entry(one) for one in (value.keys if isinstance(value, ast.Dict) else value.elts)}
    raise AssertionError(f"no table {name}")


def entry(node: ast.expr) -> str:
    return str(getattr(actions, node.attr) if isinstance(node, ast.Attribute) else ast.literal_eval(node))


# What is listened to


def test_every_event_has_a_listener_and_the_reverse() -> None:
    """Slack counts an event that nobody acknowledges as a failure, and a listener without events never runs."""
    subscribed = set(OVER_HTTP["settings"]["event_subscriptions"]["bot_events"])
    assert {name.partition(".")[0] for name in subscribed} == table("EVENT_HANDLERS")
    assert subscribed == set(EVENTS)


def test_every_command_has_a_listener_and_the_reverse() -> None:
    """By name."""
    assert {one["command"] for one in OVER_HTTP["features"]["slash_commands"]} == table("COMMANDS")


def test_every_shortcut_has_a_listener_and_the_reverse() -> None:
    """By callback id."""
    assert {one["callback_id"] for one in OVER_HTTP["features"]["shortcuts"]} == table("SHORTCUTS")


def test_every_button_has_a_listener_and_the_reverse() -> None:
    """A button that is put into a message does something when it is pressed; links only open."""
    buttons = {actions.SHOW_PASSAGE, actions.SHOW_CLOSEST, actions.PASSAGE_PAGE, actions.VOTE, actions.MISSING}
    assert table("ACTIONS") >= buttons | {actions.SHARE, actions.EXAMPLE}
    assert actions.OPEN_WEB not in table("ACTIONS")


def test_links_are_only_asked_about_where_browsers_reach_us() -> None:
    """Without an address nothing can be shown for them."""
    assert set(OVER_SOCKET["settings"]["event_subscriptions"]["bot_events"]) == set(EVENTS) - OF_LINKS
    assert not [scope for scope in OVER_SOCKET["oauth_config"]["scopes"]["bot"] if scope.startswith("links:")]
    assert "unfurl_domains" not in OVER_SOCKET["features"]
    assert OVER_HTTP["features"]["unfurl_domains"] == ["footnote.example.com"]


# Scopes


@pytest.mark.parametrize("links", [False, True])
def test_everything_used_has_its_scope(links: bool) -> None:
    """Each method that is called and each event that is listened to, as far as there are links to show."""
    granted, needless = scopes(links=links), {"chat.unfurl", "entity.presentDetails"}
    for name, method in METHODS.items():
        if links or name not in needless:
            assert not method.scopes or granted & set(method.scopes), name
            assert method.scopes not in (READ, HISTORY) or granted >= set(method.scopes), name
    for name in events(links=links):
        assert not EVENTS[name] or granted & set(EVENTS[name]), name


@pytest.mark.parametrize("links", [False, True])
def test_every_scope_is_needed(links: bool) -> None:
    """People are asked for nothing that nobody uses."""
    uses = [set(method.scopes) for method in METHODS.values()] + [set(EVENTS[name]) for name in events(links=links)]
    needed = {"assistant:write", "commands", "files:read"}.union(*uses)
    assert scopes(links=links) <= needed


# Transports


def test_over_a_socket_slack_needs_no_address() -> None:
    """Not one is in the manifest."""
    assert OVER_SOCKET["settings"]["socket_mode_enabled"] is True
    assert "://" not in str(OVER_SOCKET)


def test_over_http_slack_is_told_each_address() -> None:
    """Those that the guard answers at."""
    settings = OVER_HTTP["settings"]
    assert settings["socket_mode_enabled"] is False
    assert settings["event_subscriptions"]["request_url"] == f"{URL}/slack/events"
    assert settings["interactivity"] == {
        "is_enabled": True,
        "request_url": f"{URL}/slack/interactions",
        "message_menu_options_url": f"{URL}/slack/interactions",
    }
    assert OVER_HTTP["features"]["slash_commands"][0]["url"] == f"{URL}/slack/commands"
    assert OVER_HTTP["oauth_config"]["redirect_urls"] == [f"{URL}/slack/oauth_redirect"]


def test_many_workspaces_may_be_one_organisation() -> None:
    """Then it is installed once for all of them."""
    assert manifest("Footnote", URL, many_workspaces=True)["settings"]["org_deploy_enabled"] is True
    assert OVER_HTTP["settings"]["org_deploy_enabled"] is False


# What Slack takes


def test_people_can_write_to_the_app() -> None:
    """As to an agent, in the tab for messages; names arrive as ids, which nobody can fake."""
    features = OVER_SOCKET["features"]
    assert features["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }
    assert "agent_view" in features
    assert "assistant_view" not in features
    assert features["slash_commands"][0]["should_escape"] is True


@pytest.mark.parametrize(
    ("name", "url", "words"),
    [
        ("", None, "display_information.name has 0 characters and may have 35"),
        ("x" * 36, None, "display_information.name has 36 characters and may have 35"),
        ("Footnote", "http://footnote.example.com", "must begin with https://"),
    ],
)
def test_what_slack_would_not_take_is_refused(name: str, url: str | None, words: str) -> None:
    """Before it is pasted there, in words."""
    with pytest.raises(SettingsInvalid, match=f"^Slack would not take this app: .*{words}"):
        manifest(name, url)


def test_a_stand_in_on_this_machine_needs_no_certificate() -> None:
    """It is reached by plain HTTP."""
    assert manifest("Footnote", "http://127.0.0.1:8080")["settings"]["socket_mode_enabled"] is False


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"display_information": {"long_description": "short"}}, "long_description has 5 characters and may have 175"),
        ({"features": {"shortcuts": [{"name": "x" * 25}] * 11}}, "features.shortcuts has 11 entries and may have 10"),
        ({"features": {"shortcuts": [{"name": "x" * 25}]}}, "features.shortcuts.name has 25 characters"),
        ({"settings": {"a": ["ftp://example.com"]}}, "ftp://example.com must begin with https://"),
    ],
)
def test_lengths_are_checked_wherever_they_are(change: dict[str, Any], words: str) -> None:
    """In lists, too."""
    assert words in next(iter(objections(change)))


# Methods

BY_LIBRARIES = {"apps.connections.open", "auth.test", "oauth.v2.access"}
A_METHOD = re.compile(
    r"(?:agents|apps|assistant|auth|chat|conversations|entity|files|oauth|reactions|users|views)\.[\w.]+"
)


def said(*left_out: str) -> set[str]:
    """Every string in the sources of Slack's side, those modules left out."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES.rglob("*.py") if path.name not in left_out)
    nodes = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {node.value for node in nodes if isinstance(node.value, str)}


def test_every_listed_method_is_called() -> None:
    """A method that nobody calls would ask for scopes that nobody needs."""
    assert set(METHODS) - BY_LIBRARIES <= said("methods.py", "manifest.py")


def test_only_listed_methods_are_called() -> None:
    """What is called without standing in the list would lack its scopes and its pace."""
    assert {one for one in said("methods.py") if A_METHOD.fullmatch(one)} - {"files.slack.com"} <= set(METHODS)
