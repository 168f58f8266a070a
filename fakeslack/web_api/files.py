"""files.*: what files are, and the two steps of an upload."""

from fakeslack.tiers import TIER_4
from fakeslack.web_api.caller import Caller
from fakeslack.web_api.chat import add
from fakeslack.web_api.method import Method
from fakeslack.web_api.refusal import Refusal
from fakeslack.workspace import File, Json


def info(caller: Caller) -> Json:
    return {"ok": True, "file": _file(caller, caller.arguments["file"]).as_json(), "comments": []}


def _file(caller: Caller, file_id: str) -> File:
    file = caller.world.files.get(file_id)
    if file is None or not caller.reaches(caller.world.teams[file.team]):
        raise Refusal("file_not_found")
    return file


def upload_url(caller: Caller) -> Json:
    """Where to send the bytes; nobody sees the file before it is completed."""
    if caller.arguments["length"] < 1:
        raise Refusal("invalid_arguments")
    team = caller.team
    file = caller.world.add_file(team.id, team.bot_user, caller.arguments["filename"], b"")
    file.size = caller.arguments["length"]
    return {"ok": True, "upload_url": f"{caller.world.url}/upload/{file.id}", "file_id": file.id}


def complete_upload(caller: Caller) -> Json:
    """Shows the files in a channel, if one is named."""
    ids = [one.get("id") if isinstance(one, dict) else None for one in caller.arguments["files"]]
    files = [_file(caller, str(one)).as_json() for one in ids]
    if named := caller.get("channel_id"):
        channel = caller.joined(named)
        thread = caller.thread(channel, caller.get("thread_ts"))
        text = caller.get("initial_comment", "")
        message = add(caller, channel, text=text, thread_ts=thread, files=files, subtype="file_share")
        caller.world.clear_status(channel.id, message.thread)
        caller.slack.echo.posted(message)
    return {"ok": True, "files": files}


def methods() -> tuple[Method, ...]:
    write = ("files:write",)
    size, shown = "alt_txt snippet_type", "channel_id channels initial_comment thread_ts"
    return (
        Method("files.info", info, "file", "count cursor limit page", ("files:read",), TIER_4),
        Method("files.getUploadURLExternal", upload_url, "filename length", size, write, TIER_4),
        Method("files.completeUploadExternal", complete_upload, "files", shown, write, TIER_4),
    )
