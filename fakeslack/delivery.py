"""How Slack tells the app what happens: when it tells it, and again while that is not acknowledged."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from fakeslack.audience import Audience
from fakeslack.clock import Clock
from fakeslack.desk import Desk
from fakeslack.faults import Faults
from fakeslack.http_events import Answer, HttpEvents
from fakeslack.payloads import event_callback, event_id, url_verification
from fakeslack.socket_mode import SocketMode
from fakeslack.trying import Attempt, Kind, Retry, Transport, Trying
from fakeslack.workspace import Json, Message, World

REDELIVERED_AFTER_S = (0.0, 60.0, 300.0)
LOOK_EVERY_S = 0.05


@dataclass(slots=True, eq=False)
class Delivered:
    """Something that Slack tells the app, and what became of it; it changes while tries are still made.

    `message` is the one that a person wrote with it, `twin` the other event about the same message; `skipped` says why
    Slack does not tell the app at all (it is not subscribed, not in the channel, not installed).
    """

    kind: Kind
    payload: Json
    attempts: list[Attempt] = field(default_factory=list)
    message: Message | None = None
    twin: "Delivered | None" = None
    skipped: str | None = None
    tried: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def event_id(self) -> str | None:
        return self.payload.get("event_id")

    @property
    def event(self) -> Json:
        """The event itself; empty for what is none."""
        return dict(self.payload.get("event", {}))

    @property
    def acked(self) -> bool:
        return any(attempt.acked for attempt in self.attempts)

    @property
    def response(self) -> Json | None:
        """What came with the acknowledgement: a command's text, a view's response_action, options."""
        return next((attempt.response for attempt in self.attempts if attempt.acked), None)

    @property
    def ms(self) -> float | None:
        """The latency of the acknowledgement in real milliseconds; None if there was none."""
        return next((attempt.ms for attempt in self.attempts if attempt.acked), None)


class Delivery:
    """Everything on its way to the app, over the chosen transport; `log` has all of it in order.

    What goes wrong on the way is ordered like other faults, under "events_api", "interactive" or "slash_commands" and
    a number of times: `drop_before()` loses a try, `drop_after()` loses its acknowledgement, `delay(s)` holds it back.
    """

    def __init__(self, world: World, clock: Clock, faults: Faults, signing_secret: str) -> None:
        self.socket_mode = SocketMode(clock)
        self.http = HttpEvents(signing_secret)
        self.audience = Audience(world)
        self.log: list[Delivered] = []
        self._trying = Trying(clock, faults, self.socket_mode, self.http)
        self._world = world
        self._clock = clock
        self._tasks: set[asyncio.Task[None]] = set()
        self._desks: dict[str, Desk] = {}
        self._more = asyncio.Condition()

    def desk(self, user: str) -> Desk:
        """That of a person, however often and by whatever object they are asked to act."""
        return self._desks.setdefault(user, Desk())

    @property
    def transport(self) -> Transport:
        """How the app is told."""
        return self._trying.transport

    @transport.setter
    def transport(self, transport: Transport) -> None:
        self._trying.transport = transport

    @property
    def request_url(self) -> str | None:
        """Where the app is reached over HTTP, without the paths."""
        return self.http.request_url or None

    @request_url.setter
    def request_url(self, url: str | None) -> None:
        self.http.request_url = (url or "").rstrip("/")

    @property
    def subscriptions(self) -> set[str] | None:
        """The events that the app has subscribed to, spelt as in a manifest ("message.channels"); None is all."""
        return self.audience.subscriptions

    @subscriptions.setter
    def subscriptions(self, events: set[str] | None) -> None:
        self.audience.subscriptions = events

    # Telling

    def emit(self, event: Json, team: str, *, event_id: str | None = None) -> Delivered:
        """Schedules an event, with redelivery while it is not acknowledged. `team` is that of the installation."""
        delivered = Delivered("events_api", self.outer(event, team, event_id))
        delivered.skipped = self.audience.kept_from(event, team)
        if delivered.skipped:
            delivered.tried.set()
        else:
            self._begin(delivered)
        return delivered

    async def tell(self, event: Json, team: str) -> Delivered:
        """The same, and waits until it has been tried once: until the app has acknowledged, if it does."""
        delivered = self.emit(event, team)
        await delivered.tried.wait()
        return delivered

    async def deliver(self, kind: Kind, payload: Json) -> Delivered:
        """A payload as it is, awaiting the first try; only events are tried again."""
        delivered = Delivered(kind, payload)
        self._begin(delivered)
        await delivered.tried.wait()
        return delivered

    def duplicate(self, delivered: Delivered, times: int = 1, *, later: float = 0.0) -> None:
        """Delivers it that many times more: the same event_id, all at once, `later` seconds of the clock from now."""
        for _ in range(times):
            self._start(self._again(delivered, later))

    async def verify_url(self, challenge: str = "a challenge") -> Answer:
        """What Slack asks when the request URL is entered; HTTP only. Raises NoAnswer."""
        return await self.http.send("events_api", url_verification(challenge))

    def outer(self, event: Json, team: str, id: str | None = None) -> Json:
        """An event as the app receives it."""
        there = self._world.teams[team]
        return event_callback(
            event,
            team=team,
            enterprise=there.enterprise,
            app=there.app_id,
            bot_user=there.bot_user,
            at=self._clock.now(),
            id=id or event_id(),
            org_wide=self.audience.is_org_wide(team),
            shared=self.audience.is_shared(event, team),
        )

    # Waiting

    async def told(self, count: int) -> None:
        """Until the log has so many entries: what the app causes is under way then."""
        async with self._more:
            await self._more.wait_for(lambda: len(self.log) >= count)

    async def settled(self) -> None:
        """Until nothing is under way. What is not acknowledged takes until the last try: see `exhaust`."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def exhaust(self) -> None:
        """The same, but skips the time until each further try, and until each is given up."""
        while self._tasks:
            await asyncio.wait(self._tasks, timeout=LOOK_EVERY_S)
            await self._trying.moments.skip()

    @property
    def unacknowledged(self) -> list[Delivered]:
        """What has been tried and was not acknowledged."""
        return [one for one in self.log if one.attempts and not one.acked]

    async def close(self) -> None:
        """Gives up whatever is under way and every connection."""
        for task in [*self._tasks]:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.socket_mode.close()
        await self.http.close()

    # One delivery

    def _begin(self, delivered: Delivered) -> None:
        self.log.append(delivered)
        self._start(self._carry(delivered))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, delivered: Delivered) -> None:
        """The first try and, for events, those that follow while there is no acknowledgement."""
        async with self._more:
            self._more.notify_all()
        try:
            attempt = await self._attempt(delivered)
        finally:
            delivered.tried.set()
        pauses = REDELIVERED_AFTER_S if delivered.kind == "events_api" else ()
        for number, pause in enumerate(pauses, start=1):
            if delivered.acked or attempt.final:
                return
            await self._trying.moments.wait(pause)
            attempt = await self._attempt(delivered, (number, attempt.reason or "unknown_error"))

    async def _again(self, delivered: Delivered, later: float) -> None:
        await self._trying.moments.wait(later)
        await self._attempt(delivered)

    async def _attempt(self, delivered: Delivered, retry: Retry | None = None) -> Attempt:
        attempt = await self._trying.attempt(delivered.kind, delivered.payload, retry)
        delivered.attempts.append(attempt)
        return attempt
