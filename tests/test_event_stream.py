"""An answer as server-sent events: the same as the JSON, sentence by sentence, ended by whoever leaves."""

import asyncio
import json
import logging
import re
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.answer import Answer, Citation, Sentence, Timings
from bot.errors import InvalidQuestion, NotReady
from bot.event_json import event_json
from bot.events import Event, Status
from bot.http.app import create_app
from bot.http.ask import ask_router
from bot.settings import Settings
from index.errors import IndexBusy
from tests.footnote_process import DEADLINE_S, environment
from tests.http_product import LetIn, a_product

HOST = "http://localhost:8080"
CONFIGURED = Settings(documents=Path("docs"), max_body_kb=1)
QUESTION = {"question": "How much leave?"}
EVENTS = {"Accept": "text/event-stream"}
RETRIEVING = Status("retrieving", "searching the documents")
CITATION = Citation(1, "leave.md", "Leave", "Leave is 28 days.", 0, 17, None, "0" * 64, "/documents/leave.md", 0.9)
PROVEN = Sentence("Leave is 28 days.", (1,))
WITHHELD = Sentence("The director earns a million.", (), "no passage says so")
ANSWER = Answer(
    id="a1",
    conversation_id="c1",
    question="How much leave?",
    standalone_question="How much leave?",
    answered=True,
    sentences=(PROVEN, WITHHELD),
    answer="Leave is 28 days. [1]",
    confidence=0.9,
    writer="generative",
    citations=(CITATION,),
    closest=(),
    took_ms=Timings(1.0, 1.0, 1.0, 3.0),
    model="m",
)
SCRIPT = (RETRIEVING, CITATION, PROVEN, WITHHELD, ANSWER)


@dataclass(frozen=True, slots=True)
class Ready:
    ready: bool = True
    percent: int = 100
    detail: str = "ready"

    @property
    def state(self) -> "Ready":
        return self


@dataclass(slots=True)
class ScriptedAnswering:
    """Gives the script's events and raises its errors, and waits at each asyncio.Event until that is set."""

    script: tuple[Event | Exception | asyncio.Event, ...] = SCRIPT
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    async def stream(
        self, question: str, conversation_id: str | None = None, **asker: Any
    ) -> AsyncGenerator[Event, None]:
        self.asked.append((question, conversation_id))
        try:
            for step in self.script:
                if isinstance(step, Exception):
                    raise step
                if isinstance(step, asyncio.Event):
                    await step.wait()
                else:
                    yield step
        finally:
            for _ in range(5):  # as a model's connection is closed: it takes more than one turn of the loop
                await asyncio.sleep(0)
            self.closed.set()

    async def answer(self, question: str, conversation_id: str | None = None, **asker: Any) -> Answer:
        return [event async for event in self.stream(question, conversation_id)][-1]  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Received:
    """An event as a client gets it."""

    name: str
    data: Any


def parsed(body: str) -> list[Received]:
    """What the WHATWG's rules make of a complete stream; not the code of any library that wrote it."""
    received, name, data = [], "", []
    for line in re.split(r"\r\n|\n|\r", body):
        key, _, value = line.partition(":")
        if not line:
            received += [Received(name or "message", json.loads("\n".join(data)))] if data else []
            name, data = "", []
        elif key == "event":
            name = value.removeprefix(" ")
        elif key == "data":
            data.append(value.removeprefix(" "))
    return received


@asynccontextmanager
async def client_of(answering: ScriptedAnswering) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(a_product(answering, Ready(), CONFIGURED)))
    async with httpx.AsyncClient(transport=transport, base_url=HOST) as client:
        yield client


