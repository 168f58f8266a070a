"""The HTTP surface: the contract, every error as problem details, pages that are safe, limits that hold."""

import json
import logging
import re
import socket
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bot.answer import Answer, Citation, Sentence, Timings
from bot.document_url import document_url
from bot.errors import AnsweringProblem, DocumentNotFound, EvaluationInvalid, InvalidQuestion, NotReady
from bot.http.app import create_app
from bot.http.problems import STATUS
from bot.question import checked_question
from bot.settings import Settings
from index.document import Document, Page, Passage
from index.errors import EmbeddingFailed, IndexBusy, IndexDamaged, IndexProblem
from tests.http_product import a_product

HOST = "http://localhost:8080"  # whoever reaches it under another name needs a key
HANDBOOK = Document(
    "hr/handbook.pdf",
    "Leave is 28 days.\r\nSick leave is <b>unlimited</b> & paid.\n",
    "Handbook",
    pages=(Page(1, 0, 19), Page(2, 19, 58)),
)


@dataclass(frozen=True, slots=True)
class FakeState:
    ready: bool = True
    percent: int = 100
    detail: str = "ready"


@dataclass(slots=True)
class FakeReadiness:
    state: FakeState = field(default_factory=FakeState)


@dataclass(frozen=True, slots=True)
class FakeHit:
    passage: Passage
    score: float


@dataclass(slots=True)
class FakeAnswering:
    """Answers whatever may be asked with the handbook's first sentence; raises `failure` if there is one."""

    documents: dict[str, Document] = field(default_factory=lambda: {HANDBOOK.id: HANDBOOK})
    failure: Exception | None = None
    asked: list[tuple[object, ...]] = field(default_factory=list)

    async def answer(self, question: str, conversation_id: str | None = None, **asker: Any) -> Answer:
        question = checked_question(question, max_chars=100)
        self._record(question, conversation_id)
        text = HANDBOOK.text[:17]
        url = document_url(HANDBOOK.id, 0, 17, HANDBOOK.sha256)
        citation = Citation(1, HANDBOOK.id, "Handbook", text, 0, 17, 1, HANDBOOK.sha256, url, 0.9)
        return Answer(
            id="a1",
            conversation_id=conversation_id or "new",
            question=question,
            standalone_question=question,
            answered=True,
            sentences=(Sentence(text, (1,)),),
            answer=f"{text} [1]",
            confidence=0.9,
            writer="extractive",
            citations=(citation,),
            closest=(),
            took_ms=Timings(1.0, 1.0, 1.0, 3.0),
        )

    async def search(self, query: str, top_k: int, **asker: Any) -> Sequence[FakeHit]:
        self._record(checked_question(query, max_chars=100), top_k)
        text = HANDBOOK.text[:17]
        passage = Passage(HANDBOOK.id, HANDBOOK.label, HANDBOOK.sha256, 0, 17, text, ("Leave",), 1)
        return [FakeHit(passage, 0.75)]

    async def document(self, id: str, **asker: Any) -> Document:
        self._record(id)
        if id not in self.documents:
            raise DocumentNotFound("there is no such document in the index")
        return self.documents[id]

    def _record(self, *asked: object) -> None:
        self.asked.append(asked)
        if self.failure:
            raise self.failure


@pytest.fixture
def answering() -> FakeAnswering:
    return FakeAnswering()


@pytest.fixture
def readiness() -> FakeReadiness:
    return FakeReadiness()


@pytest.fixture
def configured() -> Settings:
    return Settings(documents=Path("docs"), max_body_kb=1)


@pytest.fixture
async def client(
    answering: FakeAnswering, readiness: FakeReadiness, configured: Settings
) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(a_product(answering, readiness, configured)))
    async with httpx.AsyncClient(transport=transport, base_url=HOST) as client:
        yield client


