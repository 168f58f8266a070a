"""Socket Mode: websockets that apps open to hear from Slack.

An app that may open one gets a ticket, connects, is greeted and then receives envelopes, each over one of its
connections in turn. It acknowledges an envelope by its id; an acknowledgement may carry a response.
"""

import asyncio
import json
import secrets
import time
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from fakeslack.clock import Clock
from fakeslack.workspace import Json

MOST_CONNECTIONS = 10
CLOSED_AFTER_S = 10.0  # a connection that is to be replaced stays open so long
HOST = "applink-fake-1"


class NoConnection(Exception):
    """No app is connected, or the connection was lost before it acknowledged."""


class SocketModeOff(Exception):
    """The app's Socket Mode has been switched off: no more connections."""


@dataclass(frozen=True, slots=True)
class Ack:
    """An acknowledgement: `payload` is the response that came with it, `ms` its latency in real milliseconds."""

    payload: Json | None
    ms: float


@dataclass(slots=True, eq=False)
class Connection:
    """One open websocket. A `silent` one is half open: nothing passes in either direction, and nobody is told."""

    id: int
    app_token: str
    socket: web.WebSocketResponse
    request: web.Request
    closing: bool = False
    silent: bool = False
    waiting: dict[str, asyncio.Future[Json | None]] = field(default_factory=dict)
    delivered: int = 0

    async def send(self, frame: Json) -> None:
        if not self.silent:
            await self.socket.send_str(json.dumps(frame))

    def acknowledge(self, frame: Json) -> None:
        """Settles the envelope that the frame names; who acknowledges twice, or anything else, is not heard."""
        waiting = self.waiting.get(str(frame.get("envelope_id")))
        if waiting is not None and not waiting.done():
            payload = frame.get("payload")
            waiting.set_result(payload if isinstance(payload, dict) else None)

    def lose(self) -> None:
        """Nothing that is not acknowledged yet will be."""
        for waiting in self.waiting.values():
            if not waiting.done():
                waiting.set_exception(NoConnection("the connection was closed"))


