"""One connection of Socket Mode, from the address that Slack gives for it until it ends; it is never renewed.

The SDK's own client renews by itself: it dials addresses that are no longer valid, more often than Slack allows, and
closes a connection before the next one stands.
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, ClientWebSocketResponse, WSMsgType
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.slack.errors import SlackUnreachable
from bot.slack.proxy import proxy_for

CONNECT_S = 10.0
ACKNOWLEDGE_S = 3.0  # what is not acknowledged by then Slack sends again anyway
CLOSE_S = 2.0
PING_S = 10.0
MAX_FRAME = 2**20

logger = logging.getLogger(__name__)


class SocketLine:
    """Hands what Slack sends to Bolt, and Bolt's acknowledgement back. `environment` names proxies."""

    def __init__(self, app: AsyncApp, environment: Mapping[str, str], ping_s: float = PING_S) -> None:
        self._app = app
        self._environment = environment
        self._ping_s = ping_s
        self._session: ClientSession | None = None
        self._socket: ClientWebSocketResponse | None = None
        self._greeted = asyncio.Event()
        self._reading: asyncio.Task[None] | None = None
        self._busy: set[asyncio.Task[None]] = set()
        self.ending: str | None = None  # why Slack is about to close it

    @property
    def is_open(self) -> bool:
        """Also while it is about to end; a silent Slack is noticed after one and a half pings."""
        return self._greeted.is_set() and self._socket is not None and not self._socket.closed

    async def connect(self, url: str) -> None:
        """Returns once Slack has said hello. Raises SlackUnreachable; then only `close` is left to do."""
        try:
            async with asyncio.timeout(CONNECT_S):
                self._socket = await self._dialled(url)
                self._reading = asyncio.create_task(self._read(self._socket))
                await self._greeted.wait()
        except (ClientError, OSError) as error:
            raise SlackUnreachable("Socket Mode", type(error).__name__) from error
        if self.ending or self._socket.closed:
            raise SlackUnreachable("Socket Mode", self.ending or "closed at once")

    async def close(self) -> None:
        """Closes after what has come in is acknowledged, or soon anyway. Closing twice is harmless."""
        if self._busy and self.is_open:
            await asyncio.wait(self._busy, timeout=ACKNOWLEDGE_S)
        with suppress(ClientError, OSError):
            async with asyncio.timeout(CLOSE_S):
                if self._socket is not None:
                    await self._socket.close()
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait([self._reading])
        if self._session is not None:
            await self._session.close()

    async def _dialled(self, url: str) -> ClientWebSocketResponse:
        self._session = ClientSession(timeout=ClientTimeout(total=None))
        proxy = proxy_for(url.replace("ws", "http", 1), self._environment)
        return await self._session.ws_connect(url, proxy=proxy, heartbeat=self._ping_s, max_msg_size=MAX_FRAME)

    async def _read(self, socket: ClientWebSocketResponse) -> None:
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    self._take(frame.data, socket)
        finally:
            self._greeted.set()  # nobody need wait for that any more

    def _take(self, text: str, socket: ClientWebSocketResponse) -> None:
        message = _message(text)
        if message.get("type") == "disconnect":
            self.ending = str(message.get("reason") or "for a reason that it does not give")
            self._greeted.set()
        elif message.get("type") == "hello":
            self._greeted.set()
        elif request := SocketModeRequest.from_dict(message):
            task = asyncio.create_task(self._answer(request, socket))
            self._busy.add(task)
            task.add_done_callback(self._busy.discard)

    async def _answer(self, request: SocketModeRequest, socket: ClientWebSocketResponse) -> None:
        """What is not acknowledged Slack sends again."""
        try:
            response = await run_async_bolt_app(self._app, request)
            if response.status == 200:
                await socket.send_str(json.dumps(_acknowledgement(request.envelope_id, response)))
        except (ClientError, OSError):
            logger.info("the connection to Slack ended before an acknowledgement")
        except Exception:
            logger.exception("what Slack has sent could not be dealt with")


def _message(text: str) -> dict[str, Any]:
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return message if isinstance(message, dict) else {}


def _acknowledgement(envelope_id: str, response: BoltResponse) -> dict[str, Any]:
    if not response.body:
        return {"envelope_id": envelope_id}
    kind = (response.headers.get("content-type") or [""])[0]
    is_json = kind.startswith("application/json")
    return {"envelope_id": envelope_id, "payload": json.loads(response.body) if is_json else {"text": response.body}}