async def post_json(client: httpx.AsyncClient, path: str, value: object) -> httpx.Response:
    """Sends any JSON, also null and halves of surrogate pairs, which httpx's own encoder does not."""
    return await client.post(path, content=json.dumps(value), headers={"Content-Type": "application/json"})


def problem(response: httpx.Response) -> tuple[int, str]:
    """The status and the detail, after checking that it is problem details as RFC 9457 has them."""
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert list(body) == ["type", "title", "status", "detail"]
    assert body["type"] == "about:blank"
    assert body["title"]
    assert body["status"] == response.status_code
    assert "\n" not in body["detail"]
    return response.status_code, body["detail"]


class TestAsk:
    async def test_a_question_gets_the_contract(self, client: httpx.AsyncClient) -> None:
        """Names, order and nulls are those that other programs rely on."""
        response = await client.post("/ask", json={"question": "How much leave?", "conversation_id": "C1:2.3"})
        body = response.json()
        assert response.status_code == 200
        assert response.headers["content-type"] == "application/json"
        assert list(body) == [
            *(
                "id",
                "conversation_id",
                "question",
                "standalone_question",
                "answered",
                "answer",
                "short_answer",
            ),
            *("confidence", "writer", "model", "notice", "sentences", "citations", "closest", "took_ms"),
        ]
        assert (body["question"], body["conversation_id"]) == ("How much leave?", "C1:2.3")
        assert (body["short_answer"], body["model"], body["notice"], body["closest"]) == (
            None,
            None,
            None,
            [],
        )

    async def test_the_url_of_a_citation_opens_the_page_at_the_quote(self, client: httpx.AsyncClient) -> None:
        """What a person clicks in the answer is a page with the quote highlighted."""
        body = (await client.post("/ask", json={"question": "How much leave?"})).json()
        url = body["citations"][0]["url"]
        assert url.startswith(f"{HOST}/documents/hr/handbook.pdf?")
        assert url.endswith("#quote")
        assert '<mark id="quote">Leave is 28 days.</mark>' in (await client.get(url)).text

    async def test_links_lead_to_the_public_address(self, answering: FakeAnswering) -> None:
        """Behind a proxy, readers reach the server elsewhere than the request did."""
        configured = Settings(documents=Path("docs"), public_url="https://kb.example.org/ask-us/")
        transport = httpx.ASGITransport(create_app(a_product(answering, FakeReadiness(), configured)))
        async with httpx.AsyncClient(transport=transport, base_url=HOST) as client:
            body = (await client.post("/ask", json={"question": "How much leave?"})).json()
        assert body["citations"][0]["url"].startswith("https://kb.example.org/ask-us/documents/hr/")

    @pytest.mark.parametrize("host", ["evil.example/x?", "a b", '"><script>', "user@evil.example"])
    async def test_a_forged_host_is_not_repeated(self, answering: FakeAnswering, host: str) -> None:
        """Only what is a host name can become part of a link."""
        configured = Settings(documents=Path("docs"), open=True)  # otherwise it would not be let in
        transport = httpx.ASGITransport(create_app(a_product(answering, FakeReadiness(), configured)))
        async with httpx.AsyncClient(transport=transport, base_url=HOST) as client:
            body = (await client.post("/ask", json={"question": "Why?"}, headers={"Host": host})).json()
        assert body["citations"][0]["url"].startswith(f"{HOST}/documents/")

    async def test_the_question_reaches_answering_as_it_is(
        self, client: httpx.AsyncClient, answering: FakeAnswering
    ) -> None:
        """Text is data: nothing in a question is interpreted on the way."""
        question = "{{7*7}} %s <b>'; DROP TABLE — ¿qué? 🦊"
        body = (await client.post("/ask", json={"question": f"  {question}\n"})).json()
        assert answering.asked == [(question, None)]
        assert body["question"] == question

    async def test_while_indexing_the_answer_is_to_come_back_later(
        self, client: httpx.AsyncClient, readiness: FakeReadiness, answering: FakeAnswering
    ) -> None:
        """The server listens before it can answer, and says how far it is."""
        readiness.state = FakeState(False, 42, "indexing, 42 %")
        response = await client.post("/ask", json={"question": "Why?"})
        assert problem(response) == (503, "indexing, 42 %")
        assert int(response.headers["retry-after"]) > 0
        assert answering.asked == []

    async def test_an_abandoned_index_says_to_come_back_later(
        self, client: httpx.AsyncClient, answering: FakeAnswering
    ) -> None:
        """The index may stop being ready between the look and the question."""
        answering.failure = NotReady(7)
        response = await client.post("/ask", json={"question": "Why?"})
        assert problem(response) == (503, "indexing, 7 %")
        assert "retry-after" in response.headers


