"""Documents over HTTP: listed, read, put and deleted, with the real index behind, and seen by the next question."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from bot.access import Access
from bot.document_listing import MOST_REMEMBERED, DocumentListing
from bot.errors import DocumentNotFound, DocumentRefused, ServerStopping
from bot.http.app import create_app
from bot.http.document_copies import attachment, document_copies_router
from bot.http.document_list import document_list_router
from bot.http.problems import install_problems
from bot.http.search import search_router
from bot.http.templates import Templates
from bot.http.uploads import uploads_router
from bot.scope import EVERYTHING, Scope
from bot.settings import Settings
from bot.wiring import Served, served
from index.catalog import Catalog, FileRecord
from index.document import Document
from tests.footnote_process import until
from tests.http_product import LetIn, a_product

HOST = "http://127.0.0.1:8080"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Nothing is looked at by itself: whatever is found was asked for."""
    base = tmp_path_factory.mktemp("uploads")
    (base / "documents").mkdir()
    (base / "documents" / "seed.md").write_text("# Seeds\n\nA seed is planted in spring.")
    return Settings(documents=base / "documents", home=base / "home", sync_interval=86_400, max_file_mb=0.1)


@pytest.fixture(scope="module")
def parts(settings: Settings) -> Iterator[Served]:
    with served(settings) as parts:
        parts.engine.start()
        until(lambda: parts.engine.state.ready)
        yield parts


@pytest.fixture
def folder(settings: Settings) -> Path:
    return settings.documents


def app_for(parts: Served, settings: Settings, access: Access) -> LetIn:
    app = FastAPI()
    app.include_router(search_router(parts.answering, parts.engine))
    app.include_router(document_list_router(parts.documents, settings))
    app.include_router(uploads_router(parts.documents))
    app.include_router(document_copies_router(parts.answering, parts.documents, parts.engine))
    install_problems(app, Templates())
    return LetIn(app, access)


def client_for(
    parts: Served, settings: Settings, scope: Scope = EVERYTHING, *, may_manage: bool = True
) -> httpx.AsyncClient:
    app = app_for(parts, settings, Access("me", scope, may_manage))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HOST)


