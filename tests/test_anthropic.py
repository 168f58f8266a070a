"""Answers written by a model of Anthropic: its adapter as it is installed, over real HTTP on loopback."""

import asyncio
import importlib.util
import json
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.errors import ModelBusy
from bot.llama_language_model import load_language_model
from bot.message import Message
from bot.settings import Settings
from tests.fake_anthropic import address, begin, end, say
from tests.fake_llm import FakeLLM, Reply, Stall, tokens

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("llama_index.llms.anthropic") is None, reason="the extra `anthropic` is not installed"
)

MODEL = "claude-sonnet-4-5"
KEY = "sk-ant-secret"
QUESTION = "Who commands the security mission in Haiti?"
SENTENCE = "Godfrey Otunge commands the security mission in Haiti."
WRITTEN = f"{SENTENCE} [1] It has 5,000 soldiers. [1]"


def footnote(server: FakeLLM, *arguments: str) -> Any:
    """What the command says as JSON, with the model at `server` configured."""
    configured = {
        "FOOTNOTE_LLM_PROVIDER": "anthropic",
        "FOOTNOTE_LLM_MODEL": MODEL,
        "FOOTNOTE_LLM_BASE_URL": address(server),
        "FOOTNOTE_LLM_API_KEY": KEY,
    }
    return json.loads(CliRunner().invoke(app, [*arguments, "--json"], env=configured).stdout)


@pytest.fixture
def documents(empty_folder: Path) -> None:
    (empty_folder / "seeds").mkdir()
    (empty_folder / "seeds" / "mission.md").write_text(f"# The mission\n\n{SENTENCE} It began in June.\n")


def settings_for(server: FakeLLM) -> Settings:
    return Settings(
        documents=Path("seeds"),
        llm_provider="anthropic",
        llm_model=MODEL,
        llm_base_url=address(server),
        llm_api_key=KEY,
    )


@pytest.mark.usefixtures("documents")
def test_what_it_writes_is_proven_and_counted() -> None:
    """What the sources do not say is left out; tokens, key and question are where they belong."""
    with FakeLLM(Reply.of(*begin(read=900), *map(say, tokens(WRITTEN)), *end(written=12))) as server:
        answer = footnote(server, "ask", QUESTION)
        (call,) = footnote(server, "explain")["calls"]
        (asked,) = server.requests
    assert (answer["writer"], answer["model"]) == ("generative", MODEL)
    assert answer["answer"] == f"{SENTENCE} [1]"
    assert (call["input_tokens"], call["output_tokens"]) == (900, 12)
    assert asked.headers["x-api-key"] == KEY
    assert [message["role"] for message in asked.messages] == ["user"]
    assert QUESTION in json.dumps(asked.messages)


@pytest.mark.usefixtures("documents")
@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply.status(401), "does not accept the key (401)"),
        (Reply.of(*begin(read=900), say(SENTENCE)), "broke off in the middle of its answer"),
    ],
)
def test_a_failure_ends_in_the_documents_own_words(reply: Reply, reason: str) -> None:
    """With a notice that says why."""
    with FakeLLM(reply) as server:
        answer = footnote(server, "ask", QUESTION)
    assert (answer["writer"], answer["answer"]) == ("extractive", f"{SENTENCE} [1]")
    assert reason in answer["notice"]


@pytest.mark.usefixtures("documents")
def test_a_sentence_that_is_cut_off_was_never_said() -> None:
    """Those before it are the answer, and no notice counts it."""
    reply = Reply.of(*begin(read=900), say(f"{SENTENCE} [1] It began in"), *end(written=12, reason="max_tokens"))
    with FakeLLM(reply) as server:
        answer = footnote(server, "ask", QUESTION)
    assert (answer["writer"], answer["answer"], answer["notice"]) == ("generative", f"{SENTENCE} [1]", None)


async def test_leaving_closes_the_connection() -> None:
    """A call that nobody waits for any more costs nothing."""
    with FakeLLM(Reply.of(*begin(read=900), say("So far"), Stall())) as server:
        model = load_language_model(settings_for(server))
        async with aclosing(model.stream([Message("user", QUESTION)])) as stream:
            assert await anext(stream) == "So far"
            assert not server.requests[0].left.is_set()
        assert await asyncio.to_thread(server.requests[0].left.wait, 10)


async def test_a_busy_server_is_asked_again_and_then_left_alone() -> None:
    """By us and not by its client, whose own tries would use up the deadline."""
    with FakeLLM(Reply.status(429)) as server:
        model = load_language_model(settings_for(server))
        model.pauses_s = (0.0,)
        with pytest.raises(ModelBusy):
            await anext(model.stream([Message("user", QUESTION)]))
        assert len(server.requests) == 2