class TestSearch:
    async def test_a_query_gets_the_contract(self, client: httpx.AsyncClient) -> None:
        """Exactly the agreed fields, best passage first."""
        response = await client.post("/search", json={"query": "leave", "top_k": 3})
        assert response.json() == {
            "passages": [
                {
                    "document": "hr/handbook.pdf",
                    "title": "Handbook",
                    "text": "Leave is 28 days.",
                    "start": 0,
                    "end": 17,
                    "page": 1,
                    "score": 0.75,
                }
            ]
        }

    @pytest.mark.parametrize(("body", "top_k"), [({}, 10), ({"top_k": 1}, 1), ({"top_k": 100}, 100)])
    async def test_top_k_is_ten_unless_given(
        self, client: httpx.AsyncClient, answering: FakeAnswering, body: dict[str, int], top_k: int
    ) -> None:
        """One to a hundred passages can be asked for."""
        await client.post("/search", json={"query": "leave", **body})
        assert answering.asked == [("leave", top_k)]

    @pytest.mark.parametrize("top_k", [0, -1, 101, 10**30, "10", 1.5, True, None, [1]])
    async def test_other_top_k_are_refused(self, client: httpx.AsyncClient, top_k: object) -> None:
        """The detail names the field."""
        status, detail = problem(await client.post("/search", json={"query": "leave", "top_k": top_k}))
        assert (status, detail.split(":")[0]) == (422, "top_k")

    async def test_a_query_is_checked_like_a_question(self, client: httpx.AsyncClient) -> None:
        """Empty queries find nothing worth showing."""
        assert problem(await client.post("/search", json={"query": " "})) == (422, "the question is empty")

    async def test_while_indexing_there_is_nothing_to_find(
        self, client: httpx.AsyncClient, readiness: FakeReadiness
    ) -> None:
        """An empty list would look as if there were no such passages."""
        readiness.state = FakeState(False, 0, "indexing, 0 %")
        assert problem(await client.post("/search", json={"query": "leave"}))[0] == 503


