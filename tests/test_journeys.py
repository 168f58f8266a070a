"""The journeys of the product from one end to the other, with nothing faked."""

import hashlib
import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app
from index.catalog import Catalog
from tests.footnote_process import Server, run, serving, until

BRIEFING = (
    "# The security mission in Haiti\n"
    "\n"
    "Godfrey Otunge commands the multinational security mission. Most of its officers are from Kenya.\n"
    "\n"
    "## Where it works\n"
    "\n"
    "The fight for the port took place in Port-au-Prince. The port's authority is called APN.\n"
)
QUESTION = "Who commands the multinational security mission?"


@pytest.fixture(autouse=True)
def documents(empty_folder: Path) -> Path:
    folder = empty_folder / "seeds"
    folder.mkdir()
    (folder / "briefing.md").write_text(BRIEFING)
    return folder


def ask(question: str) -> Any:
    """What `footnote ask --json` says."""
    return json.loads(CliRunner().invoke(app, ["ask", question, "--json"], catch_exceptions=False).stdout)


def quotes(answer: Any) -> str:
    return " ".join(citation["quote"] for citation in answer["citations"])


def test_a_file_becomes_passages(documents: Path, empty_folder: Path) -> None:
    """Every passage is a slice of the file as it is on disk, and names the file's version."""
    (documents / "deeper").mkdir()
    (documents / "deeper" / "rain.txt").write_bytes("Im März fällt Regen.\r\nSonst nicht.\r\n".encode("latin-1"))
    assert CliRunner().invoke(app, ["index"]).exit_code == 0
    with Catalog.open(empty_folder / ".footnote" / "catalog.sqlite", read_only=True) as catalog:
        assert [(each.id, each.title) for each in catalog.documents()] == [
            ("briefing.md", "The security mission in Haiti"),
            ("deeper/rain.txt", "rain"),
        ]
        passages = catalog.passages(range(100)).values()
    texts = {"briefing.md": BRIEFING, "deeper/rain.txt": "Im März fällt Regen.\r\nSonst nicht.\r\n"}
    for passage in passages:
        text = texts[passage.document]
        assert passage.text == text[passage.start : passage.end]
        assert passage.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert {passage.document for passage in passages} == set(texts)


def test_a_question_becomes_an_answer() -> None:
    """Each sentence of the answer has a footnote; each footnote stands in the file."""
    answer = ask(QUESTION)
    assert answer["answered"]
    assert "Godfrey Otunge" in answer["answer"]
    for citation in answer["citations"]:
        assert f"[{citation['number']}]" in answer["answer"]
        assert citation["quote"] == BRIEFING[citation["start"] : citation["end"]]
        assert citation["sha256"] == hashlib.sha256(BRIEFING.encode()).hexdigest()


def test_the_next_question_knows_what_changed(documents: Path) -> None:
    """A file is dropped into the folder, edited, renamed, deleted: each next answer is of the new state."""
    assert "Otunge" in quotes(ask(QUESTION))
    (documents / "rain.txt").write_text("The rain in Spain stays mainly in the plain.")
    assert quotes(ask("Where does the rain in Spain stay?")) == "The rain in Spain stays mainly in the plain."
    (documents / "briefing.md").write_text(BRIEFING.replace("Godfrey Otunge", "Amina Wanjiru"))
    assert "Amina Wanjiru" in quotes(ask(QUESTION))
    assert "Otunge" not in json.dumps(ask(QUESTION))
    (documents / "briefing.md").rename(documents / "report.md")
    assert {citation["document"] for citation in ask(QUESTION)["citations"]} == {"report.md"}
    (documents / "report.md").unlink()
    assert "Wanjiru" not in json.dumps(ask(QUESTION))


def test_a_server_says_how_far_it_is_and_then_answers_like_the_command_line() -> None:
    """It listens at once, refuses with what it waits for, and then cites what `footnote ask` cites."""
    with serving() as server:
        status, state = server.get("/readyz")
        assert (status, state["ready"], state["detail"][:10]) == (503, False, "indexing, ")
        status, problem = server.post("/ask", {"question": QUESTION})
        assert (status, problem["detail"][:10]) == (503, "indexing, ")
        server.wait_until_ready()
        served = server.ask(QUESTION)
        printed = json.loads(run("ask", QUESTION, "--json").stdout)
        assert without_scores(served, server.url) == without_scores(printed, "")
        assert page(served["citations"][0]["url"]).count("<mark") == 1


def without_scores(answer: Any, base_url: str) -> list[dict[str, Any]]:
    """What both must say alike: vectors are compared exactly here and approximately there."""
    return [
        {**citation, "url": citation["url"].removeprefix(base_url), "score": None} for citation in answer["citations"]
    ]


def test_a_server_keeps_its_answers(empty_folder: Path) -> None:
    """Each can be looked at afterwards, also after a restart; an unknown one is not found."""
    with serving() as server:
        server.wait_until_ready()
        answer = server.ask(QUESTION)
        server.stop()
    with serving() as server:
        status, record = server.get(f"/answers/{answer['id']}")
        assert (status, record["answer"]["answer"]) == (200, answer["answer"])
        assert any(passage["fate"].startswith("cited as [1]") for passage in record["considered"])
        status, problem = server.get("/answers/nothing")
        assert (status, problem["detail"]) == (404, "no answer of that id is kept")


def page(url: str) -> str:
    with urllib.request.urlopen(url) as response:
        text: str = response.read().decode()
        return text


def test_a_running_server_knows_what_changed(documents: Path) -> None:
    """It looks at the folder by itself; a file that is dropped, edited or deleted is known soon."""
    with serving(FOOTNOTE_SYNC_INTERVAL="0.05") as server:
        server.wait_until_ready()
        (documents / "rain.txt").write_text("The rain in Spain stays mainly in the plain.")
        until(lambda: "plain" in found(server, "Where does the rain in Spain stay?"))
        (documents / "briefing.md").write_text(BRIEFING.replace("Godfrey Otunge", "Amina Wanjiru"))
        until(lambda: "Wanjiru" in found(server, QUESTION))
        assert "Otunge" not in found(server, QUESTION)
        (documents / "briefing.md").unlink()
        until(lambda: "Wanjiru" not in found(server, QUESTION))


def found(server: Server, question: str) -> str:
    return json.dumps(server.post("/search", {"query": question})[1]["passages"])
