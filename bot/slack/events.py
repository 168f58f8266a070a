"""Every event of Slack's that we are told of, and what it takes to be told."""

from collections.abc import Mapping

# Any one of the scopes will do; none are needed where there are none.
EVENTS: Mapping[str, tuple[str, ...]] = {
    "agent_session_stopped": ("chat:write",),
    "agent_session_title_changed": ("chat:write",),
    "app_context_changed": ("assistant:write",),
    "app_home_opened": (),
    "app_mention": ("app_mentions:read",),
    "app_uninstalled": (),
    "assistant_thread_context_changed": ("assistant:write",),
    "assistant_thread_started": ("assistant:write",),
    "entity_details_requested": (),
    "link_shared": ("links:read",),
    "member_joined_channel": ("channels:read", "groups:read"),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "message.im": ("im:history",),
    "message.mpim": ("mpim:history",),
    "tokens_revoked": (),
}

# Of links to our documents, which there are only where a browser can reach us.
OF_LINKS = frozenset({"entity_details_requested", "link_shared"})
