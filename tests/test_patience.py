"""Bodies that come and answers that are taken too slowly: they must not keep everybody else out."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI, Request
from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from bot.http.patience import Patience
from bot.http.problems import install_problems
from bot.http.templates import Templates


class Body:
    """Comes piece by piece; after the last one there is more to come, which never does."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = list(pieces)

    async def __call__(self) -> Message:
        if not self._pieces:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": self._pieces.pop(0), "more_body": True}


def patient(patience_s: float, slowest: float = 1e9) -> FastAPI:
    app = FastAPI()

    @app.post("/read")
    async def read(request: Request) -> int:
        return len(await request.body())

    @app.post("/json")
    async def read_by_the_framework(body: dict[str, str]) -> int:
        return len(body)

    @app.post("/wrapped")
    async def read_in_a_group(request: Request) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(request.body())

    @app.post("/ignore")
    async def ignore() -> StreamingResponse:
        async def told() -> AsyncIterator[bytes]:
            yield b"begun"
            await asyncio.Event().wait()

        return StreamingResponse(told())

    app.add_middleware(Patience, patience_s=patience_s, slowest=slowest)
    install_problems(app, Templates())
    return app


async def posted(app: FastAPI, path: str, body: Body) -> list[Message]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": []}
    await app(scope, body, send)
    return sent


@pytest.mark.parametrize("path", ["/read", "/json", "/wrapped"])
@pytest.mark.parametrize("pieces", [(), (b"half", b" of it")])
async def test_a_body_that_stops_coming_is_given_up(path: str, pieces: tuple[bytes, ...]) -> None:
    """Whatever those who read it make of that."""
    begun, end = await posted(patient(0.02), path, Body(*pieces))
    assert begun["status"] == 408
    assert (b"connection", b"close") in begun["headers"]
    assert b"the body came too slowly" in end["body"]


async def test_what_comes_earns_time() -> None:
    """A large document takes as long as its sender's line needs."""
    large = Body(*[b"x" * 1000] * 5)
    reading = asyncio.ensure_future(posted(patient(0.02, slowest=5), "/read", large))
    done, _ = await asyncio.wait({reading}, timeout=0.2)
    assert not done
    reading.cancel()


async def test_whoever_was_answered_before_the_body_came_is_taken_for_gone() -> None:
    """It is too late to say anything else."""
    begun, *_ = await asyncio.wait_for(posted(patient(0.02), "/ignore", Body()), 5)
    assert begun["status"] == 200


async def test_a_whole_body_may_wait_for_its_answer() -> None:
    """Only the body is waited for impatiently."""
    app = patient(0.02)

    @app.post("/slow")
    async def slow(request: Request) -> bool:
        await request.body()
        waiting = asyncio.ensure_future(request.receive())
        done, _ = await asyncio.wait({waiting}, timeout=0.2)
        waiting.cancel()
        return not done

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://kb.example") as client:
        assert (await client.post("/slow", json={})).json() is True


class Reader:
    """Takes so many pieces of an answer, and then no more."""

    def __init__(self, pieces: int) -> None:
        self.left = pieces

    async def __call__(self, message: Message) -> None:
        if not self.left:
            await asyncio.Event().wait()
        self.left -= 1


async def endless(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    async with asyncio.TaskGroup() as group:
        group.create_task(told_for_ever(send))


async def told_for_ever(send: Send) -> None:
    while True:
        await send({"type": "http.response.body", "body": b"x" * 1000, "more_body": True})


@pytest.mark.parametrize("taken", [0, 1, 3])
async def test_an_answer_that_is_not_taken_is_given_up(taken: int) -> None:
    """Whoever asks for a file and does not read it would have their place for ever."""
    reader = Reader(taken)
    impatient = Patience(endless, patience_s=0.02, slowest=1e9)
    await asyncio.wait_for(impatient({"type": "http"}, Body(), reader), 5)
    assert reader.left == 0


async def test_a_piece_of_an_answer_has_the_time_that_the_one_before_needs() -> None:
    """On the slowest line that there may be."""
    taking = asyncio.ensure_future(Patience(endless, patience_s=0.02, slowest=500)({"type": "http"}, Body(), Reader(2)))
    done, _ = await asyncio.wait({taking}, timeout=0.2)
    assert not done
    taking.cancel()


async def test_an_error_of_the_application_is_its_own() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await Patience(broken)({"type": "http"}, Body(), Reader(0))
