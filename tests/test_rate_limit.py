"""How much one sender may ask: requests in a time, requests at once, bytes in a body."""

import asyncio
import time
import tracemalloc
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from http_product import a_product
from hypothesis import given
from hypothesis import strategies as st
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from bot.http.app import create_app
from bot.http.limits import BodyLimit
from bot.http.rate_limit import RateLimit
from bot.key_file import KeyFile
from bot.scope import Scope
from bot.settings import Settings

HOME = "http://localhost:8080"


@dataclass(frozen=True, slots=True)
class FakeState:
    ready: bool = True
    percent: int = 100
    detail: str = "ready"


class FakeReadiness:
    state = FakeState()


class Clock:
    """Seconds that pass when a test says so."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


class TestRateLimit:
    def test_so_many_requests_may_be_sent_and_no_more(self, clock: Clock) -> None:
        """The next one learns, in whole seconds rounded up, when there is room again."""
        limit = RateLimit("3/minute", clock)
        assert [limit.wait_s("a") for _ in range(3)] == [0, 0, 0]
        clock.now = 20.5
        assert limit.wait_s("a") == 40

    def test_whoever_waits_as_long_as_told_is_let_through(self, clock: Clock) -> None:
        limit = RateLimit("1/second", clock)
        limit.wait_s("a")
        clock.now = 0.3
        clock.now += limit.wait_s("a")
        assert limit.wait_s("a") == 0

    def test_the_window_moves(self, clock: Clock) -> None:
        """Twice the limit around the full minute would be twice the limit."""
        limit = RateLimit("2/minute", clock)
        for moment, waits in ((59, 0), (59.5, 0), (61, 58), (119, 0), (119.2, 1), (119.5, 0)):
            clock.now = moment
            assert limit.wait_s("a") == waits, moment

    def test_a_refused_request_is_not_counted(self, clock: Clock) -> None:
        """Otherwise a client that keeps trying would never be let in again."""
        limit = RateLimit("1/minute", clock)
        limit.wait_s("a")
        for second in range(1, 60):
            clock.now = second
            assert limit.wait_s("a") == 60 - second
        clock.now = 60
        assert limit.wait_s("a") == 0

    def test_senders_do_not_disturb_each_other(self, clock: Clock) -> None:
        limit = RateLimit("1/minute", clock)
        assert [limit.wait_s(who) for who in ("a", "b", "a", "b")] == [0, 0, 60, 60]

    def test_of_several_limits_each_holds(self, clock: Clock) -> None:
        """What one of them refuses is counted by none."""
        limit = RateLimit("1/second; 2/minute", clock)
        assert limit.wait_s("a") == 0
        assert limit.wait_s("a") == 1
        clock.now = 1
        assert limit.wait_s("a") == 0
        clock.now = 2
        assert limit.wait_s("a") == 58

    def test_many_addresses_take_bounded_memory_and_no_time(self, clock: Clock) -> None:
        """An attacker with a whole network must neither fill the memory nor slow others down."""
        limit = RateLimit("600/minute", clock, remembered=1000)
        tracemalloc.start()
        for number in range(20_000):
            limit.wait_s(f"10.0.{number}")
        kept, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        begun = time.perf_counter()
        assert kept < 1_000_000
        for _ in range(500):
            limit.wait_s("one")
        assert time.perf_counter() - begun < 1

    @given(st.lists(st.tuples(st.floats(0, 100), st.sampled_from("ab"))), st.integers(1, 5))
    def test_no_window_ever_holds_more_than_the_limit(self, asked: list[tuple[float, str]], amount: int) -> None:
        """Whenever the requests come."""
        clock = Clock()
        limit, passed = RateLimit(f"{amount}/second", clock), []
        for pause, who in asked:
            clock.now += pause / 50
            if limit.wait_s(who) == 0:
                passed.append((clock.now, who))
        for moment, who in passed:
            assert sum(1 for other, sender in passed if sender == who and moment - 1 < other <= moment) <= amount

    @pytest.mark.parametrize("text", ["600", "0/minute", "600/moment", "-1/minute", "600/minute; x", ""])
    def test_a_limit_that_is_none_is_refused(self, text: str) -> None:
        """When settings are read, not with the first request."""
        with pytest.raises(ValueError, match="rate_limit"):
            Settings(documents=Path("docs"), rate_limit=text)

    @pytest.mark.parametrize("text", ["600/minute", "10/second; 1000/day", "5 / hour"])
    def test_what_the_settings_allow_can_be_read(self, text: str) -> None:
        assert RateLimit(Settings(documents=Path("docs"), rate_limit=text).rate_limit).wait_s("a") == 0


class Suggestions:
    """Waits until it is told to answer, and says when it has been asked."""

    def __init__(self) -> None:
        self.asked, self.answer = asyncio.Semaphore(0), asyncio.Event()

    async def __call__(self, scope: Scope) -> list[str]:
        self.asked.release()
        await self.answer.wait()
        return []


def at_once(**settings: Any) -> Any:
    """The application whose suggestions come at once."""
    return create_app(a_product(None, FakeReadiness(), Settings(documents=Path("docs"), **settings)))


def client_of(app: Any, address: str = "127.0.0.1") -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app, client=(address, 5)), base_url=HOME)


class TestRequests:
    async def test_too_many_requests_are_told_when_to_come_again(self) -> None:
        """As problem details, with the header that clients heed."""
        async with client_of(at_once(rate_limit="2/minute")) as client:
            for _ in range(2):
                assert (await client.get("/suggestions")).status_code == 200
            response = await client.get("/suggestions")
        assert (response.status_code, response.json()["status"]) == (429, 429)
        assert 58 <= int(response.headers["retry-after"]) <= 60

    async def test_monitors_and_the_files_of_the_page_are_not_counted(self) -> None:
        """Nor do they stop for somebody who has asked too much."""
        async with client_of(at_once(rate_limit="1/minute")) as client:
            for _ in range(3):
                for path in ("/healthz", "/readyz", "/web/style.css"):
                    assert (await client.get(path)).status_code == 200
            assert [(await client.get("/suggestions")).status_code for _ in range(2)] == [200, 429]
            assert (await client.get("/healthz")).status_code == 200

    async def test_addresses_are_counted_apart_and_ipv6_by_network(self) -> None:
        app = at_once(rate_limit="1/minute", open=True)
        seen = []
        for address in ("203.0.113.1", "203.0.113.2", "2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"):
            async with client_of(app, address) as client:
                seen.append((await client.get("/suggestions")).status_code)
        assert seen == [200, 200, 200, 429, 200]

    async def test_keys_are_counted_wherever_they_come_from(self, tmp_path: Path) -> None:
        """And apart from each other, though they come from one place."""
        keys = KeyFile(tmp_path / "keys.json")
        secrets = [keys.add(name, "ask")[1] for name in ("a", "b")]
        settings = Settings(documents=Path("docs"), rate_limit="1/minute", public_url="https://kb.example.org")
        app, seen = create_app(a_product(None, FakeReadiness(), settings, keys=keys)), []
        for address, secret in (("203.0.113.1", 0), ("203.0.113.1", 1), ("203.0.113.2", 0), ("203.0.113.2", 1)):
            async with client_of(app, address) as client:
                headers = {"Authorization": f"Bearer {secrets[secret]}"}
                seen.append((await client.get("/suggestions", headers=headers)).status_code)
        assert seen == [200, 200, 429, 429]

    @pytest.mark.parametrize("way", ["header", "cookie", "sign in", "none"])
    async def test_failed_attempts_count_for_the_address(self, tmp_path: Path, way: str) -> None:
        """Whoever tries keys, or lets us look for them, is soon refused without a look."""
        keys = KeyFile(tmp_path / "keys.json")
        keys.add("a", "ask")
        settings = Settings(documents=Path("docs"), rate_limit="3/minute")
        wrong, seen = "fn_" + "x" * 43, []
        async with client_of(create_app(a_product(None, FakeReadiness(), settings, keys=keys))) as client:
            for _ in range(5):
                if way == "sign in":
                    response = await client.post("/session", json={"key": wrong})
                else:
                    headers = {
                        "header": {"Authorization": f"Bearer {wrong}"},
                        "cookie": {"Cookie": f"footnote_key={wrong}"},
                    }
                    response = await client.get("/suggestions", headers=headers.get(way))
                seen.append(response.status_code)
        assert seen == [401, 401, 401, 429, 429]


class TestCapacity:
    async def test_only_so_many_requests_are_worked_on_at_once(self) -> None:
        """Others are told to come again; a monitor is answered all the same."""
        suggestions = Suggestions()
        settings = Settings(documents=Path("docs"), max_requests=2)
        app = create_app(a_product(None, FakeReadiness(), settings, suggested=suggestions))
        async with client_of(app) as client, asyncio.TaskGroup() as group:
            present = [group.create_task(client.get("/suggestions")) for _ in range(2)]
            for _ in present:
                await suggestions.asked.acquire()
            refused = await client.get("/suggestions")
            assert (refused.status_code, "retry-after" in refused.headers) == (503, True)
            assert refused.headers["content-type"] == "application/problem+json"
            assert (await client.get("/healthz")).status_code == 200
            suggestions.answer.set()
        assert [task.result().status_code for task in present] == [200, 200]

    async def test_there_is_room_again_after_whatever_end(self) -> None:
        """An answer, an error, a client that leaves."""
        suggestions = Suggestions()
        settings = Settings(documents=Path("docs"), max_requests=1)
        app = create_app(a_product(None, FakeReadiness(), settings, suggested=suggestions))
        async with client_of(app) as client:
            left = asyncio.create_task(client.get("/suggestions"))
            await suggestions.asked.acquire()
            left.cancel()
            await asyncio.wait({left})
            suggestions.answer.set()
            assert (await client.get("/conversations")).status_code == 503  # nothing is kept here
            assert (await client.get("/nothing")).status_code == 404
            assert (await client.get("/suggestions")).status_code == 200

    async def test_strangers_take_no_room(self, tmp_path: Path) -> None:
        """While the only place is taken, who has no key hears of that, and may sign in."""
        keys, suggestions = KeyFile(tmp_path / "keys.json"), Suggestions()
        _, secret = keys.add("a", "ask")
        settings = Settings(documents=Path("docs"), max_requests=1)
        app = create_app(a_product(None, FakeReadiness(), settings, suggested=suggestions, keys=keys))
        async with client_of(app) as client, asyncio.TaskGroup() as group:
            group.create_task(client.get("/suggestions", headers={"Authorization": f"Bearer {secret}"}))
            await suggestions.asked.acquire()
            assert (await client.get("/suggestions")).status_code == 401
            assert (await client.post("/session", json={"key": secret})).status_code == 204
            suggestions.answer.set()


class TestBodies:
    @pytest.mark.parametrize(
        ("request_line", "size", "refused"),
        [
            *(("PUT /documents/a.md", 2000, None), ("PUT /documents/a.md", 2001, "the body is larger than 2 KB")),
            *(("POST /ask", 1000, None), ("POST /ask", 1001, "the body is larger than 1 KB")),
            *(
                ("PUT /documents", 1001, "the body is larger than 1 KB"),
                ("POST /documents/a", 1001, "the body is larger than 1 KB"),
            ),
        ],
    )
    async def test_a_document_that_is_put_in_may_be_larger(
        self, request_line: str, size: int, refused: str | None
    ) -> None:
        """And nothing else, whether the length is announced or not."""

        async def pieces() -> AsyncIterator[bytes]:
            for _ in range(size):
                yield b"x"

        async def read(scope: Any, receive: Any, send: Any) -> None:
            try:
                body = await Request(scope, receive).body()
            except HTTPException as refusal:
                await PlainTextResponse(refusal.detail, refusal.status_code)(scope, receive, send)
            else:
                await PlainTextResponse(str(len(body)))(scope, receive, send)

        method, path = request_line.split()
        async with client_of(BodyLimit(read, max_bytes=1000, max_document_bytes=2000)) as client:
            for content in (b"x" * size, pieces()):
                response = await client.request(method, path, content=content)
                assert (response.status_code, response.text) == ((413, refused) if refused else (200, str(size)))
