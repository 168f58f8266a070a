"""What the log and the figures say of requests, and what they never say."""

import io
import json
import logging
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.access import Access
from bot.answering import Answering
from bot.http.app import create_app
from bot.http.metrics import metrics_router
from bot.log_context import NotedQuestions
from bot.monitoring import Monitoring
from bot.no_history import NoHistory
from bot.observer import Observers
from bot.phrases import Phrases
from bot.scope import EVERYTHING, Scope
from bot.server_log import log_handler
from bot.settings import Settings
from bot.shipped import shipped_folder
from index.document import Document
from tests.fakes import FakeSource
from tests.http_product import a_product
from tests.test_answering import FirstSentence
from tests.test_event_stream import Ready

CANARY = "xyzzyplugh"
FERRY = Document("ferry.txt", f"The ferry {CANARY} leaves at noon.")
HOST = "http://127.0.0.1"


class Broken(FakeSource):
    """What nobody foresaw happens, and says what was asked."""

    def retrieve(self, question, limit, beside=(), scope=EVERYTHING):
        try:
            raise KeyError(question)
        except KeyError as error:
            raise ZeroDivisionError(f"about {question!r}") from error


def settings(**more: Any) -> Settings:
    return Settings(documents=Path("seeds"), **more)


@contextmanager
def logged(configured: Settings) -> Iterator[io.StringIO]:
    """All that our loggers write at any level, as the server would write it."""
    handler, logger = log_handler(configured), logging.getLogger("bot")
    assert isinstance(handler, logging.StreamHandler)
    written = io.StringIO()
    handler.setStream(written)
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield written
    finally:
        logger.setLevel(before)
        logger.removeHandler(handler)


@contextmanager
def answering(configured: Settings, source: FakeSource, monitoring: Monitoring) -> Iterator[Answering]:
    observer = Observers(NotedQuestions(tells=configured.log_questions), monitoring)
    phrases = Phrases.load(shipped_folder("prompts"))
    made = Answering(source, FirstSentence(), phrases, configured, NoHistory(), None, observer)
    try:
        yield made
    finally:
        made.close()


class Site:
    """The app with its client, its log and its figures."""

    def __init__(self, client: httpx.AsyncClient, log: io.StringIO, monitoring: Monitoring) -> None:
        self.client = client
        self.log = log
        self.monitoring = monitoring

    @property
    def lines(self) -> list[str]:
        return self.log.getvalue().splitlines()


@pytest.fixture
def source() -> FakeSource:
    return FakeSource(FERRY)


@pytest.fixture
def configured(request: pytest.FixtureRequest) -> Settings:
    return settings(**getattr(request, "param", {}))


@pytest.fixture
async def site(configured: Settings, source: FakeSource) -> AsyncIterator[Site]:
    monitoring = Monitoring("test")
    with logged(configured) as log, answering(configured, source, monitoring) as made:
        app = create_app(a_product(made, Ready(), configured, monitoring=monitoring))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HOST) as client:
            yield Site(client, log, monitoring)


async def ask_every_way(client: httpx.AsyncClient) -> None:
    """Answers, streams, searches, refusals of all kinds."""
    question = {"question": f"When does the {CANARY} leave?"}
    await client.post("/ask", json=question)
    await client.post("/ask", json=question, headers={"Accept": "text/event-stream"})
    await client.post("/ask", json={"question": CANARY * 500})
    await client.post("/ask", json=question | {CANARY: 1})
    await client.post("/ask", json=question | {"conversation_id": CANARY})
    await client.post("/ask", content=f'{{"question": "{CANARY}', headers={"Content-Type": "application/json"})
    await client.post("/search", json={"query": CANARY})
    await client.get(f"/search?query={CANARY}")
    await client.get(
        "/conversations", headers={"Authorization": f"Bearer {CANARY}", "Cookie": f"footnote_key={CANARY}"}
    )
    await client.request(CANARY.upper(), "/ask")


@pytest.mark.parametrize("configured", [{}, {"log_format": "json"}], indirect=True)
@pytest.mark.parametrize("source", [FakeSource(FERRY), Broken(FERRY)])
async def test_what_people_ask_and_documents_say_is_in_no_line(site: Site) -> None:
    """At any level, even if something fails in a way that nobody foresaw; nor is a key or a cookie."""
    await ask_every_way(site.client)
    assert len(site.lines) >= 10
    assert CANARY not in site.log.getvalue().lower()
    assert CANARY.encode() not in site.monitoring.exposition("")[0].lower()


@pytest.mark.parametrize("source", [Broken(FERRY)])
async def test_an_unforeseen_error_is_told_by_its_kinds_and_places(site: Site) -> None:
    """With that a bug is found."""
    await site.client.post("/ask", json={"question": "When?"})
    told = site.log.getvalue()
    assert "ZeroDivisionError: (its words may" in told
    assert "KeyError: (its words may" in told
    assert "in retrieve" in told


