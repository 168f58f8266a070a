"""Work for a client that is waiting: what it gets, and what happens when it leaves."""

import asyncio
import http.client
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

from bot.errors import ServerStopping
from bot.http.presence import while_present
from tests.fake_llm import FakeLLM, Reply, Stall, Text
from tests.footnote_process import Server, serving

QUESTION = "Who commands the security mission in Haiti?"
SENTENCE = "Godfrey Otunge commands the security mission in Haiti."
PATIENCE_S = 30  # a guard against hanging
PIECE = {"type": "http.request", "body": b"", "more_body": False}
LEFT = {"type": "http.disconnect"}


class Work:
    """Goes on until it is told to end; cleaning up takes it more than one turn of the loop."""

    def __init__(self) -> None:
        self.begun, self.end = asyncio.Event(), asyncio.Event()
        self.cleaned_up = False

    async def __call__(self) -> str:
        try:
            self.begun.set()
            await self.end.wait()
            return "done"
        finally:
            for _ in range(5):
                await asyncio.sleep(0)
            self.cleaned_up = True


@pytest.fixture
def messages() -> "asyncio.Queue[Message]":
    """What the server says of the client."""
    return asyncio.Queue()


@pytest.fixture
def request_(messages: "asyncio.Queue[Message]") -> Request:
    return Request({"type": "http"}, messages.get)


async def test_who_stays_gets_the_result(request_: Request) -> None:
    """As if there were nothing between."""
    work = Work()
    work.end.set()
    assert await while_present(request_, work()) == "done"


async def test_an_error_is_raised_as_it_is(request_: Request) -> None:
    """It has its own response."""

    async def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await while_present(request_, fail())


async def test_who_leaves_ends_the_work(request_: Request, messages: "asyncio.Queue[Message]") -> None:
    """It has cleaned up by the time the client's absence is told."""
    work = Work()
    messages.put_nowait(LEFT)
    with pytest.raises(ClientDisconnect):
        await while_present(request_, work())
    assert work.cleaned_up


async def test_an_empty_piece_of_the_body_is_no_leaving(request_: Request, messages: "asyncio.Queue[Message]") -> None:
    """Servers are free to send one more."""
    work = Work()
    messages.put_nowait(PIECE)
    waiting = asyncio.create_task(while_present(request_, work()))
    await work.begun.wait()
    work.end.set()
    assert await waiting == "done"
    assert messages.empty()


async def test_a_server_that_stops_ends_the_work(request_: Request) -> None:
    """It cancels the request, and the work with it."""
    work = Work()
    waiting = asyncio.create_task(while_present(request_, work()))
    await work.begun.wait()
    waiting.cancel()
    with pytest.raises(ServerStopping):
        await waiting
    assert work.cleaned_up


@pytest.fixture
def model() -> Iterator[FakeLLM]:
    """It says one sentence and then nothing, for as long as anyone listens."""
    with FakeLLM(Reply.of(Text(f"{SENTENCE} [1] And"), Stall())) as model:
        yield model


@pytest.fixture
def server(model: FakeLLM, empty_folder: Path) -> Iterator[Server]:
    """It would wait for the model ten minutes."""
    (empty_folder / "seeds").mkdir()
    (empty_folder / "seeds" / "mission.md").write_text(f"{SENTENCE}\n")
    with serving(
        FOOTNOTE_LLM_BASE_URL=model.base_url, FOOTNOTE_LLM_MODEL="scripted", FOOTNOTE_LLM_DEADLINE="600"
    ) as server:
        server.wait_until_ready()
        yield server


def test_a_server_that_is_stopped_tells_whoever_waits(server: Server, model: FakeLLM) -> None:
    """In a problem of one line, and nothing of it is an error in the log."""
    with closing(http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=PATIENCE_S)) as client:
        client.request("POST", "/ask", json.dumps({"question": QUESTION}), {"Content-Type": "application/json"})
        model.wait_for()
        assert server.stop() == 0
        response = client.getresponse()
        problem = json.load(response)
    assert (response.status, problem["detail"]) == (503, "the server is being stopped; ask again")
    assert server.process.stderr is not None
    assert "Traceback" not in server.process.stderr.read()


def test_a_client_that_leaves_ends_the_call_of_the_model(server: Server, model: FakeLLM) -> None:
    """The model's server sees its connection closed; ours takes it as nothing unusual and goes on."""
    with closing(http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=PATIENCE_S)) as client:
        client.request("POST", "/ask", json.dumps({"question": QUESTION}), {"Content-Type": "application/json"})
        asked = model.wait_for()
        assert not asked.left.is_set()
    assert asked.left.wait(PATIENCE_S)
    assert server.get("/healthz")[0] == 200
    server.stop()
    assert server.process.stderr is not None
    assert "error" not in server.process.stderr.read().lower()