class TestRequests:
    @pytest.mark.parametrize(
        ("body", "status", "detail"),
        [
            ({}, 422, "question: Field required"),
            ({"question": None}, 422, "question: Input should be a valid string"),
            ({"question": 7}, 422, "question: Input should be a valid string"),
            ({"question": ["Why?"]}, 422, "question: Input should be a valid string"),
            ({"question": ""}, 422, "the question is empty"),
            ({"question": "x" * 101}, 422, "the question has 101 characters; at most 100 may be asked"),
            ({"question": "a\0b"}, 422, "the question contains characters that are not text"),
            ({"question": "a\ud800b"}, 422, "the question contains characters that are not text"),
            ({"question": "Why?", "conversationid": "c"}, 422, "conversationid: there is no such field"),
            (
                {"question": "Why?", "conversation_id": 5},
                422,
                "conversation_id: Input should be a valid string",
            ),
            ([], 422, "the body must be a JSON object"),
            ("Why?", 422, "the body must be a JSON object"),
            (None, 422, "the body must be a JSON object"),
        ],
    )
    async def test_a_wrong_body_is_named(
        self, client: httpx.AsyncClient, body: object, status: int, detail: str
    ) -> None:
        """The detail says in one line which field is wrong and why."""
        assert problem(await post_json(client, "/ask", body)) == (status, detail)

    @pytest.mark.parametrize("id", ["", "x" * 201, "a\nb", "a\0", "\ud800"])
    async def test_a_conversation_id_is_short_and_printable(self, client: httpx.AsyncClient, id: str) -> None:
        """It comes back from us, so anything else is a mistake or an attack."""
        response = await post_json(client, "/ask", {"question": "Why?", "conversation_id": id})
        assert problem(response)[0] == 422

    async def test_many_mistakes_make_a_short_detail(self, client: httpx.AsyncClient) -> None:
        """A person reads it."""
        detail = problem(await client.post("/ask", json=dict.fromkeys("abcdefgh", 1)))[1]
        assert detail.endswith("; and 6 more")

    @pytest.mark.parametrize(
        "body",
        [
            b"{",
            b'{"question": "Why?",}',
            b"question=Why",
            b"\xff\xfe\xff",
            b"[" * 1000,
            b'{"a": ' + b"9" * 900,
        ],
    )
    async def test_what_is_not_json_is_malformed(self, client: httpx.AsyncClient, body: bytes) -> None:
        """400, not 422: there is no field to name."""
        response = await client.post("/ask", content=body, headers={"Content-Type": "application/json"})
        assert problem(response)[0] == 400

    async def test_of_two_equal_keys_the_last_counts(self, client: httpx.AsyncClient, answering: FakeAnswering) -> None:
        """As in most programs that read JSON."""
        body = b'{"question": "First?", "question": "Last?"}'
        await client.post("/ask", content=body, headers={"Content-Type": "application/json"})
        assert answering.asked == [("Last?", None)]

    @pytest.mark.parametrize("kind", [None, "application/x-www-form-urlencoded", "text/plain", "text/json", "a/b+json"])
    @pytest.mark.parametrize(("path", "body"), [("/ask", b'{"question": "x"}'), ("/search", b'{"query": "x"}')])
    async def test_only_declared_json_is_read(
        self, client: httpx.AsyncClient, answering: FakeAnswering, path: str, body: bytes, kind: str | None
    ) -> None:
        """A foreign web page may not send JSON unasked; someone with `curl -d` is told what to do."""
        headers = {"Content-Type": kind} if kind else {}
        status, detail = problem(await client.post(path, content=body, headers=headers))
        assert (status, "Content-Type: application/json" in detail) == (415, True)
        assert answering.asked == []

    @pytest.mark.parametrize("kind", ["application/json", "Application/JSON; charset=utf-8", "application/ld+json"])
    async def test_json_is_json_however_it_is_declared(self, client: httpx.AsyncClient, kind: str) -> None:
        """Parameters and case do not matter."""
        headers = {"Content-Type": kind}
        assert (await client.post("/ask", content=b'{"question": "Why?"}', headers=headers)).status_code == 200

    @pytest.mark.parametrize("path", ["/nothing", "/ask/", "/docs", "/redoc", "//ask"])
    async def test_an_unknown_address_is_not_found(self, client: httpx.AsyncClient, path: str) -> None:
        """Also the documentation pages of the framework, which would load scripts from elsewhere."""
        assert problem(await client.get(HOST + path))[0] == 404

    async def test_a_wrong_method_names_the_right_one(self, client: httpx.AsyncClient) -> None:
        """405 keeps its Allow header."""
        response = await client.get("/ask")
        assert problem(response)[0] == 405
        assert response.headers["allow"] == "POST"


