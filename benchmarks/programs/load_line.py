"""One client's connection to the server: times what it sends, and looks at everything that comes back."""

import asyncio
import json
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import aiohttp
from load_border import Border
from load_tally import Tally

EVENTS = "text/event-stream"
REQUEST_LIMIT_S = 60


@dataclass(frozen=True, slots=True)
class Reply:
    """`content` is the body as JSON, None if it is none, and of a stream the answer; it was asked for at `sent_at`."""

    status: int
    text: str
    content: Any
    sent_at: float


@dataclass(frozen=True, slots=True)
class Line:
    """Errors are counted, not raised: then there is no reply."""

    session: aiohttp.ClientSession
    border: Border
    tally: Tally

    async def send(
        self, kind: str, method: str, path: str, expected: Collection[int] = (200,), **parts: Any
    ) -> Reply | None:
        started = perf_counter()
        try:
            async with self.session.request(method, path, **parts) as response:
                text, status = await response.text(), response.status
        except (aiohttp.ClientError, TimeoutError) as error:
            self.tally.count("errors", f"{kind}: {error!r}")
            return None
        content = json.loads(text) if response.content_type.endswith("json") else None
        return self._seen(kind, Reply(status, text, content, started), expected)

    async def ask(self, question: str) -> Reply | None:
        return await self.send("ask", "POST", "/ask", json={"question": question})

    async def ask_and_listen(self, question: str) -> Reply | None:
        """The answer that ends the stream of events."""
        started = perf_counter()
        try:
            async with self._stream(question) as response:
                status = response.status
                events = [line.decode() async for line in response.content]
        except (aiohttp.ClientError, TimeoutError) as error:
            self.tally.count("errors", f"ask, streamed: {error!r}")
            return None
        text = "".join(events)
        if status != 200 or "event: done" not in text:
            self.tally.count("throttled" if status == 429 else "errors", f"ask, streamed: {status} {text[-500:]}")
            return None
        data = [json.loads(line.removeprefix("data: ")) for line in events if line.startswith("data: ")]
        self._look("ask, streamed", text, data)
        return self._seen("ask, streamed", Reply(status, text, data[-1], started), (200,))

    async def ask_and_leave(self, question: str, events: int) -> None:
        """In the middle of the stream, after so many lines; or, without any, before anything is said."""
        try:
            async with asyncio.timeout(None if events else 0.03):
                async with self._stream(question) as response:
                    async for _ in _first(response, events):
                        pass
                    response.close()
        except TimeoutError:
            pass
        except aiohttp.ClientError as error:
            self.tally.count("errors", f"ask and leave: {error!r}")
        self.tally.count("left in the middle")

    def _stream(self, question: str) -> Any:
        return self.session.post("/ask", json={"question": question}, headers={"Accept": EVENTS})

    def _seen(self, kind: str, reply: Reply, expected: Collection[int]) -> Reply | None:
        self._look(kind, reply.text, reply.content)
        if reply.status not in expected:
            self.tally.count("throttled" if reply.status == 429 else "errors", f"{kind}: {reply.status} {reply.text}")
            return None
        self.tally.milliseconds[kind].append((perf_counter() - reply.sent_at) * 1000)
        return reply

    def _look(self, kind: str, text: str, content: Any) -> None:
        if foreign := self.border.foreign(text, content):
            self.tally.count("foreign", f"{kind}, {self.border.globs}: {foreign} in {text}")


async def _first(response: aiohttp.ClientResponse, count: int) -> AsyncIterator[bytes]:
    while count > 0 and (line := await response.content.readline()):
        count -= 1
        yield line
