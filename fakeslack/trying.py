"""One try to tell the app something, over either transport: it counts if the app acknowledges within three seconds."""

import asyncio
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

from fakeslack.clock import Clock
from fakeslack.faults import Fault, Faults
from fakeslack.http_events import Answer, HttpEvents, NoAnswer
from fakeslack.socket_mode import Ack, NoConnection, SocketMode
from fakeslack.workspace import Json

Kind = Literal["events_api", "interactive", "slash_commands"]
Transport = Literal["socket", "http"]
Retry = tuple[int, str]
Answered = TypeVar("Answered")

ACK_S = 3.0
GRACE_S = 0.5  # an app gets at least so much real time: skipping time must not look like a slow app
JUST_AFTER_S = 0.001  # sleeping begins a little later than it is announced
TIMEOUTS = {"socket": "timeout", "http": "http_timeout"}


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try that is over: begun `at` (the stand-in's clock), and it took `ms` real milliseconds.

    `reason` is Slack's word for why it does not count; `status` is that of HTTP. A `final` one is a failure after
    which the app wants no other try. `response` is what came with the acknowledgement.
    """

    at: float
    ms: float
    acked: bool
    reason: str | None = None
    status: int | None = None
    final: bool = False
    response: Json | None = None


class Moments:
    """What is waited for, so that a test can skip to the next of these moments."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._due: dict[object, float] = {}

    @contextmanager
    def expecting(self, seconds: float) -> Iterator[None]:
        key = object()
        self._due[key] = self._clock.now() + seconds
        try:
            yield
        finally:
            del self._due[key]

    async def wait(self, seconds: float) -> None:
        """Sleeps on the clock; nothing at all if there is nothing to wait for."""
        if seconds > 0:
            with self.expecting(seconds):
                await self._clock.sleep(seconds)

    async def skip(self) -> None:
        """Moves time past the next moment, if there is one; who oversleeps is woken by that, too."""
        if self._due:
            left = min(self._due.values()) - self._clock.now()
            await self._clock.advance(max(0.0, left) + JUST_AFTER_S)


class Trying:
    """Makes tries. `transport` may change at any time."""

    def __init__(self, clock: Clock, faults: Faults, socket_mode: SocketMode, http: HttpEvents) -> None:
        self.transport: Transport = "socket"
        self.moments = Moments(clock)
        self._clock = clock
        self._faults = faults
        self._socket_mode = socket_mode
        self._http = http

    async def attempt(self, kind: Kind, payload: Json, retry: Retry | None = None) -> Attempt:
        """Never raises for what the app does or leaves undone."""
        faults = self._faults_of(kind)
        await self.moments.wait(sum(float(fault.value) for fault in faults if fault.kind == "delay"))
        at, begun = self._clock.now(), time.perf_counter()
        lost = [fault.processed for fault in faults if fault.kind == "drop"]
        attempt = self._timeout() if False in lost else await self._asked(kind, payload, retry)
        attempt = self._timeout() if lost else attempt
        return replace(attempt, at=at, ms=attempt.ms or (time.perf_counter() - begun) * 1000)

    def _faults_of(self, kind: Kind) -> tuple[Fault, ...]:
        """Only those that are ordered for deliveries: an outage of the Web API concerns none."""
        ordered = any(method == kind for method, _ in self._faults.outstanding)
        return self._faults.take(kind) if ordered else ()

    async def _asked(self, kind: Kind, payload: Json, retry: Retry | None) -> Attempt:
        try:
            if self.transport == "socket":
                return _by_socket(await self._in_time(self._socket_mode.send(kind, payload, retry)))
            return _by_http(await self._in_time(self._http.send(kind, payload, retry)))
        except TimeoutError:
            return self._timeout()
        except NoConnection:
            return Attempt(0, 0, acked=False, reason="connection_failed")
        except NoAnswer as failed:
            return Attempt(0, 0, acked=False, reason=str(failed))

    def _timeout(self) -> Attempt:
        return Attempt(0, 0, acked=False, reason=TIMEOUTS[self.transport])

    async def _in_time(self, work: Coroutine[Any, Any, Answered]) -> Answered:
        """What the work returns; TimeoutError once three seconds of the clock, and some real time, have passed."""
        asked = asyncio.ensure_future(work)
        patience = asyncio.ensure_future(self._patience())
        try:
            await asyncio.wait({asked, patience}, return_when=asyncio.FIRST_COMPLETED)
            if not asked.done():
                raise TimeoutError
            return asked.result()
        finally:
            asked.cancel()
            patience.cancel()

    async def _patience(self) -> None:
        begun = time.perf_counter()
        await self.moments.wait(ACK_S)
        await asyncio.sleep(GRACE_S - (time.perf_counter() - begun))


def _by_socket(ack: Ack) -> Attempt:
    return Attempt(0, ack.ms, acked=True, response=ack.payload)


def _by_http(answer: Answer) -> Attempt:
    if answer.is_success:
        return Attempt(0, answer.ms, acked=True, status=answer.status, response=answer.payload)
    final = answer.headers.get("x-slack-no-retry") == "1"
    return Attempt(0, answer.ms, acked=False, reason="http_error", status=answer.status, final=final)