class SocketMode:
    """All connections of the app. `base_url` is the server's own, once it listens."""

    def __init__(self, clock: Clock, app_id: str = "A1") -> None:
        self.base_url = ""
        self.enabled = True
        self.opened = 0  # connections so far: a test counts reconnects by it
        self._clock = clock
        self._app_id = app_id
        self._tickets: dict[str, str] = {}  # and the app-level token that each was given for
        self._connections: list[Connection] = []
        self._turn = 0
        self._silent = False
        self._arrivals = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()

    # Connecting

    def open_ticket(self, app_token: str) -> str:
        """The URL that a connection is opened with, once. Raises SocketModeOff after `link_disabled`."""
        if not self.enabled:
            raise SocketModeOff("Socket Mode is not turned on.")
        ticket = secrets.token_hex(16)
        self._tickets[ticket] = app_token
        return f"{self.base_url.replace('http', 'ws', 1)}/ws?ticket={ticket}&app_id={self._app_id}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """The route /ws."""
        app_token = self._tickets.pop(request.query.get("ticket", ""), None)
        if app_token is None:
            return web.Response(status=401, text="invalid ticket")
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        if len(self.connections) >= MOST_CONNECTIONS:
            await self._refuse(socket)
            return socket
        await self._serve(await self._greet(socket, request, app_token))
        return socket

    async def _greet(self, socket: web.WebSocketResponse, request: web.Request, app_token: str) -> Connection:
        self.opened += 1
        connection = Connection(self.opened, app_token, socket, request, silent=self._silent)
        await connection.send(self._hello(len(self.connections) + 1))
        self._connections.append(connection)
        async with self._arrivals:
            self._arrivals.notify_all()
        return connection

    def _hello(self, number: int) -> Json:
        debug = {"host": HOST, "build_number": 1, "approximate_connection_time": 18060}
        return {
            "type": "hello",
            "num_connections": number,
            "debug_info": debug,
            "connection_info": {"app_id": self._app_id},
        }

    @staticmethod
    async def _refuse(socket: web.WebSocketResponse) -> None:
        await socket.send_str(json.dumps(_disconnect("too_many_websockets")))
        await socket.close()

    async def _serve(self, connection: Connection) -> None:
        try:
            async for frame in connection.socket:
                await self._receive(connection, frame.type, frame.data)
        finally:
            connection.lose()
            self._connections.remove(connection)

    async def _receive(self, connection: Connection, kind: WSMsgType, data: object) -> None:
        if connection.silent:
            return
        if kind is WSMsgType.PING and isinstance(data, bytes | bytearray):
            await connection.socket.pong(bytes(data))
        elif kind is WSMsgType.TEXT and isinstance(data, str):
            frame = json.loads(data)
            connection.acknowledge(frame if isinstance(frame, dict) else {})

    # Delivering

    @property
    def connections(self) -> list[Connection]:
        """Those that are open and not about to be replaced."""
        return [one for one in self._connections if not one.closing]

    async def wait_opened(self, count: int = 1) -> None:
        """Until so many connections have been opened since the beginning, and one is open."""
        async with self._arrivals:
            await self._arrivals.wait_for(lambda: self.opened >= count and bool(self.connections))

    def next_connection(self) -> Connection:
        """Whose turn it is. Raises NoConnection if no app is connected."""
        if not self.connections:
            raise NoConnection("no connection is open")
        self._turn += 1
        return self.connections[self._turn % len(self.connections)]

    async def send(self, kind: str, payload: Json, retry: tuple[int, str] | None = None) -> Ack:
        """One envelope to one connection; returns with its acknowledgement, however late that comes.

        Raises NoConnection if there is no connection or it is closed before. Cancelling it gives the envelope up.
        """
        connection = self.next_connection()
        envelope = _envelope(kind, payload, retry)
        acknowledged: asyncio.Future[Json | None] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope["envelope_id"]] = acknowledged
        connection.delivered += 1
        try:
            return await self._exchange(connection, envelope, acknowledged)
        finally:
            del connection.waiting[envelope["envelope_id"]]

    @staticmethod
    async def _exchange(connection: Connection, envelope: Json, acknowledged: asyncio.Future[Json | None]) -> Ack:
        begun = time.perf_counter()
        try:
            await connection.send(envelope)
        except ConnectionError as broken:
            raise NoConnection("the connection is broken") from broken
        payload = await acknowledged
        return Ack(payload, (time.perf_counter() - begun) * 1000)

    # Disconnecting

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Tells every connection to go: `warning`, `refresh_requested`, `too_many_websockets`, `link_disabled`.

        After a warning it goes on as before. Otherwise it gets nothing more, and is closed: at once if there are too
        many or Socket Mode is off, else some seconds later, so that what is under way can be acknowledged.
        """
        self.enabled = self.enabled and reason != "link_disabled"
        for connection in self.connections:
            connection.closing = reason != "warning"
            await connection.send(_disconnect(reason))
            if connection.closing:
                self._close_soon(connection, CLOSED_AFTER_S if reason == "refresh_requested" else 0)

    def _close_soon(self, connection: Connection, seconds: float) -> None:
        task = asyncio.create_task(self._close(connection, seconds))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _close(self, connection: Connection, seconds: float) -> None:
        if seconds:
            await self._clock.sleep(seconds)
        await connection.socket.close()

    async def drop(self) -> None:
        """Every connection breaks without a closing frame."""
        for connection in [*self._connections]:
            connection.closing = True
            if connection.request.transport is not None:
                connection.request.transport.abort()

    def half_open(self) -> None:
        """The present connections fall silent; those opened later work."""
        for connection in self._connections:
            connection.silent = True

    @property
    def silent(self) -> bool:
        """Whether nothing passes over any connection, present or future; pings are not answered."""
        return self._silent

    @silent.setter
    def silent(self, silent: bool) -> None:
        self._silent = silent
        for connection in self._connections:
            connection.silent = silent

    async def close(self) -> None:
        """Ends everything: part of the server's shutdown."""
        for task in [*self._tasks]:
            task.cancel()
        for connection in [*self._connections]:
            connection.closing = True
            await connection.socket.close()


def _envelope(kind: str, payload: Json, retry: tuple[int, str] | None) -> Json:
    envelope = {
        "envelope_id": secrets.token_hex(16),
        "payload": payload,
        "type": kind,
        "accepts_response_payload": kind != "events_api",
    }
    if kind != "events_api":
        return envelope
    attempt, reason = retry or (0, "")  # even the first attempt says so
    return {**envelope, "retry_attempt": attempt, "retry_reason": reason}


def _disconnect(reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": HOST}}