class TestFailures:
    @pytest.mark.parametrize(
        ("error", "status"),
        [
            (InvalidQuestion("the question is odd"), 422),
            (DocumentNotFound("gone"), 404),
            (NotReady(3), 503),
            (EvaluationInvalid("odd"), 500),
            (AnsweringProblem("odd"), 500),
            (IndexBusy("in use by process 7"), 503),
            (IndexDamaged("the catalog is damaged"), 500),
            (EmbeddingFailed("the model is missing"), 500),
            (IndexProblem("odd"), 500),
        ],
    )
    async def test_an_error_of_ours_is_told_in_its_words(
        self, client: httpx.AsyncClient, answering: FakeAnswering, error: Exception, status: int
    ) -> None:
        """Each class has its status; the message is the detail."""
        answering.failure = error
        assert problem(await client.post("/ask", json={"question": "Why?"})) == (status, str(error))

    def test_every_root_of_our_errors_has_a_status(self) -> None:
        """Whatever class is added below them, no error of ours goes out as an unexpected one."""
        assert {AnsweringProblem, IndexProblem} <= STATUS.keys()

    @pytest.mark.parametrize(("method", "path"), [("POST", "/ask"), ("POST", "/search"), ("GET", "/documents/x")])
    async def test_the_unexpected_gets_an_id_and_no_internals(
        self,
        client: httpx.AsyncClient,
        answering: FakeAnswering,
        caplog: pytest.LogCaptureFixture,
        method: str,
        path: str,
    ) -> None:
        """The client can report the id; what happened stands only in the log, once, under that id."""
        answering.failure = ZeroDivisionError("secret internals")
        body = {"query": "x"} if path == "/search" else {"question": "x"}
        with caplog.at_level(logging.ERROR):
            response = await client.request(method, path, json=body)
        status, detail = problem(response)
        found = re.fullmatch(r"an unexpected error; the server's log has it as error ([0-9a-f]{8})", detail)
        assert status == 500
        assert found
        assert [record.getMessage() for record in caplog.records] == [f"error {found[1]}: {method} '{path}'"]
        assert "secret internals" in caplog.text