@pytest.fixture
async def client(parts: Served, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with client_for(parts, settings) as client:
        yield client


async def detail(client: httpx.AsyncClient, method: str, path: str, **more: Any) -> tuple[int, str]:
    response = await client.request(method, path, **more)
    assert response.headers["content-type"] == "application/problem+json"
    return response.status_code, response.json()["detail"]


async def found(client: httpx.AsyncClient, words: str) -> set[str]:
    """The documents whose passages hold all the words."""
    passages = (await client.post("/search", json={"query": words, "top_k": 100})).json()["passages"]
    wanted = set(words.lower().split())
    return {one["document"] for one in passages if wanted <= set(re.findall(r"\w+", one["text"].lower()))}


def left_behind(folder: Path, name: str) -> list[Path]:
    """Files of that name, and drafts."""
    return [path for path in folder.rglob("*") if name in path.name or path.name.startswith(".")]


async def listed(client: httpx.AsyncClient, **query: Any) -> list[str]:
    return [one["id"] for one in (await client.get("/documents", params=query)).json()["documents"]]


class TestPut:
    async def test_a_document_is_found_as_soon_as_it_is_put(self, client: httpx.AsyncClient, folder: Path) -> None:
        """In a folder that is made for it; the answer says that it is new."""
        response = await client.put("/documents/put/new/heron.md", content="The heron nests in Okavango.")
        assert response.status_code == 201
        assert response.json() == {
            "id": "put/new/heron.md",
            "documents": ["put/new/heron.md"],
            "passages": 1,
            "replaced": False,
        }
        assert (folder / "put/new/heron.md").read_text() == "The heron nests in Okavango."
        assert await found(client, "heron Okavango") == {"put/new/heron.md"}

    async def test_a_newer_version_takes_the_place_of_an_older_one(self, client: httpx.AsyncClient) -> None:
        """Nothing is found of the older one any more."""
        await client.put("/documents/put/tariff.md", content="The tariff is quinquagintal.")
        response = await client.put("/documents/put/tariff.md", content="The tariff is sexagesimal.")
        assert (response.status_code, response.json()["replaced"]) == (200, True)
        assert await found(client, "tariff quinquagintal") == set()
        assert await found(client, "tariff sexagesimal") == {"put/tariff.md"}

    async def test_a_corpus_is_a_document_for_each_row(self, client: httpx.AsyncClient) -> None:
        """The id that is put is the file's."""
        rows = '{"id": 1, "text": "one wombat"}\n{"id": "b", "text": "two wombats"}\n'
        stored = (await client.put("/documents/put/corpus.jsonl", content=rows)).json()
        assert (stored["documents"], stored["passages"]) == (["put/corpus.jsonl#1", "put/corpus.jsonl#b"], 2)

    async def test_what_cannot_be_read_leaves_the_older_version(self, client: httpx.AsyncClient, folder: Path) -> None:
        """On disk and in answers; the reason is the reader's."""
        await client.put("/documents/put/kept.md", content="The kept words are vermilion.")
        status, reason = await detail(client, "PUT", "/documents/put/kept.md", content=b" \n")
        assert (status, reason) == (422, "'put/kept.md' is empty")
        assert (folder / "put/kept.md").read_text() == "The kept words are vermilion."
        assert await found(client, "vermilion") == {"put/kept.md"}

    async def test_a_file_that_cannot_be_stored_says_so(self, client: httpx.AsyncClient, folder: Path) -> None:
        """A row may have the id of a file that is there already: only the sync can know."""
        (folder / "put" / "row.jsonl#x.md").parent.mkdir(exist_ok=True)
        (folder / "put" / "row.jsonl#x.md").write_text("A file with the name of a row.")
        await client.put("/documents/put/any.md", content="any words")
        status, reason = await detail(
            client, "PUT", "/documents/put/row.jsonl", content='{"id": "x.md", "text": "row"}'
        )
        assert status == 422
        assert "cannot be stored" in reason
        (folder / "put" / "row.jsonl#x.md").unlink()
        (folder / "put" / "row.jsonl").unlink()

    @pytest.mark.parametrize("id", ["a.exe", "../a.md", ".a.md", "a\\b.md", "a\nb.md", "x//a.md", ""])
    async def test_names_that_no_document_has_are_refused(self, client: httpx.AsyncClient, id: str) -> None:
        """However they are encoded."""
        path = f"/documents/{quote(id, safe='')}"
        assert (await detail(client, "PUT", path, content=b"words"))[0] == 422
        assert (await detail(client, "DELETE", path))[0] == 422

    async def test_rows_cannot_be_put_or_deleted(self, client: httpx.AsyncClient) -> None:
        """They come and go with their file."""
        for method in ("PUT", "DELETE"):
            status, reason = await detail(client, method, "/documents/a.jsonl%237")
            assert (status, reason) == (409, "a row of a .jsonl file comes and goes with its file")

    async def test_too_large_files_are_refused(self, client: httpx.AsyncClient, folder: Path) -> None:
        """Without having been received as a whole."""
        status, reason = await detail(client, "PUT", "/documents/put/large.md", content=b"x" * 100_001)
        assert (status, reason) == (413, "the file is too large: FOOTNOTE_MAX_FILE_MB allows 0.1 MB")
        assert left_behind(folder, "large") == []

    async def test_who_leaves_in_the_middle_leaves_nothing_behind(
        self, parts: Served, settings: Settings, folder: Path
    ) -> None:
        """Neither a file nor a draft."""
        received = iter(
            [
                {"type": "http.request", "body": b"half", "more_body": True},
                {"type": "http.disconnect"},
            ]
        )
        scope = {"type": "http", "method": "PUT", "path": "/documents/put/half.md", "headers": [], "query_string": b""}

        async def receive() -> dict[str, Any]:
            return next(received)

        async def send(message: Any) -> None:
            raise AssertionError(f"nobody is there to be told {message}")

        await app_for(parts, settings, Access("me", may_manage=True))(scope, receive, send)
        assert left_behind(folder, "half") == []

    async def test_whatever_comes_at_once_each_answer_is_true(self, client: httpx.AsyncClient, folder: Path) -> None:
        """Several versions of one document: one was new, each was there when it was answered, one is left."""
        versions = [" ".join(["numbat"] * 10 * n) for n in range(1, 6)]
        responses = await asyncio.gather(
            *(client.put("/documents/put/raced.md", content=version) for version in versions)
        )
        assert sorted(response.status_code for response in responses) == [200, 200, 200, 200, 201]
        assert (folder / "put/raced.md").read_text() in versions
        assert await found(client, "numbat") == {"put/raced.md"}
        text = (await client.get("/documents/put/raced.md", params={"as": "text"})).text
        assert text == (folder / "put/raced.md").read_text()

    async def test_many_documents_at_once_are_all_there(self, client: httpx.AsyncClient, parts: Served) -> None:
        """And share syncs."""
        ids = [f"put/many/{n}.md" for n in range(12)]
        responses = await asyncio.gather(*(client.put(f"/documents/{id}", content=f"quokka {id}") for id in ids))
        assert {response.status_code for response in responses} == {201}
        assert await found(client, "quokka") == set(ids)


class TestDelete:
    async def test_a_deleted_document_is_gone_from_answers(self, client: httpx.AsyncClient, folder: Path) -> None:
        """And from the folder; there is nothing to delete a second time."""
        await client.put("/documents/delete/a.md", content="The bandicoot is nocturnal.")
        assert await found(client, "bandicoot") == {"delete/a.md"}
        assert (await client.delete("/documents/delete/a.md")).status_code == 204
        assert await found(client, "bandicoot") == set()
        assert not (folder / "delete/a.md").exists()
        assert await detail(client, "DELETE", "/documents/delete/a.md") == (
            404,
            "no document 'delete/a.md' is in the index",
        )

    async def test_a_file_that_never_could_be_read_can_be_deleted(
        self, client: httpx.AsyncClient, folder: Path, parts: Served
    ) -> None:
        """Somebody has copied it there; it is in no listing."""
        (folder / "broken.pdf").write_bytes(b"%PDF-1.7 no")
        report = await asyncio.wrap_future(parts.engine.next_report())
        assert dict(report.failed).keys() == {"broken.pdf"}
        assert (await client.delete("/documents/broken.pdf")).status_code == 204
        assert not (folder / "broken.pdf").exists()


async def test_answers_follow_what_is_put_and_deleted(client: httpx.AsyncClient, parts: Served) -> None:
    """A question is answered from a document as soon as it is there, in its newest words, and then not any more."""
    question = "Who captains the vessel Aldebaran?"
    assert not (await parts.answering.answer(question)).answered
    for captain in ("Ines Okafor", "Tomas Lindqvist"):
        await client.put("/documents/vessels.md", content=f"The vessel Aldebaran is captained by {captain}.")
        answer = await parts.answering.answer(question)
        assert answer.answered
        assert captain in answer.answer
    await client.delete("/documents/vessels.md")
    assert not (await parts.answering.answer(question)).answered


class TestRights:
    async def test_changing_needs_the_right_to(self, parts: Served, settings: Settings) -> None:
        """Reading does not."""
        async with client_for(parts, settings, may_manage=False) as client:
            for method in ("PUT", "DELETE"):
                assert (await detail(client, method, "/documents/seed.md"))[0] == 403
            assert (await client.get("/documents")).status_code == 200

    async def test_outside_the_scope_nothing_is_told(self, parts: Served, settings: Settings) -> None:
        """What is there and what is not sound alike, to readers and to writers."""
        async with client_for(parts, settings, Scope(("inside/*",))) as client:
            await client.put("/documents/inside/a.md", content="inside words")
            for method in ("PUT", "DELETE"):
                there, missing = [await detail(client, method, f"/documents/{id}") for id in ("seed.md", "missing.md")]
                assert there == missing == (403, "documents of that name are outside what the key allows")
            for kind in ("text", "original"):
                for id in ("seed.md", "missing.md"):
                    status, reason = await detail(client, "GET", f"/documents/{id}?as={kind}")
                    assert (status, reason) == (404, f"no document '{id}' is in the index")
            body = (await client.get("/documents")).json()
            assert (body["total"], [one["id"] for one in body["documents"]]) == (1, ["inside/a.md"])

    async def test_a_document_outside_is_not_found_out_by_what_it_is_in_the_way_of(
        self, parts: Served, settings: Settings, folder: Path
    ) -> None:
        """A file cannot be a folder; whoever sees all may hear that."""
        below = ("plan.md/notes.txt", "none.md/notes.txt", "none.md/more/notes.txt")
        (folder / "plan.md").write_text("The merger is in May.")
        async with client_for(parts, settings, Scope(("*.txt",))) as client:
            for method in ("PUT", "DELETE"):
                told = {await detail(client, method, f"/documents/{id}", content="text") for id in below}
                assert told == {(403, "documents of that name are outside what the key allows")}
        async with client_for(parts, settings) as client:
            assert await detail(client, "PUT", f"/documents/{below[0]}", content="text") == (
                422,
                "the name leads through a file",
            )


class TestList:
    async def test_a_document_is_listed_with_what_is_known_of_it(self, client: httpx.AsyncClient) -> None:
        """URLs can be followed as they are."""
        await client.put("/documents/list/C%23%20notes.md", content="# Sharp\n\nwords")
        page = (await client.get("/documents", params={"after": "list/", "limit": 1})).json()
        (one,) = page["documents"]
        assert abs(datetime.fromisoformat(one["changed_at"]) - datetime.now(UTC)) < timedelta(minutes=5)
        assert one | {"changed_at": None} == {
            "id": "list/C# notes.md",
            "title": "Sharp",
            "url": f"{HOST}/documents/list/C%23%20notes.md",
            "sha256": hashlib.sha256(b"# Sharp\n\nwords").hexdigest(),
            "passages": 1,
            "changed_at": None,
            "page_count": None,
            "original": f"{HOST}/documents/list/C%23%20notes.md?as=original",
        }
        assert (await client.get(one["original"])).content == b"# Sharp\n\nwords"

    async def test_rows_have_no_original(self, client: httpx.AsyncClient) -> None:
        """The file may hold rows that others may not see."""
        await client.put("/documents/list/rows.jsonl", content='{"id": "r", "text": "row"}')
        page = (await client.get("/documents", params={"after": "list/rows.jsonl", "limit": 1})).json()
        assert (page["documents"][0]["id"], page["documents"][0]["original"]) == ("list/rows.jsonl#r", None)
        assert await detail(client, "GET", "/documents/list/rows.jsonl%23r?as=original") == (
            404,
            "'list/rows.jsonl#r' is a row of a file, and has no file of its own",
        )
        assert (await client.get("/documents/list/rows.jsonl%23r?as=text")).text == "row"

    async def test_pages_follow_each_other(self, client: httpx.AsyncClient) -> None:
        """Each document once, in the order of ids, until there is no next."""
        for name in ("c", "a", "b"):
            await client.put(f"/documents/pages/{name}.md", content=name)
        everything = await listed(client, limit=500)
        assert everything == sorted(everything)
        after, pages = "", []
        while after is not None:
            page = (await client.get("/documents", params={"limit": 2, "after": after})).json()
            pages.append([one["id"] for one in page["documents"]])
            assert page["total"] == len(everything)
            after = page["next"]
        assert [id for page in pages for id in page] == everything
        assert max(map(len, pages)) == 2

    @pytest.mark.parametrize("query", ["limit=0", "limit=501", "limit=x", f"after={'x' * 2001}"])
    async def test_what_is_no_page_is_refused(self, client: httpx.AsyncClient, query: str) -> None:
        """In the words of all problems."""
        assert (await detail(client, "GET", f"/documents?{query}"))[0] == 422


class TestCopies:
    async def test_the_text_is_exactly_the_documents(self, client: httpx.AsyncClient) -> None:
        """Carriage returns and markup included; whoever has it is told so."""
        text = "<b>é</b>\r\n\u2028 words \U0001f98a"
        await client.put("/documents/copies/a.html.md", content=text.encode())
        response = await client.get("/documents/copies/a.html.md?as=text")
        assert response.content == text.encode()
        assert response.headers["content-type"] == "text/plain; charset=utf-8"
        etag = f'"{hashlib.sha256(text.encode()).hexdigest()}"'
        assert response.headers["etag"] == etag
        for tag in (etag, f"W/{etag}", f'"x", {etag}'):
            again = await client.get("/documents/copies/a.html.md?as=text", headers={"If-None-Match": tag})
            assert (again.status_code, again.content) == (304, b"")

    async def test_the_original_is_the_file_as_it_is_now(self, client: httpx.AsyncClient, folder: Path) -> None:
        """To be saved and never to be shown, even if it has changed since it was indexed."""
        await client.put("/documents/copies/b.html", content=b"<script>alert(1)</script>words")
        (folder / "copies/b.html").write_bytes(b"changed")
        response = await client.get("/documents/copies/b.html?as=original")
        assert (response.content, response.headers["content-length"]) == (b"changed", "7")
        assert response.headers["content-type"] == "application/octet-stream"
        assert response.headers["content-disposition"] == "attachment; filename=\"b.html\"; filename*=UTF-8''b.html"
        assert "sandbox" in response.headers["content-security-policy"]

    async def test_an_original_that_is_gone_or_leads_elsewhere_is_not_there(
        self, client: httpx.AsyncClient, folder: Path
    ) -> None:
        """The index may still have the document; what is outside the folder is nobody's."""
        await client.put("/documents/copies/c.md", content="words")
        (folder / "copies/c.md").unlink()
        for put_there in (lambda: None, lambda: (folder / "copies/c.md").symlink_to("/etc/hostname")):
            put_there()
            assert await detail(client, "GET", "/documents/copies/c.md?as=original") == (
                404,
                "'copies/c.md': its file is not in the documents folder any more",
            )
        (folder / "copies/c.md").unlink()

    async def test_there_are_no_other_copies(self, client: httpx.AsyncClient) -> None:
        """A misspelt kind is not answered with a page."""
        assert (await detail(client, "GET", "/documents/seed.md?as=html"))[0] == 422

    @given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
    def test_any_name_fits_into_the_header(self, name: str) -> None:
        """As one line of plain characters from which the name can be read back."""
        header = attachment(name)
        match = re.fullmatch(r"attachment; filename=\"([^\"\\]*)\"; filename\*=UTF-8''([\w.~%-]*)", header, re.ASCII)
        assert match
        assert match[1].isprintable()
        assert match[1].isascii()
        assert unquote(match[2]) == name


class TestTheWholeApplication:
    async def test_copies_keep_their_headers_among_those_of_all_responses(
        self, parts: Served, settings: Settings
    ) -> None:
        """Stricter than a page's, and with all that any response has."""
        app = create_app(a_product(parts.answering, parts.engine, settings, documents=parts.documents))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HOST) as client:
            original = await client.get("/documents/seed.md?as=original")
            assert original.headers.get_list("content-security-policy") == ["sandbox; default-src 'none'"]
            assert original.headers["x-content-type-options"] == "nosniff"
            text = await client.get("/documents/seed.md?as=text")
            assert text.headers["cache-control"] == "private, no-cache"
            assert "<mark" not in text.text
            assert (await client.get("/documents/seed.md")).headers["content-type"].startswith("text/html")
            assert (await client.put("/documents/whole.md", content="words")).status_code == 201

    def test_openapi_tells_of_every_status(self, settings: Settings) -> None:
        """Programs are made from it."""
        paths = create_app(a_product(None, None, settings)).openapi()["paths"]
        put, delete = paths["/documents/{id}"]["put"], paths["/documents/{id}"]["delete"]
        assert {"200", "201", "403", "409", "413", "422", "507"} <= put["responses"].keys()
        assert put["requestBody"]["content"].keys() == {"application/octet-stream"}
        assert {"204", "403", "404", "409", "422"} <= delete["responses"].keys()
        assert "200" not in delete["responses"]
        read = paths["/documents/{id}"]["get"]
        assert {"200", "304", "404", "422"} <= read["responses"].keys()
        assert {"text/html", "text/plain", "application/octet-stream", "application/pdf"} <= read["responses"]["200"][
            "content"
        ].keys()
        assert "as" in [parameter["name"] for parameter in read["parameters"]]
        assert paths["/documents"]["get"]["responses"]["200"]["content"].keys() == {"application/json"}


