"""What a bot's token can be allowed to do."""

BOT_SCOPES = frozenset(
    f"{what}:{how}"
    for what, ways in {
        "app_mentions": "read",
        "assistant": "write",
        "bookmarks": "read write",
        "calls": "read write",
        "canvases": "read write",
        "channels": "history join manage read",
        "chat": "write write.customize write.public",
        "dnd": "read",
        "emoji": "read",
        "files": "read write",
        "groups": "history read write",
        "im": "history read write",
        "links": "read write",
        "metadata.message": "read",
        "mpim": "history read write",
        "pins": "read write",
        "reactions": "read write",
        "search": "read.public read.files read.users",
        "team": "read",
        "usergroups": "read write",
        "users": "read read.email write",
        "users.profile": "read",
    }.items()
    for how in ways.split()
) | {"commands", "incoming-webhook"}

HISTORY = {"public": "channels:history", "private": "groups:history", "im": "im:history", "mpim": "mpim:history"}
READ = {"public": "channels:read", "private": "groups:read", "im": "im:read", "mpim": "mpim:read"}
