"""Which events the app hears of at all."""

from urllib.parse import urlsplit

from fakeslack.workspace import Installation, Json, World

ONLY_WHERE_THE_BOT_IS = {"message", "app_mention", "reaction_added", "reaction_removed", "member_joined_channel"}
EVEN_UNINSTALLED = {"app_uninstalled", "tokens_revoked"}
MESSAGES = {"channel": "message.channels", "group": "message.groups", "im": "message.im", "mpim": "message.mpim"}
SCOPES = {
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "link_shared": "links:read",
}


class Audience:
    """`subscriptions` are spelt as in a manifest ("message.channels"); None is every event there is.

    `unfurl_domains` are those whose links the app is told of.
    """

    def __init__(self, world: World) -> None:
        self.subscriptions: set[str] | None = None
        self.unfurl_domains: set[str] = set()
        self._world = world

    def kept_from(self, event: Json, team: str) -> str | None:
        """Why Slack does not tell the app of an event; None if it does."""
        name = subscription(event)
        if self.subscriptions is not None and name not in self.subscriptions:
            return f"not subscribed to {name}"
        return self._without_permission(name, team) or self._elsewhere(event, team)

    def _without_permission(self, name: str, team: str) -> str | None:
        installations = self.installations(team)
        valid = [one for one in installations if not one.revoked]
        if installations and not valid and name not in EVEN_UNINSTALLED:
            return "not installed any more"
        scope = SCOPES.get(name)
        lacking = valid and scope and not any(scope in one.scopes for one in valid)
        return f"the scope {scope} is missing" if lacking else None

    def _elsewhere(self, event: Json, team: str) -> str | None:
        channel = self._world.channel(channel_of(event) or "", team)
        if channel is None or event["type"] not in ONLY_WHERE_THE_BOT_IS:
            return None
        return None if self._world.teams[team].bot_user in channel.members else "the bot is not in the channel"

    def installations(self, team: str) -> list[Installation]:
        """Those for the workspace and those for its organisation."""
        enterprise = self._world.teams[team].enterprise
        everywhere = self._world.installations.values()
        return [one for one in everywhere if one.team == team or (one.is_enterprise and one.enterprise == enterprise)]

    def is_org_wide(self, team: str) -> bool:
        """Whether the app is installed for the workspace's whole organisation rather than for the workspace."""
        found = self.installations(team)
        return bool(found) and all(one.is_enterprise for one in found)

    def unfurls(self, url: str) -> bool:
        """Whether a link is one of the app's; subdomains are."""
        host = urlsplit(url).hostname or ""
        return any(host == domain or host.endswith(f".{domain}") for domain in self.unfurl_domains)

    def is_shared(self, event: Json, team: str) -> bool:
        """Whether it happened where several workspaces meet, seen from one of them."""
        channel = self._world.channel(channel_of(event) or "", team)
        return channel is not None and bool(channel.shared_with)


def subscription(event: Json) -> str:
    """What an app subscribes to in order to hear of it: messages are told apart by the kind of channel."""
    return MESSAGES[event["channel_type"]] if event["type"] == "message" else str(event["type"])


def channel_of(event: Json) -> str | None:
    """Where it happened."""
    channel = event.get("channel") or event.get("item", {}).get("channel")
    return str(channel) if channel else None