def test_a_listing_follows_the_catalog(tmp_path: Path) -> None:
    """What it remembers of a scope is as old as the index at most, and it forgets scopes."""
    with Catalog.open(tmp_path / "catalog.sqlite") as catalog:
        listing = DocumentListing(catalog)

        def put(id: str) -> None:
            catalog.replace(FileRecord(id, 1, 1, "x"), [(Document(id, "text"), [])])

        assert listing.page(EVERYTHING, 10).total == 0
        for id in ("a.md", "b.md", "b/c.md"):
            put(id)
        assert [one.id for one in listing.page(Scope(("b*",)), 10).documents] == ["b.md", "b/c.md"]
        assert listing.page(Scope(("b*",)), 1).next == "b.md"
        assert listing.page(Scope(("b*",)), 1, "b.md").next is None
        assert [one.id for one in listing.page(EVERYTHING, 10, "aa").documents] == ["b.md", "b/c.md"]
        assert listing.page(EVERYTHING, 10, "z").documents == []
        for number in range(2 * MOST_REMEMBERED):
            assert listing.page(Scope((f"{number}*",)), 10).total == 0
        catalog.remove("b.md")
        assert listing.page(Scope(("b*",)), 10).total == 1


async def test_nobody_waits_for_a_server_that_stops(tmp_path: Path) -> None:
    """What has been put is indexed by the next start."""
    (tmp_path / "documents").mkdir()
    settings = Settings(documents=tmp_path / "documents", home=tmp_path / "home")

    async def chunks() -> AsyncIterator[bytes]:
        yield b"words"

    with served(settings) as parts:  # its engine was never started
        putting = asyncio.create_task(parts.documents.put("a.md", chunks(), EVERYTHING))
        while not (tmp_path / "documents" / "a.md").exists():
            await asyncio.sleep(0.005)
        await asyncio.to_thread(parts.engine.close)
        with pytest.raises(ServerStopping):
            await putting
        with pytest.raises(ServerStopping):
            await parts.documents.delete("a.md", EVERYTHING)
        with pytest.raises(DocumentNotFound):
            await parts.documents.delete("a.md", EVERYTHING)
        with pytest.raises(DocumentRefused):
            await parts.documents.put("a.md", _nothing(), EVERYTHING)


async def _nothing() -> AsyncIterator[bytes]:
    for chunk in ():
        yield chunk
