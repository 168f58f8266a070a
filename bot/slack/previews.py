"""Links to our own pages of documents: a preview that tells a channel no more than it may know."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from bot.errors import DocumentNotFound
from bot.scope import Scope
from bot.slack.caller import Caller
from bot.slack.channels import ALONE, Channels
from bot.slack.ports import Answering, Api
from bot.slack.preview_blocks import details_of, preview_of
from index.document import Document

Event = Mapping[str, Any]
PATH = "/documents/"
COMPOSER = "composer"
LINKS = 10  # of a message, that are looked at: each is a document to be read


class Previews:
    """`base_url` is where our pages are; without one there is nothing to preview.

    Everybody in the channel sees a preview, so it holds the title alone. The details are for the person who opens
    them, by the rules for direct messages.
    """

    def __init__(
        self,
        api: Api,
        answering: Answering,
        channels: Channels,
        base_url: str | None,
    ) -> None:
        self._api = api
        self._answering = answering
        self._channels = channels
        self._base_url = base_url

    async def unfurl(self, event: Event, caller: Caller) -> None:
        """`link_shared`: links to documents that the channel may not ask about stay as they are.

        Slack also tells of a link while somebody is writing. No channel is known then, and the preview would go along
        into any; it tells of it again when the message is sent.
        """
        channel = str(event.get("channel") or "")
        if event.get("source") == COMPOSER or not channel:
            return
        scope = self._channels.of(channel).scope
        previews = {}
        for link in (event.get("links") or ())[:LINKS]:
            url = str(link.get("url") or "")
            document = await self._document(url, scope)
            if document:
                previews[url] = {"blocks": preview_of(document, url)}
        if previews:
            await self._api.call(
                caller.team,
                "chat.unfurl",
                enterprise=caller.enterprise,
                unfurls=previews,
                **_target(event, channel),
            )

    async def details(self, event: Event, caller: Caller) -> None:
        """`entity_details_requested`: what this person may see of the document."""
        url = str(event.get("entity_url") or event.get("app_unfurl_url") or "")
        alone = self._channels.of(ALONE)
        document = await self._document(url, alone.scope)
        shown = (
            {"metadata": details_of(document, url, _span(url, len(document.text)))}
            if document
            else {"error": {"status": "restricted", "custom_message": alone.words.document_unavailable}}
        )
        await self._api.call(
            caller.team,
            "entity.presentDetails",
            enterprise=caller.enterprise,
            trigger_id=event["trigger_id"],
            **shown,
        )

    async def _document(self, url: str, scope: Scope) -> Document | None:
        if not self._base_url or not url.startswith(self._base_url.rstrip("/") + PATH):
            return None
        id = unquote(urlsplit(url).path.partition(PATH)[2])
        try:
            return await self._answering.document(id, scope=scope)
        except DocumentNotFound:
            return None


def _target(event: Event, channel: str) -> dict[str, Any]:
    if event.get("unfurl_id"):
        return {"unfurl_id": event["unfurl_id"], "source": event.get("source", "conversations_history")}
    return {"channel": channel, "ts": event["message_ts"]}


def _span(url: str, length: int) -> tuple[int, int]:
    """The quote that a link points at; nothing if it points at none that is there."""
    query = parse_qs(urlsplit(url).query)
    try:
        start, end = int(query["start"][0]), int(query["end"][0])
    except (KeyError, ValueError):
        return 0, 0
    return (start, end) if 0 <= start <= end <= length else (0, 0)
