"""An OpenAI-compatible server of our own, real HTTP on loopback, that says what it was told to say.

    with FakeLLM(Reply.text("Godfrey Otunge commands it. [1]")) as server:
        settings = Settings(llm_base_url=server.base_url, llm_model="scripted", ...)

`FakeLLM(first, second, ...)` plays its replies in that order and then the last one again and again; a function
instead of replies, `FakeLLM(lambda received: Reply...)`, decides by what was asked and may be called from several
requests at once. A reply is made of steps, played one after the other:

    Reply.text("Two of them. [1]", tokens_per_second=50)    as models write: a few characters a chunk
    Reply.text("...", finish="length", usage=(900, 12))     usage is told only to those who ask for it
    Reply.status(429, {"Retry-After": "0"})                 no model behind it
    Reply.body(b"<html>", "text/html")                      whatever bytes, with status 200
    Reply.of(Text("So far. [1]"), stall, Text(" More. [1]"), Finish(), Done())
    Reply.of(Text("So far. [1]"), BreakOff())               the connection is cut
    Reply.of(Text("So far. [1]"))                           the stream ends in order but says nothing of an end
    Reply.of(Raw(b"data: {not json\\n\\n"), Finish(), Done())

`stall = Stall()` waits until the test calls `stall.release()`, the client leaves or the server is closed. What was
asked stands in `server.requests`, in order; `server.wait_for(n)` waits for the n-th and returns it; `received.left`
and `received.ended` are `threading.Event`s: the client went away before the end, the reply is over. In an async test
wait in a thread: `await asyncio.to_thread(received.left.wait, 10)`.

Anthropic's address is served, too; replies in its language are made by `fake_anthropic`.
"""

import asyncio
import json
import re
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Self

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.serving import listen, url_of

PATIENCE_S = 30  # a guard against hanging
LOOK_EVERY_S = 0.002


@dataclass(frozen=True, slots=True)
class Text:
    """What the model says, in one chunk."""

    text: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk as it is, to be sent as JSON: `Chunk({"choices": []})`."""

    content: Any


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes of the body."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing for so long."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Stall:
    """Nothing until it is released."""

    _released: threading.Event = field(default_factory=threading.Event)

    def release(self) -> None:
        self._released.set()

    @property
    def over(self) -> bool:
        return self._released.is_set()


@dataclass(frozen=True, slots=True)
class Finish:
    """The chunk that says why the model stopped."""

    reason: str = "stop"


@dataclass(frozen=True, slots=True)
class UsageChunk:
    """Tokens read and written; left out unless the request asks for it."""

    read: int
    written: int


@dataclass(frozen=True, slots=True)
class Done:
    """The last event of a stream."""


@dataclass(frozen=True, slots=True)
class BreakOff:
    """The connection is cut without an end."""


Step = Text | Chunk | Raw | Wait | Stall | Finish | UsageChunk | Done | BreakOff


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP response: status, headers, and what happens while its body is sent."""

    steps: tuple[Step, ...]
    code: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "text/event-stream"

    @classmethod
    def of(cls, *steps: Step) -> Self:
        """A stream of these steps and nothing else: no end unless it is one of them."""
        return cls(steps)

    @classmethod
    def text(
        cls,
        text: str,
        *,
        tokens_per_second: float | None = None,
        finish: str = "stop",
        usage: tuple[int, int] | None = None,
    ) -> Self:
        """An answer as servers stream it, to its proper end. Without a rate it comes as fast as it can be read."""
        pause = [Wait(1 / tokens_per_second)] if tokens_per_second else []
        said = [step for token in tokens(text) for step in (*pause, Text(token))]
        return cls((Chunk(_chunk({"role": "assistant", "content": ""})), *said, *_end(finish, usage)))

    @classmethod
    def status(cls, code: int, headers: Mapping[str, str] | None = None, message: str = "the message of it") -> Self:
        """A refusal, as JSON."""
        body = json.dumps({"error": {"message": message, "type": "scripted", "code": None}})
        return cls((Raw(body.encode()),), code, headers or {}, "application/json")

    @classmethod
    def body(cls, data: bytes, content_type: str) -> Self:
        """Something else altogether."""
        return cls((Raw(data),), content_type=content_type)


@dataclass(frozen=True, slots=True)
class Received:
    """A request, and what became of its reply. `sent` holds the time (perf_counter) and text of each Text."""

    body: dict[str, Any]
    headers: dict[str, str]
    left: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)
    sent: list[tuple[float, str]] = field(default_factory=list)

    @property
    def messages(self) -> list[dict[str, Any]]:
        return list(self.body["messages"])


Script = Callable[[Received], Reply]


