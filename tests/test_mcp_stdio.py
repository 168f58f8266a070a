"""`footnote mcp` as other programs run it: a real process that speaks the protocol on standard input and output."""

import json
import os
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

from bot.settings import Settings
from bot.wiring import index_documents, kept_history
from index.ownership import Ownership
from index.progress import unheard
from tests.footnote_process import DEADLINE_S, command, environment, run
from tests.mcp_house import FOLDER, QUESTION, words, write_folder

INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folder(tmp_path_factory.mktemp("documents"))


def variables(documents: Path, home: Path) -> dict[str, str]:
    return environment(FOOTNOTE_DOCUMENTS=str(documents), FOOTNOTE_HOME=str(home))


@asynccontextmanager
async def client_in(documents: Path, home: Path) -> AsyncIterator[Client]:
    program, *arguments = command("mcp")
    parameters = StdioServerParameters(command=program, args=arguments, env=variables(documents, home))
    async with Client(parameters) as client:
        yield client


@contextmanager
def process_in(documents: Path, home: Path) -> Iterator["subprocess.Popen[str]"]:
    """Initialised; killed at the end if need be."""
    with subprocess.Popen(
        command("mcp"),
        env=variables(documents, home),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert exchanged(process, INITIALIZE)["result"]["serverInfo"]["name"] == "footnote"
            yield process
        finally:
            process.kill()


def exchanged(process: "subprocess.Popen[str]", message: dict[str, Any]) -> Any:
    """The answer to it, which is the next line."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(message) + "\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


async def test_the_folder_is_asked_without_indexing_it_first(tmp_path: Path) -> None:
    """At once, and again after a document has changed; nobody has to start anything anew."""
    changing = write_folder(tmp_path / "documents")
    async with client_in(changing, tmp_path / "home") as client:
        assert [tool.name for tool in (await client.list_tools()).tools] == ["ask", "search", "read_document"]
        assert {one.name for one in (await client.list_resources()).resources} == set(FOLDER)
        result = await client.call_tool("ask", {"question": QUESTION})
        assert "Otunge commands the mission in Haiti. [1]" in words(result)
        [cited] = result.structured_content["citations"]
        piece = await client.call_tool("read_document", {key: cited[key] for key in ("document", "start", "end")})
        assert piece.structured_content["text"] == cited["quote"]
        changed = changing / "mission.md"
        changed.write_text("Wanjiru commands the mission in Haiti.\n")
        deadline = time.monotonic() + DEADLINE_S
        while "Wanjiru" not in words(await client.call_tool("ask", {"question": QUESTION})):
            assert time.monotonic() < deadline


async def test_conversations_are_kept(documents: Path, tmp_path: Path) -> None:
    """For whoever wants to know how an answer came about; a follow-up of a later process builds on it."""
    home = tmp_path / "home"
    async with client_in(documents, home) as client:
        first = (await client.call_tool("ask", {"question": QUESTION})).structured_content
    async with client_in(documents, home) as client:
        follow_up = {"question": "How many officers has it?", "conversation_id": first["conversation_id"]}
        second = (await client.call_tool("ask", follow_up)).structured_content
    assert second["standalone_question"] != second["question"]
    with kept_history(Settings(documents=documents, home=home)) as history:
        assert history.record(first["id"]).answer.question == QUESTION


async def test_an_index_that_a_server_owns_is_asked_as_it_is(documents: Path, tmp_path: Path) -> None:
    settings = Settings(documents=documents, home=tmp_path / "home")
    index_documents(settings, unheard)
    with Ownership(settings.home).acquire("footnote serve"):
        async with client_in(documents, settings.home) as client:
            result = await client.call_tool("ask", {"question": QUESTION})
    assert result.structured_content["answered"]


async def test_nobody_is_kept_from_the_index(documents: Path, tmp_path: Path) -> None:
    """A program that stays open for days owns nothing while nobody asks."""
    home = tmp_path / "home"
    async with client_in(documents, home) as client:
        await client.call_tool("ask", {"question": QUESTION})
        with Ownership(home).acquire("footnote serve"):
            assert (await client.call_tool("ask", {"question": QUESTION})).structured_content["answered"]


def test_it_ends_with_its_input(documents: Path, tmp_path: Path) -> None:
    """And has said nothing but the protocol's lines; what was no message among its input is passed over."""
    with process_in(documents, tmp_path / "home") as process:
        assert process.stdin is not None
        process.stdin.write("this is no JSON\n\n{}\n")
        assert exchanged(process, {"jsonrpc": "2.0", "id": 2, "method": "ping"}) == {
            "jsonrpc": "2.0",
            "id": 2,
            "result": {},
        }
        out, err = process.communicate(timeout=DEADLINE_S)
        assert (process.returncode, out) == (0, "")
        assert "Traceback" not in err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_told_to(documents: Path, tmp_path: Path, number: int) -> None:
    """Although its input is still open, and silent."""
    with process_in(documents, tmp_path / "home") as process:
        os.kill(process.pid, number)
        assert process.wait(DEADLINE_S) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_an_index_that_is_still_being_made_is_named(documents: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    with Ownership(home).acquire("footnote serve"):
        done = run("mcp", FOOTNOTE_DOCUMENTS=str(documents), FOOTNOTE_HOME=str(home))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"footnote: the index in {home} is being made by another process; try again\n"
