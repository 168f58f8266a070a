"""MCP at a real `footnote serve` that asks for keys."""

import re
from collections.abc import Iterator

import httpx2
import pytest

from tests.footnote_process import Server, run, serving
from tests.mcp_house import QUESTION, client_of, words, write_folder

POST = {"content-type": "application/json", "accept": "application/json, text/event-stream"}


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("served")
    return {"FOOTNOTE_DOCUMENTS": str(write_folder(folder / "documents")), "FOOTNOTE_HOME": str(folder / "home")}


def new_key(places: dict[str, str], name: str, *more: str) -> str:
    added = run("keys", "add", name, "--scope", "ask", *more, **places)
    [key] = re.findall(r"fn_[\w-]{43}", added.stdout)
    return str(key)


@pytest.fixture(scope="module")
def keys(places: dict[str, str]) -> dict[str, str]:
    return {"all": new_key(places, "all"), "port": new_key(places, "port", "--documents", "port/*")}


@pytest.fixture(scope="module")
def server(places: dict[str, str], keys: dict[str, str]) -> Iterator[Server]:
    with serving(**places) as running:
        running.wait_until_ready()
        yield running
        assert running.stop() == 0
        assert "Traceback" not in running.process.communicate()[1]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_a_key_opens_what_it_is_for(server: Server, keys: dict[str, str], mode: str) -> None:
    """With the one everything can be asked and read, with the other only what it is for exists."""
    url = f"{server.url}/mcp"
    async with (
        client_of(url, mode, authorization=f"Bearer {keys['all']}") as everything,
        client_of(url, mode, authorization=f"Bearer {keys['port']}") as port,
    ):
        assert "[1]" in words(await everything.call_tool("ask", {"question": QUESTION}))
        assert not (await port.call_tool("ask", {"question": QUESTION})).structured_content["answered"]
        assert {one.name for one in (await port.list_resources()).resources} == {"port/café #1%.txt", "port/lasers.txt"}
        assert (await port.call_tool("read_document", {"document": "mission.md"})).is_error


@pytest.mark.parametrize("sent", [{}, {"authorization": "Bearer fn_" + "x" * 43}])
async def test_without_a_valid_key_nothing_is_said(server: Server, sent: dict[str, str]) -> None:
    async with httpx2.AsyncClient(trust_env=False) as http:
        response = await http.post(f"{server.url}/mcp", json={}, headers=POST | sent)
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Bearer")


async def test_larger_bodies_than_the_settings_allow_are_refused(server: Server, keys: dict[str, str]) -> None:
    headers = POST | {"authorization": f"Bearer {keys['all']}"}
    async with httpx2.AsyncClient(trust_env=False) as http:
        response = await http.post(f"{server.url}/mcp", content=b" " * (256 * 1024 + 1), headers=headers)
    assert response.status_code == 413
