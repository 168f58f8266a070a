"""The files of the web page and the page itself, as the server sends them."""

import re
from collections.abc import AsyncIterator
from importlib.resources import files
from pathlib import Path

import httpx
import pytest
from starlette.types import ASGIApp

from bot.http.app import create_app
from bot.http.visitor import COOKIE
from bot.http.web_files import JOINED, packed_web_files, page_modules, web_files
from bot.settings import Settings
from tests.http_product import a_product

HOST = "http://localhost:8080"
KNOWN = web_files()


def an_app() -> ASGIApp:
    return create_app(a_product(None, None, Settings(documents=Path("docs"))))


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(an_app())
    async with httpx.AsyncClient(transport=transport, base_url=HOST) as client:
        yield client


class TestFiles:
    @pytest.mark.parametrize(
        ("name", "media_type"),
        [
            ("page.css", "text/css; charset=utf-8"),
            ("app.js", "text/javascript; charset=utf-8"),
            ("icon.svg", "image/svg+xml"),
        ],
    )
    async def test_a_file_comes_as_what_it_is(self, client: httpx.AsyncClient, name: str, media_type: str) -> None:
        """Browsers guess nothing here."""
        response = await client.get(f"/web/{name}")
        assert (response.status_code, response.headers["content-type"]) == (200, media_type)
        assert response.content == KNOWN[name].content
        assert response.headers["cache-control"] == "no-cache"

    async def test_a_browser_that_has_the_file_gets_it_once(self, client: httpx.AsyncClient) -> None:
        """It asks each time and is told that nothing has changed, also through a proxy that compresses."""
        tag = (await client.get("/web/app.js")).headers["etag"]
        for seen in (tag, f"W/{tag}", f'"other", {tag}'):
            again = await client.get("/web/app.js", headers={"If-None-Match": seen})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert (await client.get("/web/app.js", headers={"If-None-Match": '"other"'})).status_code == 200

    async def test_headers_can_be_asked_for_alone(self, client: httpx.AsyncClient) -> None:
        """HEAD says what GET would."""
        response = await client.head("/web/app.js", headers={"Accept-Encoding": "identity"})
        assert (response.status_code, int(response.headers["content-length"])) == (200, len(KNOWN["app.js"].content))

    @pytest.mark.parametrize(
        ("accepted", "encoding"),
        [
            ("gzip, deflate, br", "gzip"),
            ("br, GZIP ; q=0.5", "gzip"),
            ("", None),
            ("br", None),
            ("xgzip", None),
            ("gzip;q=0", None),
            ("gzip; q=0.000", None),
        ],
    )
    async def test_a_browser_that_unpacks_gets_the_file_packed(
        self, client: httpx.AsyncClient, accepted: str, encoding: str | None
    ) -> None:
        """Caches on the way keep the two apart, by the header that chooses and by the tag."""
        response = await client.get("/web/app.js", headers={"Accept-Encoding": accepted})
        assert response.headers.get("content-encoding") == encoding
        assert response.content == KNOWN["app.js"].content
        assert response.headers["vary"] == "Accept-Encoding"
        assert (response.headers["etag"] == KNOWN["app.js"].etag) == (encoding is None)

    def test_packing_is_worth_it(self) -> None:
        """The bytes of a first visit, but for headers."""
        sent = (file.content for name, file in packed_web_files().items() if name not in JOINED)
        assert sum(map(len, sent)) < 50_000

    @pytest.mark.parametrize("name", ["", "nothing.js", "..%2fhome.py", "%2e%2e%2fapp.py", "app.js/"])
    async def test_nothing_else_is_served(self, client: httpx.AsyncClient, name: str) -> None:
        """A name is looked up among those that are known, never on disk."""
        assert (await client.get(f"{HOST}/web/{name}")).status_code == 404

    def test_every_file_in_the_folder_is_served(self) -> None:
        """One of a kind that nobody foresaw would be missing in the browser only."""
        assert {path.name for path in files("bot.http").joinpath("web").iterdir()} == set(KNOWN) - set(JOINED)

    async def test_the_page_is_light(self, client: httpx.AsyncClient) -> None:
        """All that is fetched before the first question, uncompressed."""
        page = (await client.get("/")).text
        loaded = set(re.findall(r'(?:href|src)="/web/([^"]+)"', page))
        assert len(page) + sum(len(KNOWN[name].content) for name in loaded) < 90_000

    def test_scripts_make_no_html_of_strings(self) -> None:
        """Words of documents, questions and models are text wherever they are shown."""
        made = re.compile(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|parseFromString|\beval\(|new Function"
        )
        assert [name for name, file in KNOWN.items() if made.search(file.content.decode())] == []


class TestPage:
    @pytest.mark.parametrize("path", ["/", "/a/9f2c", "/a/%3Cscript%3E"])
    async def test_a_permanent_link_opens_the_same_page(self, client: httpx.AsyncClient, path: str) -> None:
        """What it shows is asked for by scripts; nothing of the address is in the page."""
        assert (await client.get(path)).text == (await client.get("/")).text

    async def test_the_page_names_every_script_that_it_will_need(self, client: httpx.AsyncClient) -> None:
        """Browsers fetch them side by side then, and not one after the other."""
        page = (await client.get("/")).text
        assert re.findall(r'<link rel="modulepreload" href="/web/(.+?)">', page) == page_modules()
        imported = re.findall(r'from "\./(.+?)"', "".join(KNOWN[name].content.decode() for name in page_modules()))
        assert {"app.js", *imported} == set(page_modules())

    async def test_the_page_has_all_its_styles_in_one_file(self, client: httpx.AsyncClient) -> None:
        """Nothing is painted before the last of its stylesheets is there."""
        page = (await client.get("/")).text
        (sheet,) = re.findall(r'<link rel="stylesheet" href="/web/(.+?)">', page)
        styles = (await client.get(f"/web/{sheet}")).text
        assert all(file.content.decode() in styles for name, file in KNOWN.items() if name.endswith(".css"))

    async def test_a_browser_without_an_id_gets_one(self, client: httpx.AsyncClient) -> None:
        """Its conversations belong to it; no script and no other site can use it."""
        cookie = (await client.get("/")).headers["set-cookie"]
        assert re.fullmatch(
            rf"{COOKIE}=[\w-]{{32}}; HttpOnly; Max-Age=31536000; Path=/; SameSite=lax", cookie, re.IGNORECASE
        )

    async def test_a_browser_keeps_its_id(self, client: httpx.AsyncClient) -> None:
        """Its conversations would be lost otherwise."""
        await client.get("/")
        assert "set-cookie" not in (await client.get("/")).headers

    @pytest.mark.parametrize("value", ["", "short", "x" * 33, "x" * 31 + "!"])
    async def test_an_id_that_is_not_ours_is_replaced(self, client: httpx.AsyncClient, value: str) -> None:
        """What stands in it would be the name of an owner."""
        response = await client.get("/", headers={"Cookie": f"{COOKIE}={value}"})
        assert COOKIE in response.headers["set-cookie"]

    async def test_over_https_the_id_stays_there(self) -> None:
        """It never crosses the network in the clear."""
        transport = httpx.ASGITransport(an_app())
        async with httpx.AsyncClient(transport=transport, base_url="https://localhost") as client:
            assert "Secure" in (await client.get("/")).headers["set-cookie"]
