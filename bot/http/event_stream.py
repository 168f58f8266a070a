"""An answer over HTTP while it is being made: server-sent events, ended by whoever leaves."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import aclosing
from typing import Any, Protocol, Self

import anyio
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from bot.answer_json import json_text
from bot.errors import AnsweringProblem, ServerStopping
from bot.event_json import event_json
from bot.events import Event
from bot.http.problems import Problem, problem_of, unexpected_problem
from index.errors import IndexProblem

HEARTBEAT_S = 15.0  # below the idle limits of common proxies
SHUTDOWN_GRACE_S = 0.5  # its end is noticed within another 0.5 s; the server as a whole waits 1 s
SEPARATOR = "\n"


class Telling(Protocol):
    """How clients are told of an answer: asked for each of its events in order, the last of them the answer itself.

    A problem ends the stream.
    """

    def event(self, event: Event) -> Iterable[ServerSentEvent]: ...

    def problem(self, problem: Problem) -> Iterable[ServerSentEvent]: ...


class PlainTelling:
    """Each event as its own JSON, under its own name; relative URLs are put below the base."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url

    def event(self, event: Event) -> Iterable[ServerSentEvent]:
        name, value = event_json(event, self._base_url)
        return [sent_event(value, name)]

    def problem(self, problem: Problem) -> Iterable[ServerSentEvent]:
        return [sent_event(problem.json, "error")]


def sent_event(value: Any, name: str | None = None) -> ServerSentEvent:
    """As one line of JSON, which no text in it can break. Raises ValueError for what JSON cannot say."""
    return ServerSentEvent(json_text(value), event=name, sep=SEPARATOR)


class EventStream(EventSourceResponse):
    """Sends the events of one answer. Whatever ends the response, a client that leaves included, ends the work.

    The work is a task of its own: the response is torn down in a scope that cancels every await again and again,
    and the work could not clean up there.
    """

    def __init__(
        self, request: Request, first: Event, events: AsyncGenerator[Event, None], telling: Telling, heartbeat_s: float
    ) -> None:
        self._request = request
        self._first = first
        self._events = events
        self._telling = telling
        self._made: asyncio.Queue[ServerSentEvent | None] = asyncio.Queue()  # as many as an answer has, no more
        self._stopping = anyio.Event()
        super().__init__(
            self._until_the_end(),
            ping=heartbeat_s,
            sep=SEPARATOR,
            shutdown_event=self._stopping,
            shutdown_grace_period=SHUTDOWN_GRACE_S,
        )

    @classmethod
    async def begun(
        cls, request: Request, events: AsyncGenerator[Event, None], telling: Telling, heartbeat_s: float
    ) -> Self:
        """With the first event made: what is wrong with the question is raised here, before anything is sent."""
        return cls(request, await anext(events), events, telling, heartbeat_s)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        tasks = asyncio.create_task(self._make()), asyncio.create_task(self._stop())
        try:
            await super().__call__(scope, receive, send)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    async def _make(self) -> None:
        try:
            async with aclosing(self._events):
                self._put(self._telling.event(self._first))
                async for event in self._events:
                    self._put(self._telling.event(event))
        except (AnsweringProblem, IndexProblem) as error:
            self._put(self._telling.problem(problem_of(error)))
        except Exception as error:  # noqa: BLE001 # it is logged
            self._put(self._telling.problem(unexpected_problem(self._request, error)))
        finally:
            self._made.put_nowait(None)

    async def _stop(self) -> None:
        """Whoever listens is told that the server ends: a connection that just breaks says nothing."""
        await self._stopping.wait()
        self._put(self._telling.problem(problem_of(ServerStopping("the server is being stopped; ask again"))))
        self._made.put_nowait(None)

    def _put(self, made: Iterable[ServerSentEvent]) -> None:
        for one in made:
            self._made.put_nowait(one)

    async def _until_the_end(self) -> AsyncIterator[ServerSentEvent]:
        while event := await self._made.get():
            yield event