class FakeLLM:
    """The server, from entering to leaving the context; see above."""

    def __init__(self, *replies: Reply | Script) -> None:
        self.requests: list[Received] = []
        self._replies = list(replies)
        self._news = threading.Condition()
        self._closing = threading.Event()
        self._socket = listen("127.0.0.1", 0)
        self._server = uvicorn.Server(
            uvicorn.Config(_app(self), log_config=None, access_log=False, lifespan="off", ws="none")
        )
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="fake_llm", daemon=True)

    @property
    def base_url(self) -> str:
        """For `llm_base_url`."""
        return f"{url_of(self._socket)}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._closing.set()
        self._server.should_exit = True
        self._thread.join(PATIENCE_S)
        self._socket.close()

    def wait_for(self, count: int = 1) -> Received:
        """The `count`-th request, when it has come."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.requests) >= count, PATIENCE_S), "it was never asked"
            return self.requests[count - 1]

    def reply_to(self, received: Received) -> Reply:
        """What is next, for the server's own use."""
        with self._news:
            self.requests.append(received)
            self._news.notify_all()
            reply = self._replies[0] if len(self._replies) == 1 else self._replies.pop(0)
        return reply(received) if callable(reply) else reply

    def goes_on(self, received: Received) -> bool:
        """Whether there is still somebody to talk to, for the server's own use."""
        return not (received.left.is_set() or self._closing.is_set())


def tokens(text: str) -> list[str]:
    """Pieces such as models write: at most six characters, a space only at the front."""
    return re.findall(r"\s*\S{1,6}|\s+$", text)


class _Playing:
    """An ASGI response that plays a reply and notices when the client leaves."""

    def __init__(self, server: FakeLLM, received: Received, reply: Reply) -> None:
        self._server = server
        self._received = received
        self._reply = reply

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        watching = asyncio.create_task(self._watch(receive))
        headers = {"content-type": self._reply.content_type} | dict(self._reply.headers)
        pairs = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": self._reply.code, "headers": pairs})
        try:
            async for data in self._played():
                if not self._server.goes_on(self._received):
                    return
                await send({"type": "http.response.body", "body": data, "more_body": True})
            watching.cancel()
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except ConnectionAbortedError:  # returning without an end makes the server cut the connection
            watching.cancel()
        finally:
            watching.cancel()
            self._received.ended.set()

    async def _watch(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._received.left.set()

    async def _played(self) -> AsyncIterator[bytes]:
        for step in self._reply.steps:
            match step:
                case Text(text):
                    self._received.sent.append((perf_counter(), text))
                    yield _event(_chunk({"content": text}))
                case Chunk(content):
                    yield _event(content)
                case Raw(data):
                    yield data
                case Wait(seconds):
                    await asyncio.sleep(seconds)
                case Stall():
                    await self._rest(step)
                case Finish(reason):
                    yield _event(_chunk({}, reason))
                case UsageChunk(read, written):
                    if (self._received.body.get("stream_options") or {}).get("include_usage"):
                        yield _event(_usage(read, written))
                case Done():
                    yield b"data: [DONE]\n\n"
                case BreakOff():
                    raise ConnectionAbortedError

    async def _rest(self, stall: Stall) -> None:
        while self._server.goes_on(self._received) and not stall.over:
            await asyncio.sleep(LOOK_EVERY_S)


def _app(server: FakeLLM) -> Starlette:
    async def complete(request: Request) -> Any:
        received = Received(await request.json(), dict(request.headers))
        reply = server.reply_to(received)
        streams = reply.content_type == "text/event-stream"
        if streams and not received.body.get("stream"):
            return _whole(reply)
        return _Playing(server, received, reply)

    async def models(_: Request) -> Response:
        return JSONResponse({"object": "list", "data": [{"id": "scripted", "object": "model", "owned_by": "tests"}]})

    return Starlette(
        routes=[
            Route("/v1/chat/completions", complete, methods=["POST"]),
            Route("/v1/messages", complete, methods=["POST"]),
            Route("/v1/models", models),
        ]
    )


def _whole(reply: Reply) -> Response:
    """The same answer for those who do not ask for a stream; waiting and breaking are left out."""
    text = "".join(step.text for step in reply.steps if isinstance(step, Text))
    reasons = [step.reason for step in reply.steps if isinstance(step, Finish)]
    told = [step for step in reply.steps if isinstance(step, UsageChunk)]
    message = {"role": "assistant", "content": text}
    answer = {
        "id": "chatcmpl-scripted",
        "object": "chat.completion",
        "created": 0,
        "model": "scripted",
        "choices": [{"index": 0, "message": message, "finish_reason": reasons[-1] if reasons else "stop"}],
    }
    return JSONResponse(answer | ({"usage": _usage(told[0].read, told[0].written)["usage"]} if told else {}))


def _end(finish: str, usage: tuple[int, int] | None) -> list[Step]:
    return [Finish(finish), *([UsageChunk(*usage)] if usage else []), Done()]


def _chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {
        "id": "chatcmpl-scripted",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": "scripted",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }


def _usage(read: int, written: int) -> dict[str, Any]:
    counts = {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
    return _chunk({}) | {"choices": [], "usage": counts}


def _event(content: Any) -> bytes:
    return f"data: {json.dumps(content)}\n\n".encode()
