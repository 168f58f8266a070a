"""Every method there is."""

from fakeslack.web_api import (
    agents,
    apps,
    assistant,
    auth,
    chat,
    conversations,
    entity,
    files,
    oauth,
    reactions,
    streams,
    users,
    views,
)
from fakeslack.web_api.method import Method

FAMILIES = (agents, apps, assistant, auth, chat, conversations, entity, files, oauth, reactions, streams, users, views)


def all_methods() -> dict[str, Method]:
    """By name."""
    return {method.name: method for family in FAMILIES for method in family.methods()}