@pytest.mark.parametrize("configured", [{"log_questions": True}], indirect=True)
@pytest.mark.parametrize("source", [Broken(FERRY)])
async def test_questions_are_logged_where_that_is_wanted(site: Site) -> None:
    """With the request, and in the words of errors."""
    await site.client.post("/ask", json={"question": f"When {CANARY}?"})
    assert f"question=When {CANARY}?" in site.lines[-1]
    assert f"about 'When {CANARY}?'" in site.log.getvalue()


@pytest.mark.parametrize("configured", [{"log_format": "json"}], indirect=True)
async def test_a_line_of_json_tells_of_each_request(site: Site) -> None:
    """Programs find route, status, time, and by which ids the request and its answer are known."""
    response = await site.client.post("/ask", json={"question": "When?"}, headers={"X-Request-Id": "r-1"})
    (line,) = map(json.loads, site.lines)
    request = line["request"]
    assert datetime.fromisoformat(line["time"]).utcoffset() is not None
    assert (line["level"], line["logger"], line["request_id"]) == ("INFO", "bot.http.request_log", "r-1")
    assert line["answer_id"] == request["answer_id"] == response.json()["id"]
    assert (request["method"], request["route"], request["status"]) == ("POST", "/ask", 200)
    assert request["milliseconds"] > 0
    assert (request["key"], request["surface"]) == ("anonymous", "http")
    assert response.headers["X-Request-Id"] == "r-1"


async def test_a_line_of_text_tells_the_same(site: Site) -> None:
    """The answer's id with a stream, too."""
    await site.client.post("/ask", json={"question": "When?"}, headers={"Accept": "text/event-stream"})
    (line,) = site.lines
    assert re.search(
        r"INFO request method=POST route=/ask status=200 milliseconds=[\d.]+ key=anonymous surface=http "
        r"request_id=[0-9a-f]{16} answer_id=[0-9a-f]{32}$",
        line,
    )


@pytest.mark.parametrize("given", ["", "a b", "a\tb", "x" * 65, "../x", "ünï", "<script>", "a,b"])
async def test_an_id_that_is_none_is_replaced(site: Site, given: str) -> None:
    """Whatever a request calls itself ends up in logs and in headers."""
    response = await site.client.get("/healthz", headers={"X-Request-Id": given.encode()})
    assert re.fullmatch("[0-9a-f]{16}", response.headers["X-Request-Id"])


@pytest.mark.parametrize(
    ("path", "route"), [*[(path, path) for path in ("/healthz", "/readyz", "/metrics")], ("/web/app.js", "/web/{name}")]
)
async def test_monitors_and_files_of_the_page_fill_no_log(site: Site, path: str, route: str) -> None:
    """They come every few seconds, or by the dozen; counted they are."""
    await site.client.get(path)
    assert site.lines == []
    assert f'route="{route}"' in site.monitoring.exposition("")[0].decode()


async def test_requests_are_counted_under_few_names(site: Site) -> None:
    """Templates of routes, known methods; everything else is something else."""
    await site.client.get("/documents/a/b.md")
    await site.client.get(f"/{CANARY}")
    await site.client.request("BREW", "/ask")
    told = site.monitoring.exposition("")[0].decode()
    counted = set(re.findall(r'footnote_http_requests_total\{method="(\w+)",route="([^"]+)",status="(\d+)"\}', told))
    assert counted == {("GET", "/documents/{id}", "404"), ("GET", "other", "404"), ("other", "/ask", "405")}


async def test_requests_of_other_applications_are_counted_by_their_beginning(configured: Settings) -> None:
    """Of the routes inside we know nothing."""

    async def elsewhere(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body"})

    monitoring = Monitoring("test")
    parts = {"monitoring": monitoring, "guarded": {"/mcp": elsewhere}}
    app = create_app(a_product(None, Ready(), configured, {"/slack/": elsewhere}, **parts))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HOST) as client:
        await client.post("/slack/events")
        await client.post("/mcp")
    told = monitoring.exposition("")[0].decode()
    assert set(re.findall(r'requests_total\{method="POST",route="([^"]+)",status="200"\}', told)) == {"/slack/", "/mcp"}


async def test_the_figures_are_there_for_who_may_see_all_documents(site: Site) -> None:
    """In the format of Prometheus."""
    await site.client.post("/ask", json={"question": "When?"})
    response = await site.client.get("/metrics")
    assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert 'footnote_questions_total{outcome="answered",surface="http",writer="extractive"} 1.0' in response.text


@pytest.mark.parametrize(("scope", "status"), [(Scope(("hr/*",)), 403), (Scope(("*",)), 200), (EVERYTHING, 200)])
async def test_the_figures_are_not_for_who_may_see_some(scope: Scope, status: int) -> None:
    """They tell of all."""
    from fastapi import FastAPI

    app = FastAPI()
    app.include_router(metrics_router(Monitoring("test")))

    async def let_in(request_scope: Any, receive: Any, send: Any) -> None:
        state = {"access": Access("k1", scope)}
        await app({**request_scope, "state": state}, receive, send)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(let_in), base_url=HOST) as client:
        assert (await client.get("/metrics")).status_code == status
