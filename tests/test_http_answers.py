"""GET /answers/{id}: the record of an answer for programs."""

import httpx
import pytest
from fastapi import FastAPI

from bot.errors import AnswerNotFound
from bot.http.answers import answers_router
from bot.record import Record
from bot.record_json import record_json
from bot.settings import Settings
from tests.http_product import LetIn
from tests.records import a_record, an_answer


class FakeRecords:
    """Keeps what it is given."""

    def __init__(self, *records: Record) -> None:
        self._records = {record.answer.id: record for record in records}

    async def record(self, answer_id: str) -> Record:
        if answer_id not in self._records:
            raise AnswerNotFound("no answer of that id is kept")
        return self._records[answer_id]


def client_of(*records: Record, public_url: str | None = None) -> httpx.AsyncClient:
    app = FastAPI()
    app.include_router(answers_router(FakeRecords(*records), Settings(documents="docs", public_url=public_url)))
    app.add_middleware(LetIn)
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