class TestDocuments:
    @pytest.fixture
    def url(self) -> str:
        start, end = HANDBOOK.text.index("Sick"), HANDBOOK.text.index(" & paid")
        return document_url(HANDBOOK.id, start, end, HANDBOOK.sha256)

    async def test_the_page_shows_title_file_page_and_the_quote(self, client: httpx.AsyncClient, url: str) -> None:
        """What the reader needs to believe the answer."""
        response = await client.get(url)
        assert response.headers["content-type"] == "text/html; charset=utf-8"
        assert "<h1><bdi>Handbook</bdi></h1>" in response.text
        assert '<bdi class="file">hr/handbook.pdf</bdi><span>page 2</span><span>at 33 %</span>' in response.text
        assert (
            '<div class="text" lang=""><div>Leave is 28 days.&#13;\n</div>'
            '<div><mark id="quote">Sick leave is &lt;b&gt;unlimited&lt;/b&gt;</mark> &amp; paid.\n</div></div>'
        ) in response.text

    async def test_a_changed_document_is_shown_with_a_notice_and_no_mark(
        self, client: httpx.AsyncClient, answering: FakeAnswering, url: str
    ) -> None:
        """Offsets mean nothing in another version; the notice stands where the link leads."""
        answering.documents[HANDBOOK.id] = Document(HANDBOOK.id, "Short.")
        text = (await client.get(url)).text
        assert '<p class="notice" id="quote" role="status">This document has changed' in text
        assert "<mark" not in text
        assert '<div class="text" lang=""><div>Short.</div></div>' in text

    async def test_without_a_span_nothing_is_marked(self, client: httpx.AsyncClient) -> None:
        """The address of a document alone opens it at its beginning."""
        text = (await client.get("/documents/hr/handbook.pdf")).text
        assert "<mark" not in text
        assert 'id="quote"' not in text

    @pytest.mark.parametrize(
        "query",
        [
            *("start=-1&end=5", "start=a&end=5", "start=1.5&end=5", "start=&end=5", "start=9&end=5"),
            *("start=0&end=59", "start=59&end=59", f"start=0&end={10**40}", f"start={'9' * 5000}&end=5"),
            *("sha256=x", f"sha256={'A' * 64}", "start=%00&end=5", "start=99"),
        ],
    )
    async def test_a_span_that_cannot_be_is_refused(self, client: httpx.AsyncClient, query: str) -> None:
        """Negative, reversed, beyond the end, or no number at all."""
        assert problem(await client.get(f"/documents/hr/handbook.pdf?{query}"))[0] == 422

    async def test_an_empty_document_is_a_page_too(self, client: httpx.AsyncClient, answering: FakeAnswering) -> None:
        """There is no percentage of nothing."""
        answering.documents["empty"] = Document("empty", "")
        assert "at 0 %" in (await client.get("/documents/empty?start=0&end=0")).text

    async def test_a_large_document_comes_in_linked_pages(
        self, client: httpx.AsyncClient, answering: FakeAnswering
    ) -> None:
        """Only the surroundings of the quote, with ways to what is before and after."""
        lines = [f"line {number}\n" for number in range(50_000)]
        big = Document("big.txt", "".join(lines))
        answering.documents[big.id] = big
        start = big.text.index("line 25000\n")
        text = (await client.get(document_url(big.id, start, start + 10, big.sha256))).text
        assert '<mark id="quote">line 25000</mark>' in text
        assert len(text) < 120_000
        links = re.findall(r'<a href="(\?start=[^"]+)"', text)
        shown = [(await client.get(f"/documents/big.txt{link.replace('&amp;', '&')}")).text for link in links]
        assert len(shown) == 2
        assert all("<mark" not in page and "has changed" not in page for page in shown)
        first_line, last_line = re.findall(r"line \d+", text)[0], re.findall(r"line \d+", text)[-1]
        assert f"line {int(first_line[5:]) - 1}\n" in shown[0]
        assert f"line {int(last_line[5:]) + 1}\n" in shown[1]

    async def test_an_unknown_document_is_not_found(self, client: httpx.AsyncClient) -> None:
        """A program reads problem details."""
        assert problem(await client.get("/documents/nothing", headers={"Accept": "application/json"})) == (
            404,
            "there is no such document in the index",
        )

    async def test_a_browser_reads_an_error_as_a_page(self, client: httpx.AsyncClient) -> None:
        """A person who follows an old link sees words, not JSON."""
        accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
        response = await client.get("/documents/nothing", headers={"Accept": accept})
        assert response.status_code == 404
        assert response.headers["content-type"] == "text/html; charset=utf-8"
        assert "there is no such document in the index" in response.text

    async def test_a_program_that_asks_reads_json_whatever_it_accepts(self, client: httpx.AsyncClient) -> None:
        """Only what is opened, not what is posted, is opened by a person."""
        assert problem(await client.post("/ask", json={}, headers={"Accept": "text/html"}))[0] == 422

    async def test_a_document_may_not_be_there_yet(self, client: httpx.AsyncClient, readiness: FakeReadiness) -> None:
        """While indexing, what is known is shown, and what is not may still come."""
        readiness.state = FakeState(False, 42, "indexing, 42 %")
        assert (await client.get("/documents/hr/handbook.pdf")).status_code == 200
        assert problem(await client.get("/documents/nothing")) == (503, "indexing, 42 %")

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(id=st.text(st.characters(exclude_categories=["Cs"]), min_size=1) | st.text("./#?%\\ :\nä", min_size=1))
    async def test_any_id_reaches_the_index_as_it_is(
        self, client: httpx.AsyncClient, answering: FakeAnswering, id: str
    ) -> None:
        """Ids are looked up, never opened: whatever they contain, it is that document that is shown."""
        assume(id not in (".", ".."))
        document = Document(id, "The words of this one.")
        answering.documents = {id: document}
        answering.asked = []
        response = await client.get(HOST + document_url(id, 4, 9, document.sha256))
        assert response.status_code == 200
        assert '<mark id="quote">words</mark>' in response.text
        assert answering.asked == [(id,)]

    @pytest.mark.parametrize("path", ["..%2f..%2fetc/passwd", "%2e%2e/%2e%2e/etc/passwd", "%2Fetc%2Fpasswd"])
    async def test_nothing_is_read_from_disk(
        self, client: httpx.AsyncClient, answering: FakeAnswering, path: str
    ) -> None:
        """A path is only ever an id."""
        response = await client.get(f"{HOST}/documents/{path}")
        assert (response.status_code, len(answering.asked)) == (404, 1)


