"""POST /answers/{id}/feedback, /conversations and /suggestions: what one has asked and thinks of it, over HTTP."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI

from bot.access import Access
from bot.feedback import Opinion
from bot.history import History, history_url
from bot.history_conversations import Conversations
from bot.history_feedback import Feedback
from bot.http.answers import answers_router
from bot.http.conversations import conversations_router
from bot.http.feedback import MOST_REASON_CHARS, feedback_router
from bot.http.problems import install_problems
from bot.http.suggestions import suggestions_router
from bot.http.templates import Templates
from bot.no_history import NoHistory
from bot.scope import Scope
from bot.settings import Settings
from tests.http_product import LetIn
from tests.records import a_record, an_answer

ANN, BOB = Access("ann"), Access("bob")


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    history = History.open(history_url(tmp_path, None), 90)
    history.finish(a_record(an_answer(conversation_id="c1")), "ann")
    yield history
    history.close()


class Records:
    """Those of a history."""

    def __init__(self, history: History | NoHistory) -> None:
        self._history = history

    async def record(self, answer_id: str):
        return self._history.record(answer_id)


def client_of(history: History | NoHistory, access: Access) -> httpx.AsyncClient:
    async def suggested(scope: Scope) -> list[str]:
        return [f"What is in {pattern}?" for pattern in scope.patterns or ("everything",)]

    app, settings, records = FastAPI(), Settings(documents="docs"), Records(history)
    app.include_router(answers_router(records, settings))
    app.include_router(feedback_router(records, lambda: Feedback(history.database)))
    app.include_router(conversations_router(lambda: Conversations(history.database), settings))
    app.include_router(suggestions_router(suggested))
    install_problems(app, Templates())
    app.add_middleware(LetIn, access=access)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://kb.example")


async def say(history: History, access: Access, body: object, id: str = "a1") -> httpx.Response:
    async with client_of(history, access) as client:
        return await client.post(f"/answers/{id}/feedback", json=body)


async def test_a_vote_is_kept_where_those_from_slack_are(history: History) -> None:
    """One opinion a person; what is said again replaces what was said before."""
    assert (await say(history, ANN, {"vote": "up"})).status_code == 204
    assert (await say(history, BOB, {"vote": "up", "reason": "clear"})).status_code == 204
    assert (await say(history, ANN, {"vote": "down", "reason": "too old"})).status_code == 204
    assert Feedback(history.database).of("a1") == [
        Opinion("http:ann", False, "too old", False),
        Opinion("http:bob", True, "clear", False),
    ]


async def test_a_question_is_said_to_be_missing_an_answer(history: History) -> None:
    assert (await say(history, ANN, {"missing": True})).status_code == 204
    assert Feedback(history.database).of("a1") == [Opinion("http:ann", None, None, True)]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"vote": "sideways"},
        {"vote": True},
        {"missing": False},
        {"reason": "x" * (MOST_REASON_CHARS + 1)},
        {"up": 1},
        [],
    ],
)
async def test_what_says_nothing_is_refused(history: History, body: object) -> None:
    response = await say(history, ANN, body)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert Feedback(history.database).of("a1") == []


@pytest.mark.parametrize("id", ["a2", "%00", "%F0%9F%92%A9", "a" * 300])
async def test_an_unknown_answer_cannot_be_judged(history: History, id: str) -> None:
    assert (await say(history, ANN, {"vote": "up"}, id)).status_code == 404


async def test_what_tells_of_documents_outside_is_as_if_it_never_was(history: History) -> None:
    """Neither read nor judged, in the words for an answer that is not there."""
    narrow = Access("ann", Scope(("public/*",)))
    refused = await say(history, narrow, {"vote": "up"})
    assert (refused.status_code, refused.json()) == (404, (await say(history, narrow, {"vote": "up"}, "a2")).json())
    async with client_of(history, narrow) as client:
        assert (await client.get("/answers/a1")).json() == refused.json()
        assert (await client.get("/conversations/c1")).json()["answers"] == []


async def test_ones_own_conversations_are_listed_read_and_forgotten(history: History) -> None:
    async with client_of(history, ANN) as client:
        listed = (await client.get("/conversations")).json()
        read = (await client.get("/conversations/c1")).json()
        forgotten = await client.delete("/conversations/c1")
        after = await client.get("/conversations/c1")
    assert [one["id"] for one in listed["conversations"]] == ["c1"]
    assert listed["conversations"][0]["asked_at"].endswith("+00:00")
    assert [answer["id"] for answer in read["answers"]] == ["a1"]
    assert all(citation["url"].startswith("http://kb.example/") for citation in read["answers"][0]["citations"])
    assert (forgotten.status_code, after.status_code) == (204, 404)


@pytest.mark.parametrize("id", ["team/7", "a?b#c", "%2F", "//x"])
async def test_under_whatever_id_a_program_asks_it_can_be_read_and_forgotten(history: History, id: str) -> None:
    history.finish(a_record(an_answer(id="a7", conversation_id=id)), "ann")
    async with client_of(history, ANN) as client:
        place = f"/conversations/{quote(id, safe='')}"
        assert (await client.get(place)).json()["id"] == id
        assert (await client.delete(place)).status_code == 204
        assert (await client.get(place)).status_code == 404


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_anothers_conversation_is_as_one_that_never_was(history: History, method: str) -> None:
    async with client_of(history, BOB) as client:
        another = await client.request(method, "/conversations/c1")
        unknown = await client.request(method, "/conversations/c2")
        assert (await client.get("/conversations")).json() == {"conversations": [], "next": None}
    assert another.status_code == unknown.status_code == 404
    assert another.json() == unknown.json()


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "after=%20", "after="])
async def test_a_part_that_cannot_be_is_refused(history: History, query: str) -> None:
    async with client_of(history, ANN) as client:
        assert (await client.get(f"/conversations?{query}")).status_code == 422


async def test_suggestions_are_of_what_may_be_asked(history: History) -> None:
    async with client_of(history, Access("ann", Scope(("public/*",)))) as client:
        assert (await client.get("/suggestions")).json() == {"questions": ["What is in public/*?"]}


def spoil(folder: Path) -> None:
    for file in folder.iterdir():
        file.write_bytes(b"this is no database")


async def test_a_database_that_is_gone_is_told_without_its_address(
    history: History, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Where it is, is for whoever reads the log."""
    history.close()
    spoil(tmp_path)
    async with client_of(history, ANN) as client:
        asked = [
            await client.get("/conversations"),
            await client.get("/conversations/c1"),
            await client.delete("/conversations/c1"),
            await client.get("/answers/a1"),
            await client.post("/answers/a1/feedback", json={"vote": "up"}),
        ]
    assert [response.status_code for response in asked] == [503] * 5
    assert {response.headers["retry-after"] for response in asked} == {"2"}
    assert not [response.text for response in asked if "history.sqlite" in response.text]
    assert [str(tmp_path) in message for message in caplog.messages] == [True] * 5


async def test_without_a_database_answers_are_neither_read_nor_judged() -> None:
    """That is another thing than an answer that is not there."""
    nothing = NoHistory()
    async with client_of(nothing, ANN) as client:
        asked = [
            await client.get("/conversations"),
            await client.get("/answers/a1"),
            await client.post("/answers/a1/feedback", json={"vote": "up"}),
        ]
    assert [response.status_code for response in asked] == [503] * 3
