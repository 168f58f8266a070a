"""Every method of Slack's Web API that is called: how often that is allowed, and what it takes."""

from collections.abc import Mapping
from dataclasses import dataclass

TIER_1, TIER_2, TIER_3, TIER_4 = 1, 20, 50, 100
# Slack publishes no figure for these; each stands for "several hundred".
SPECIAL = 300

# Whoever may read a conversation needs the scope of its kind, so an app that goes everywhere needs all of them.
HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
READ = ("channels:read", "groups:read", "im:read", "mpim:read")
# Fewer than tier 2 allows: each takes a stop as well, and so do those of a process that has died.
STREAMS = 16


@dataclass(frozen=True, slots=True)
class Method:
    """`per_minute` calls are accepted in each workspace; a token needs one of `scopes`, or none if there are none.

    `repeatable` says that a second call does no harm if the first was carried out without an answer.
    """

    per_minute: int
    scopes: tuple[str, ...] = ()
    repeatable: bool = True


METHODS: Mapping[str, Method] = {
    "agents.sessions.setStatus": Method(TIER_3, ("chat:write",)),
    "apps.connections.open": Method(TIER_1),
    "assistant.threads.setStatus": Method(SPECIAL, ("chat:write", "assistant:write")),
    "assistant.threads.setSuggestedPrompts": Method(TIER_3, ("assistant:write",)),
    "auth.test": Method(SPECIAL),
    "chat.appendStream": Method(TIER_4, ("chat:write",), repeatable=False),
    "chat.delete": Method(TIER_3, ("chat:write",)),
    "chat.postEphemeral": Method(TIER_4, ("chat:write",), repeatable=False),
    "chat.postMessage": Method(SPECIAL, ("chat:write",), repeatable=False),
    "chat.startStream": Method(STREAMS, ("chat:write",), repeatable=False),
    "chat.stopStream": Method(TIER_2, ("chat:write",)),
    "chat.unfurl": Method(TIER_3, ("links:write",)),
    "chat.update": Method(TIER_3, ("chat:write",)),
    "conversations.info": Method(TIER_3, READ),
    "conversations.open": Method(TIER_3, ("im:write",)),
    "conversations.replies": Method(TIER_3, HISTORY),
    "entity.presentDetails": Method(TIER_3),
    "oauth.v2.access": Method(TIER_4),
    "reactions.add": Method(TIER_3, ("reactions:write",)),
    "reactions.remove": Method(TIER_2, ("reactions:write",)),
    "views.open": Method(TIER_4),
    "views.publish": Method(TIER_4),
    "views.update": Method(TIER_4),
}