class TestEveryResponse:
    @pytest.mark.parametrize("path", ["/", "/healthz", "/documents/hr/handbook.pdf", "/nothing", "/openapi.json"])
    async def test_browsers_are_told_to_load_nothing_from_elsewhere(self, client: httpx.AsyncClient, path: str) -> None:
        """Only our own files, and no HTML out of strings; nothing may guess types, pass addresses on or keep copies."""
        headers = (await client.get(path)).headers
        assert headers["content-security-policy"] == (
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
            "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
            "require-trusted-types-for 'script'; trusted-types 'none'"
        )
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"

    async def test_an_unexpected_error_has_the_headers_too(
        self, client: httpx.AsyncClient, answering: FakeAnswering
    ) -> None:
        """No path around the policy."""
        answering.failure = RuntimeError("boom")
        response = await client.get("/documents/x", headers={"Accept": "text/html"})
        assert response.status_code == 500
        assert "default-src 'none'" in response.headers["content-security-policy"]

    @pytest.mark.parametrize("path", ["/", "/documents/hr/handbook.pdf?start=0&end=5", "/nothing"])
    async def test_pages_refer_to_nothing_outside(self, client: httpx.AsyncClient, path: str) -> None:
        """Every script, style and picture is a file of this server; none is part of a page."""
        text = (await client.get(path, headers={"Accept": "text/html"})).text
        assert re.search(r"<(iframe|style|base)|@import|\sstyle=|\son\w+=|<script(?! [^>]*src=)", text) is None
        assert set(re.findall(r"https?://[^/\s<]+", text)) <= {HOST}
        loaded = re.findall(r"<(?:script|link|img)[^>]* (?:src|href)=\"([^\"]+)", text)
        assert loaded
        assert all(re.match(r"/(web|documents)/", file) for file in loaded)
        assert {(await client.get(file)).status_code for file in loaded} == {200}


class TestHealth:
    async def test_the_process_is_alive_before_it_is_ready(
        self, client: httpx.AsyncClient, readiness: FakeReadiness
    ) -> None:
        """Supervisors restart what is dead, not what is indexing."""
        readiness.state = FakeState(False, 1, "indexing, 1 %")
        response = await client.get("/healthz")
        assert (response.status_code, response.json()) == (200, {"status": "ok"})

    async def test_readiness_says_how_far_indexing_is(
        self, client: httpx.AsyncClient, readiness: FakeReadiness
    ) -> None:
        """503 until questions can be answered, then 200."""
        readiness.state = FakeState(False, 42, "indexing, 42 %")
        response = await client.get("/readyz")
        expected: dict[str, Any] = {"ready": False, "percent": 42, "detail": "indexing, 42 %", "connections": {}}
        assert (response.status_code, response.json()) == (503, expected)
        assert "retry-after" in response.headers
        readiness.state = FakeState()
        response = await client.get("/readyz")
        expected = {"ready": True, "percent": 100, "detail": "ready", "connections": {}}
        assert (response.status_code, response.json()) == (200, expected)

    async def test_readiness_tells_of_connections(self, readiness: FakeReadiness, configured: Settings) -> None:
        """A connection that is down is seen by monitors, and keeps nobody from asking over HTTP."""
        app = create_app(a_product(FakeAnswering(), readiness, configured, connections={"slack": lambda: False}))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HOST) as client:
            response = await client.get("/readyz")
        assert (response.status_code, response.json()["connections"]) == (200, {"slack": False})

    async def test_another_application_has_paths_of_its_own(
        self, readiness: FakeReadiness, configured: Settings
    ) -> None:
        """It gets their requests untouched: the limits and the forms of ours are none of its."""

        async def elsewhere(scope: Any, receive: Any, send: Any) -> None:
            body = (await receive())["body"]
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": str(len(body)).encode()})

        app = create_app(a_product(FakeAnswering(), readiness, configured, {"/slack/": elsewhere}))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HOST) as client:
            assert (await client.post("/slack/events", content=b"x" * 100_000)).text == "100000"
            assert (await client.get("/slackers")).status_code == 404

    @pytest.mark.parametrize("path", ["/healthz", "/readyz", "/documents/hr/handbook.pdf"])
    async def test_monitors_may_ask_for_headers_only(self, client: httpx.AsyncClient, path: str) -> None:
        """Many send HEAD by default."""
        assert (await client.head(path)).status_code == 200


