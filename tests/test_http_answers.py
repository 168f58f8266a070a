"""GET /answers/{id}: the record of an answer for programs."""

import httpx
import pytest
from fastapi import FastAPI

from bot.access import Access
from bot.errors import AnswerNotFound
from bot.http.answers import answers_router
from bot.query import Query
from bot.record import Record
from bot.record_json import record_json
from bot.scope import Scope
from bot.settings import Settings
from tests.http_product import EVERYBODY, LetIn
from tests.records import a_record, an_answer


class FakeRecords:
    """Keeps what it is given."""

    def __init__(self, *records: Record) -> None:
        self._records = {record.answer.id: record for record in records}

    async def record(self, answer_id: str) -> Record:
        if answer_id not in self._records:
            raise AnswerNotFound("no answer of that id is kept")
        return self._records[answer_id]


def client_of(*records: Record, public_url: str | None = None, access: Access = EVERYBODY) -> httpx.AsyncClient:
    app = FastAPI()
    app.include_router(answers_router(FakeRecords(*records), Settings(documents="docs", public_url=public_url)))
    app.add_middleware(LetIn, access=access)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://kb.example")


async def test_a_kept_answer_is_its_record_as_json() -> None:
    """With links below the address that was asked."""
    async with client_of(a_record()) as client:
        response = await client.get("/answers/a1")
    assert response.status_code == 200
    assert response.json() == record_json(a_record(), "http://kb.example/")


async def test_links_are_below_the_public_address() -> None:
    """Where one is configured."""
    async with client_of(a_record(), public_url="https://docs.example/kb") as client:
        value = (await client.get("/answers/a1")).json()
    assert value["answer"]["citations"][0]["url"] == "https://docs.example/kb/documents/haiti.md"


@pytest.mark.parametrize("path", ["a2", "%00", "%F0%9F%92%A9", "%ff", "'%3B--"])
async def test_an_unknown_id_is_not_found(path: str) -> None:
    """Whatever it is made of, it is looked up as it stands."""
    async with client_of(a_record()) as client:
        with pytest.raises(AnswerNotFound):
            await client.get(f"/answers/{path}")


async def test_words_of_the_conversation_are_only_for_who_may_see_everything() -> None:
    """Earlier answers may tell of documents that whoever has the link of this one may not see."""
    some = Access("k1", Scope(("*.md", "un.pdf")))
    async with client_of(a_record(), access=some) as client:
        response = await client.get("/answers/a1")
    told = response.json()
    assert told["answer"]["standalone_question"] == told["answer"]["question"] == "Who pays for it?"
    assert told["queries"] == []
    assert [one["text"] for one in told["sentences"]] == ["The United States pays most of it.", ""]
    assert "mission in Haiti" not in response.text
    assert "commands" not in response.text


async def test_a_question_that_stands_alone_is_told_whole() -> None:
    """Nothing in it is of others."""
    alone = a_record(an_answer(standalone_question="Who pays for it?"), queries=(Query("Who pays for it?"),))
    async with client_of(alone, access=Access("k1", Scope(("*.md", "un.pdf")))) as client:
        response = await client.get("/answers/a1")
    assert response.json() == record_json(alone, "http://kb.example/")


async def test_broken_text_of_documents_is_still_json() -> None:
    """Half of a surrogate pair and a NUL arrive as escapes."""
    async with client_of(a_record(an_answer(notice="half \ud800 and \0"))) as client:
        response = await client.get("/answers/a1")
    assert b"half \\ud800 and \\u0000" in response.content


def test_the_schema_names_every_part() -> None:
    """Programs can be written from /openapi.json."""
    app = FastAPI()
    app.include_router(answers_router(FakeRecords(), Settings(documents="docs")))
    schemas = app.openapi()["components"]["schemas"]
    assert set(schemas["RecordJson"]["required"]) == set(record_json(a_record()))
    assert {"AnswerJson", "ConsideredJson", "CallJson", "QueryJson", "JudgedSentenceJson"} <= set(schemas)
    assert "404" in app.openapi()["paths"]["/answers/{id}"]["get"]["responses"]
