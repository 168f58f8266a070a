"""The route /response/{id}: answering an interaction where it happened."""

import asyncio
import json
from contextlib import suppress
from typing import Any

from aiohttp import web

from bot.slack.validation import check_message
from fakeslack.faults import Faults
from fakeslack.spoiling import spoilt
from fakeslack.web_api.echo import Echo
from fakeslack.workspace import RESPONSE_URL_USES, Json, Message, ResponseUrl, World

HEAD_START_S = 0.5  # in real time; an app that answers a command before it acknowledges it is kept waiting no longer
KNOWN = {
    *("text", "blocks", "attachments", "metadata", "thread_ts", "mrkdwn", "unfurl_links", "unfurl_media"),
    *("response_type", "replace_original", "delete_original"),
}


class ResponseUrls:
    """Each can be used five times within half an hour; `uses` lists what was sent to any of them."""

    def __init__(self, world: World, faults: Faults, echo: Echo, problems: list[str]) -> None:
        self.uses: list[tuple[str, Json]] = []
        self._world = world
        self._faults = faults
        self._echo = echo
        self._problems = problems

    async def handle(self, request: web.Request) -> web.Response:
        """The route; the fault's name is "response_url"."""
        id, body = request.match_info["id"], await request.read()

        async def answering() -> web.Response:
            await self._acknowledged(id)
            return self._used(id, body)

        return await spoilt(request, self._faults.take("response_url"), self._world.clock, answering)

    async def _acknowledged(self, id: str) -> None:
        """What an app acknowledges a command with stands there before what it sends at about the same time."""
        if url := self._world.response_urls.get(id):
            with suppress(TimeoutError):
                await asyncio.wait_for(url.acknowledged.wait(), HEAD_START_S)

    def _used(self, id: str, body: bytes) -> web.Response:
        url = self._world.response_urls.get(id)
        if url is None or self._world.clock.now() > url.expires_at:
            return _refused("expired_url", 404)
        if url.uses >= RESPONSE_URL_USES:
            return _refused("used_url", 404)
        payload = _object(body)
        if payload is None or (wrong := self._wrong(payload)):
            self._problems.append(f"response_url: {wrong if payload is not None else 'no object'}")
            return _refused("invalid_payload", 400)
        url.uses += 1
        self.uses.append((id, payload))
        self._respond(url, payload)
        return web.Response(text="ok")

    @staticmethod
    def _wrong(payload: Json) -> list[str]:
        unknown = [f"unknown argument: {name}" for name in payload if name not in KNOWN]
        return unknown or ([] if payload.get("delete_original") else check_message(payload))

    def _respond(self, url: ResponseUrl, payload: Json) -> None:
        original = url.message if url.message is not None and not url.message.deleted else None
        if payload.get("delete_original") and original is not None:
            self._delete(original)
        elif payload.get("replace_original") and original is not None:
            self._replace(original, payload)
        elif not payload.get("delete_original"):
            self._add(url, payload)

    def _delete(self, message: Message) -> None:
        previous = message.as_json()
        message.deleted = True
        if message.ephemeral_to is None:
            self._echo.deleted(message, previous)

    def _replace(self, message: Message, payload: Json) -> None:
        previous = message.as_json()
        message.text, message.blocks = _content(self._world, payload)
        message.edited = {"user": message.user, "ts": self._world.ts()}
        if message.ephemeral_to is None:
            self._echo.changed(message, previous)

    def _add(self, url: ResponseUrl, payload: Json) -> None:
        """For nobody else to see, unless it says otherwise; the bot need not be in the channel."""
        team = self._world.teams[url.team]
        text, blocks = _content(self._world, payload)
        public = payload.get("response_type") == "in_channel"
        author = {"team": team.id, "user": team.bot_user, "bot_id": team.bot_id, "app_id": team.app_id}
        channel = self._world.team_of(url.channel, url.team).channels[url.channel]
        message = self._world.add_message(
            channel,
            **author,
            text=text,
            blocks=blocks,
            metadata=payload.get("metadata"),
            thread_ts=payload.get("thread_ts") or url.thread_ts,
            ephemeral_to=None if public else url.user,
            response_url=url.id,
        )
        self._echo.posted(message)


def _content(world: World, payload: Json) -> tuple[str, list[Json]]:
    return payload.get("text") or "", world.with_block_ids(payload)["blocks"]


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(body)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _refused(code: str, status: int) -> web.Response:
    return web.json_response({"ok": False, "error": code}, status=status)