@pytest.fixture
def server(answering: FakeAnswering, readiness: FakeReadiness, configured: Settings) -> Iterator[tuple[str, int]]:
    """A real server on a free port of the loopback interface."""
    listening = socket.create_server(("127.0.0.1", 0))
    app = create_app(a_product(answering, readiness, configured))
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", ws="none", log_config=None))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield listening.getsockname()
    server.should_exit = True
    thread.join(timeout=10)
    assert not thread.is_alive()


class TestRealServer:
    async def test_a_large_body_is_refused_by_its_announced_length(self, server: tuple[str, int]) -> None:
        """Before any of it is read: this client never sends the body."""
        with socket.create_connection(server, timeout=10) as connection:
            connection.sendall(
                b"POST /ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                b"Content-Length: 100000000\r\nExpect: 100-continue\r\n\r\n"
            )
            received = b"".join(iter(lambda: connection.recv(65536), b""))
        head, _, body = received.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 413 ")
        assert b"content-type: application/problem+json" in head.lower()
        assert b"connection: close" in head.lower()
        assert json.loads(body)["detail"] == "the body is larger than 1 KB"

    async def test_a_large_body_is_refused_without_an_announced_length(
        self, server: tuple[str, int], answering: FakeAnswering
    ) -> None:
        """In chunks, the limit is found out while reading, long before the end, which never comes here."""
        with socket.create_connection(server, timeout=10) as connection:
            connection.sendall(
                b"POST /ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                b"Transfer-Encoding: chunked\r\n\r\n"
            )
            connection.sendall(b'200\r\n{"question": "' + b"x" * 498 + b"\r\n")
            connection.sendall(b"201\r\n" + b"x" * 513 + b"\r\n")
            received = b"".join(iter(lambda: connection.recv(65536), b""))
        assert received.startswith(b"HTTP/1.1 413 ")
        assert answering.asked == []

    async def test_a_chunked_body_within_the_limit_is_read(self, server: tuple[str, int]) -> None:
        """Exactly the limit is allowed."""

        async def body() -> AsyncIterator[bytes]:
            yield b'{"question": "Why?"'
            yield b" " * (1024 - 20)
            yield b"}"

        async with httpx.AsyncClient(trust_env=False) as client:
            url = f"http://{server[0]}:{server[1]}/ask"
            response = await client.post(url, content=body(), headers={"Content-Type": "application/json"})
        assert response.status_code == 200

    async def test_ids_survive_a_real_server(self, server: tuple[str, int], answering: FakeAnswering) -> None:
        """Its own decoding of paths agrees with ours."""
        id = "a b/../c#1?x=%2F&y\n/ü//大.jsonl#../☃"
        document = Document(id, "The words.")
        answering.documents[id] = document
        async with httpx.AsyncClient(trust_env=False) as client:
            url = f"http://{server[0]}:{server[1]}{document_url(id, 4, 9, document.sha256)}"
            assert '<mark id="quote">words</mark>' in (await client.get(url)).text
