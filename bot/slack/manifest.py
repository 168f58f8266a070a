"""What Slack is told to make an app of: `footnote slack manifest` prints it, and it is pasted into Slack's settings.

The scopes are derived from the methods that are called and the events that are listened to, so that the app asks for
all that it needs and for nothing else.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from bot.slack import actions, paths
from bot.slack.events import EVENTS, OF_LINKS
from bot.slack.methods import HISTORY, METHODS, READ
from index.errors import SettingsInvalid

COMMAND = "/ask"

_METHODS_OF_LINKS = frozenset({"chat.unfurl", "entity.presentDetails"})
# What needs a scope without being a method or an event: to be an agent, to have commands, to read what is attached.
_BESIDES = ("assistant:write", "commands", "files:read")
_DESCRIPTION = "Answers questions from your documents, with the exact words of its sources."
_LONG_DESCRIPTION = (
    "Ask a question where you work, and get an answer from your own documents. Every sentence carries a footnote: the "
    "exact words in the exact place of the document that it rests on, one click away. If the documents do not answer "
    "the question, you are told so, and shown the passages that come closest. Mention the app in a channel, write to "
    "it directly, or choose a message and have it answered."
)


def manifest(name: str, http_url: str | None, *, many_workspaces: bool = False) -> dict[str, Any]:
    """The manifest of an app of that name: over Socket Mode, or over HTTP at the address that the world reaches.

    Raises SettingsInvalid if Slack would not take it.
    """
    url = http_url.rstrip("/") if http_url else None
    made = {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": name,
            "description": _DESCRIPTION,
            "long_description": _LONG_DESCRIPTION,
            "background_color": "#1f3a4d",
        },
        "features": _features(name, url),
        "oauth_config": {
            "redirect_urls": [f"{url}{paths.OAUTH_REDIRECT}"] if url else [],
            "scopes": {"bot": sorted(scopes(links=url is not None))},
        },
        "settings": _settings(url, many_workspaces),
    }
    for objection in objections(made):
        raise SettingsInvalid(f"Slack would not take this app: {objection}")
    return made


def scopes(*, links: bool) -> frozenset[str]:
    """What a bot token has to be allowed; `links` says whether links to our documents are shown in Slack."""
    of_methods = (
        method.scopes if method.scopes in (READ, HISTORY) else method.scopes[:1]
        for name, method in METHODS.items()
        if links or name not in _METHODS_OF_LINKS
    )
    found = set(_BESIDES).union(*of_methods)
    for event in events(links=links):
        if not found & set(EVENTS[event]):
            found.update(EVENTS[event][:1])
    return frozenset(found)


def events(*, links: bool) -> list[str]:
    """What we subscribe to."""
    return [name for name in sorted(EVENTS) if links or name not in OF_LINKS]


def objections(made: Mapping[str, Any]) -> Iterator[str]:
    """What Slack would refuse, in words: lengths and counts, and addresses that it cannot reach."""
    for path, shortest, longest in _LENGTHS:
        for value in _at(made, path):
            if not shortest <= len(value) <= longest:
                size = f"{shortest:,} to {longest:,}" if shortest > 1 else f"{longest:,}"
                unit = "characters" if isinstance(value, str) else "entries"
                yield f"{'.'.join(path)} has {len(value):,} {unit} and may have {size}"
    for url in _urls(made):
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
            yield f"{url} must begin with https://"


def _features(name: str, url: str | None) -> dict[str, Any]:
    command = {
        "command": COMMAND,
        "description": "Ask your documents; only you see the answer",
        "usage_hint": "When does the warranty end?",
        "should_escape": True,
    }
    features: dict[str, Any] = {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": name, "always_online": True},
        "agent_view": {"agent_description": _DESCRIPTION},
        "slash_commands": [command | ({"url": f"{url}{paths.COMMANDS}"} if url else {})],
        "shortcuts": [
            _shortcut("Answer this message", "message", actions.ANSWER_MESSAGE, "Answers it from your documents"),
            _shortcut("Ask a question", "global", actions.ASK, "Asks your documents, from anywhere"),
        ],
    }
    return features | ({"unfurl_domains": [urlsplit(url).hostname or ""]} if url else {})


def _shortcut(name: str, kind: str, callback_id: str, description: str) -> dict[str, str]:
    return {"name": name, "type": kind, "callback_id": callback_id, "description": description}


def _settings(url: str | None, many_workspaces: bool) -> dict[str, Any]:
    events_at = {"request_url": f"{url}{paths.EVENTS}"} if url else {}
    clicked_at = f"{url}{paths.INTERACTIONS}"
    clicks_at = {"request_url": clicked_at, "message_menu_options_url": clicked_at} if url else {}
    return {
        "event_subscriptions": events_at | {"bot_events": events(links=url is not None)},
        "interactivity": {"is_enabled": True} | clicks_at,
        "org_deploy_enabled": many_workspaces,
        "socket_mode_enabled": url is None,
        "token_rotation_enabled": False,  # who turns it on cannot turn it off again
        "is_hosted": False,
    }


# Where in a manifest, and how many characters or entries at least and at most.
_LENGTHS = (
    (("display_information", "name"), 1, 35),
    (("display_information", "description"), 0, 140),
    (("display_information", "long_description"), 175, 4000),
    (("features", "bot_user", "display_name"), 1, 80),
    (("features", "agent_view", "agent_description"), 1, 300),
    (("features", "slash_commands", "command"), 2, 32),
    (("features", "slash_commands", "description"), 1, 2000),
    (("features", "slash_commands", "usage_hint"), 0, 1000),
    (("features", "shortcuts"), 0, 10),
    (("features", "shortcuts", "name"), 1, 24),
    (("features", "shortcuts", "callback_id"), 1, 255),
    (("features", "shortcuts", "description"), 1, 150),
    (("features", "unfurl_domains"), 0, 5),
    (("settings", "event_subscriptions", "bot_events"), 0, 100),
    (("oauth_config", "scopes", "bot"), 1, 255),
)


def _at(value: Any, path: tuple[str, ...]) -> Iterator[Any]:
    """What stands at the end of a path; lists on the way are gone through."""
    if isinstance(value, list) and path:
        for one in value:
            yield from _at(one, path)
    elif not path:
        yield value
    elif path[0] in value:
        yield from _at(value[path[0]], path[1:])


def _urls(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for part in value.values():
            yield from _urls(part)
    elif isinstance(value, list):
        for part in value:
            yield from _urls(part)
    elif isinstance(value, str) and "://" in value:
        yield value