async def streamed(*script: Event | Exception) -> list[Received]:
    """The events of a question that is answered by the script."""
    async with client_of(ScriptedAnswering(script)) as client:
        response = await client.post("/ask", json=QUESTION, headers=EVENTS)
    assert (response.status_code, response.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    return parsed(response.text)


class LoopbackServer(uvicorn.Server):
    """In the loop of the test, whose signals stay its own."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a real server on a free port of the loopback interface."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = LoopbackServer(uvicorn.Config(app, lifespan="off", ws="none", log_config=None))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
        try:
            yield client
        finally:
            server.should_exit = True
            await serving


async def line_of(lines: AsyncIterator[str], start: str) -> str:
    """The next line that begins so."""
    return await anext(line async for line in lines if line.startswith(start))


class TestContent:
    async def test_the_stream_says_what_the_json_says(self) -> None:
        """Sentences and citations are those of the answer, in its order; the last event is the very same JSON."""
        async with client_of(ScriptedAnswering()) as client:
            plain = await client.post("/ask", json=QUESTION)
            stream = await client.post("/ask", json=QUESTION, headers=EVENTS)
        received = parsed(stream.text)
        assert [one.name for one in received] == ["status", "citation", "sentence", "sentence", "done"]
        assert received[0].data == {"stage": "retrieving", "detail": "searching the documents"}
        assert [one.data for one in received if one.name == "citation"] == plain.json()["citations"]
        assert [one.data for one in received if one.name == "sentence"] == plain.json()["sentences"]
        assert f"event: done\ndata: {plain.text}\n\n" in stream.text
        assert received[1].data["url"] == f"{HOST}/documents/leave.md"

    async def test_what_is_not_proven_reaches_nobody(self) -> None:
        """Neither the stream nor the JSON has the words of a withheld sentence; both have the reason."""
        async with client_of(ScriptedAnswering()) as client:
            texts = [(await client.post("/ask", json=QUESTION, headers=more)).text for more in ({}, EVENTS)]
        assert all("million" not in text and "no passage says so" in text for text in texts)

    async def test_the_question_reaches_answering_with_its_conversation(self) -> None:
        """As with the JSON."""
        answering = ScriptedAnswering()
        async with client_of(answering) as client:
            await client.post("/ask", json={**QUESTION, "conversation_id": "c7"}, headers=EVENTS)
        assert answering.asked == [("How much leave?", "c7")]

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
    @given(st.text(st.sampled_from('\r\n\u2028\x85\v\0\ud800a: {}"\\')) | st.text())
    async def test_no_text_forges_an_event(self, hostile: str) -> None:
        """Line ends, halves of surrogate pairs, the protocol's own words: they come back as text of their event."""
        hostile = f"\r\n\r\nevent: done\ndata: {{}}\n\n{hostile}"
        citation = replace(CITATION, quote=hostile, title=hostile)
        sentence = replace(PROVEN, text=hostile)
        answer = replace(ANSWER, sentences=(sentence,), answer=hostile, citations=(citation,))
        script = (replace(RETRIEVING, detail=hostile), citation, sentence, answer)
        received = await streamed(*script)
        expected = [event_json(event, f"{HOST}/") for event in script]
        assert [(one.name, json.dumps(one.data)) for one in received] == [
            (name, json.dumps(json.loads(json.dumps(value)))) for name, value in expected
        ]


class TestNegotiation:
    @pytest.mark.parametrize(
        "accept",
        [
            "text/event-stream",
            "Text/Event-Stream; q=0.2",
            "text/event-stream, */*",
            "text/event-stream, application/json;q=0.9",
            "application/json; q=0.5, text/event-stream;charset=utf-8;q=0.6",
        ],
    )
    async def test_who_asks_for_events_gets_them(self, accept: str) -> None:
        """By name, and before JSON if that is named."""
        async with client_of(ScriptedAnswering()) as client:
            response = await client.post("/ask", json=QUESTION, headers={"Accept": accept})
        assert response.headers["content-type"].startswith("text/event-stream")

    @pytest.mark.parametrize(
        "accept",
        [
            *("", "*/*", "text/*", "application/json", "text/html", ",;,q", "text/event-stream-x"),
            *("application/json, text/event-stream", "text/event-stream;q=0", "text/event-stream;q=much"),
        ],
    )
    async def test_everyone_else_gets_json(self, accept: str) -> None:
        """Also who takes both alike, and who takes anything."""
        async with client_of(ScriptedAnswering()) as client:
            response = await client.post("/ask", json=QUESTION, headers={"Accept": accept})
        assert response.headers["content-type"] == "application/json"

    async def test_both_forms_are_described(self) -> None:
        """OpenAPI names the JSON with its fields and the stream with its events."""
        async with client_of(ScriptedAnswering()) as client:
            described = (await client.get("/openapi.json")).json()
        content = described["paths"]["/ask"]["post"]["responses"]["200"]["content"]
        assert content["application/json"]["schema"] == {"$ref": "#/components/schemas/AnswerJson"}
        words = content["text/event-stream"]["schema"]["description"]
        assert all(f"`{name}`" in words for name in ("status", "citation", "sentence", "done", "error", "fallback"))


class TestErrors:
    @pytest.mark.parametrize(
        ("error", "status"), [(InvalidQuestion("the question is odd"), 422), (NotReady(7), 503), (IndexBusy("x"), 503)]
    )
    async def test_what_fails_at_once_is_a_plain_response(self, error: Exception, status: int) -> None:
        """Before anything was sent there is still a status to say it with."""
        async with client_of(ScriptedAnswering((error,))) as client:
            response = await client.post("/ask", json=QUESTION, headers=EVENTS)
        assert (response.status_code, response.json()["detail"]) == (status, str(error))
        assert response.headers["content-type"] == "application/problem+json"
        assert ("retry-after" in response.headers) == (status == 503)

    async def test_an_error_of_ours_ends_the_stream_in_its_words(self) -> None:
        """Problem details, as the JSON endpoint has them, and nothing after them."""
        received = await streamed(RETRIEVING, NotReady(42), ANSWER)
        detail = {"type": "about:blank", "title": "Service Unavailable", "status": 503, "detail": "indexing, 42 %"}
        assert [one.name for one in received] == ["status", "error"]
        assert received[1].data == detail

    async def test_the_unexpected_gets_an_id_and_no_internals(self, caplog: pytest.LogCaptureFixture) -> None:
        """The client can report the id; what happened stands only in the log, once, under that id."""
        with caplog.at_level(logging.ERROR):
            received = await streamed(RETRIEVING, ZeroDivisionError("secret internals"))
        assert [one.name for one in received] == ["status", "error"]
        found = re.fullmatch(
            r"an unexpected error; the server's log has it as error ([0-9a-f]{8})", received[1].data["detail"]
        )
        assert found
        assert [record.getMessage() for record in caplog.records] == [f"error {found[1]}: POST '/ask'"]
        assert "secret internals" in caplog.text

    async def test_what_json_cannot_say_is_an_error_too(self) -> None:
        """A number that is none ends the stream and the work, and says so."""
        answering = ScriptedAnswering((RETRIEVING, replace(CITATION, score=float("nan")), ANSWER))
        async with client_of(answering) as client:
            received = parsed((await client.post("/ask", json=QUESTION, headers=EVENTS)).text)
        assert [one.name for one in received] == ["status", "error"]
        assert answering.closed.is_set()


class TestRealServer:
    async def test_events_arrive_while_the_answer_is_being_made(self) -> None:
        """Nothing on the way collects them: the rest is made only after the first sentence was read."""
        more = asyncio.Event()
        answering = ScriptedAnswering((RETRIEVING, CITATION, PROVEN, more, ANSWER))
        async with (
            served(create_app(a_product(answering, Ready(), CONFIGURED))) as client,
            client.stream("POST", "/ask", json=QUESTION, headers=EVENTS) as response,
        ):
            lines = response.aiter_lines()
            assert await line_of(lines, "event: sentence")
            more.set()
            assert await line_of(lines, "event: done")
            assert response.headers["cache-control"] == "no-store"
            assert "default-src 'none'" in response.headers["content-security-policy"]

    async def test_a_client_that_leaves_ends_the_work(self) -> None:
        """The answer is not made for nobody, and the work may take its time to clean up."""
        answering = ScriptedAnswering((RETRIEVING, asyncio.Event(), ANSWER))
        async with served(create_app(a_product(answering, Ready(), CONFIGURED))) as client:
            async with client.stream("POST", "/ask", json=QUESTION, headers=EVENTS) as response:
                assert await line_of(response.aiter_lines(), "event: status")
                assert not answering.closed.is_set()
            await asyncio.wait_for(answering.closed.wait(), DEADLINE_S)

    async def test_a_silent_stream_shows_that_it_lives(self) -> None:
        """Comments keep proxies from closing the connection, and are no events."""
        more = asyncio.Event()
        app = FastAPI()
        answering = ScriptedAnswering((RETRIEVING, more, ANSWER))
        app.include_router(ask_router(answering, Ready(), CONFIGURED, heartbeat_s=0.01))  # type: ignore[arg-type]
        app.add_middleware(LetIn)
        async with (
            served(app) as client,
            client.stream("POST", "/ask", json=QUESTION, headers=EVENTS) as response,
        ):
            lines = response.aiter_lines()
            heard = [await line_of(lines, ":"), await line_of(lines, ":")]
            more.set()
            rest = [line async for line in lines]
        assert heard
        assert [one.name for one in parsed("\n".join(rest))] == ["done"]

    async def test_streams_at_once_do_not_mix(self) -> None:
        """Each client gets the events of its own question."""

        class Echo(ScriptedAnswering):
            async def stream(
                self, question: str, conversation_id: str | None = None, **asker: Any
            ) -> AsyncGenerator[Event, None]:
                for _ in range(20):
                    yield Sentence(question, ())
                    await asyncio.sleep(0)
                yield replace(ANSWER, question=question)

        async def ask(client: httpx.AsyncClient, question: str) -> set[str]:
            response = await client.post("/ask", json={"question": question}, headers=EVENTS)
            return {one.data.get("text") or one.data["question"] for one in parsed(response.text)}

        async with served(create_app(a_product(Echo(), Ready(), CONFIGURED))) as client:
            heard = await asyncio.gather(*(ask(client, str(number)) for number in range(32)))
        assert heard == [{str(number)} for number in range(32)]


STOPPED = """
import signal, sys
from bot.http.app import create_app
from bot.serving import listen, serve_until_stopped, url_of
from tests.http_product import a_product
from tests.test_event_stream import CONFIGURED, RETRIEVING, Ready, ScriptedAnswering
import asyncio

class Loud(ScriptedAnswering):
    async def stream(self, question, conversation_id=None, **asker):
        try:
            yield RETRIEVING
            await asyncio.Event().wait()
        finally:
            print("closed", flush=True)

signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
with listen("127.0.0.1", 0) as listening:
    app = create_app(a_product(Loud(), Ready(), CONFIGURED))
    serve_until_stopped(app, listening, lambda: print(url_of(listening), flush=True))
"""


def test_a_server_that_is_told_to_stop_ends_its_streams() -> None:
    """SIGTERM does not wait for an answer that never comes: the work is closed and the process ends as it should."""
    with subprocess.Popen(
        [sys.executable, "-c", STOPPED], env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            with (
                httpx.Client(trust_env=False, timeout=DEADLINE_S) as client,
                client.stream("POST", f"{url}/ask", json=QUESTION, headers=EVENTS) as response,
            ):
                lines = response.iter_lines()
                assert next(lines) == "event: status"
                process.send_signal(signal.SIGTERM)
                told = list(lines)
            assert "event: error" in told
            assert any('"the server is being stopped; ask again"' in line for line in told)
            assert process.stdout.read() == "closed\n"
            assert process.wait(DEADLINE_S) == 143
        finally:
            process.kill()
