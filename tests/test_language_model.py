"""Tests of the language model behind its adapter, over real HTTP on loopback, and of what its failures become."""

import asyncio
import importlib.util
import json
import math
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ModelBusy, ModelConfused, ModelProblem, ModelRefused, ModelSlow, ModelUnavailable
from bot.llama_language_model import LlamaLanguageModel, load_language_model
from bot.message import Message
from bot.model_failure import ModelFailure
from bot.settings import Settings
from index.errors import SettingsInvalid
from tests.fake_llm import (
    BreakOff,
    Chunk,
    Done,
    FakeLLM,
    Finish,
    Raw,
    Reply,
    Stall,
    Text,
    UsageChunk,
)

KEY = "sk-very-secret"
ASKED = [Message("system", "Cite."), Message("user", "Who commands it?")]
GOOD = "Godfrey Otunge commands it. [1]"


def settings_for(base_url: str, **more) -> Settings:
    given = {"llm_model": "scripted", "llm_api_key": KEY, **more}
    return Settings(documents=Path("seeds"), llm_base_url=base_url, **given)


def model_at(server: FakeLLM, **more) -> LlamaLanguageModel:
    """As it is loaded, but for the pauses between tries."""
    model = load_language_model(settings_for(server.base_url, **more))
    model.pauses_s = (0.0, 0.0)
    return model


async def said(model: LlamaLanguageModel) -> str:
    async with aclosing(model.stream(ASKED)) as stream:
        return "".join([delta async for delta in stream])


async def problem_of(model: LlamaLanguageModel) -> ModelProblem:
    with pytest.raises(ModelProblem) as raised:
        await said(model)
    return raised.value


async def test_text_usage_and_ending_arrive_and_the_request_is_ours():
    """One streamed request carries the messages, the key, temperature 0 and the bounds; the rest comes back."""
    with FakeLLM(Reply.text(GOOD, usage=(812, 9))) as server:
        stream = model_at(server, llm_max_tokens=77).stream(ASKED)
        text = "".join([delta async for delta in stream])
        request = server.requests[0]
    assert (text, stream.ending, stream.input_tokens, stream.output_tokens) == (GOOD, "complete", 812, 9)
    assert [(each["role"], each["content"]) for each in request.messages] == [
        ("system", "Cite."),
        ("user", "Who commands it?"),
    ]
    assert (request.body["model"], request.body["temperature"], request.body["max_tokens"]) == ("scripted", 0, 77)
    assert request.body["stream"] is True
    assert request.headers["authorization"] == f"Bearer {KEY}"


async def test_text_arrives_while_the_model_is_still_writing():
    """The first words do not wait for the last."""
    stall = Stall()
    with FakeLLM(Reply.of(Text("So"), stall, Text(" far."), Finish(), Done())) as server:
        async with aclosing(model_at(server).stream(ASKED)) as stream:
            assert await anext(stream) == "So"
            stall.release()
            assert [delta async for delta in stream] == [" far."]


async def test_a_key_of_the_environment_never_goes_to_a_configured_server(monkeypatch):
    """Without a key of ours, the one that OpenAI's own tools use is not sent to whoever answers here."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-somebody-else")
    with FakeLLM(Reply.text(GOOD)) as server:
        await said(model_at(server, llm_api_key=None))
        assert "sk-of-somebody-else" not in json.dumps(server.requests[0].headers)


async def test_a_server_that_refuses_to_tell_usage_is_asked_without_from_then_on():
    """The unknown field costs one refused request, once, not an answer."""

    def strict(received):
        return Reply.status(400) if "stream_options" in received.body else Reply.text(GOOD)

    with FakeLLM(strict) as server:
        model = model_at(server)
        assert [await said(model), await said(model)] == [GOOD, GOOD]
        assert ["stream_options" in request.body for request in server.requests] == [True, False, False]


async def test_a_request_that_is_refused_for_another_reason_is_not_blamed_on_usage():
    """Usage is asked for again after a question that was too long."""
    replies = Reply.status(400), Reply.status(400), Reply.text(GOOD, usage=(3, 4))
    with FakeLLM(*replies) as server:
        model = model_at(server)
        assert isinstance(await problem_of(model), ModelRefused)
        stream = model.stream(ASKED)
        assert "".join([delta async for delta in stream]) == GOOD
        assert (stream.input_tokens, stream.output_tokens) == (3, 4)


@pytest.mark.parametrize("code", [429, 500, 502, 503])
async def test_what_passes_is_tried_again(code):
    """A busy or stumbling server gets two more chances before the first word."""
    with FakeLLM(Reply.status(code), Reply.status(code), Reply.text(GOOD)) as server:
        assert await said(model_at(server)) == GOOD
        assert len(server.requests) == 3


async def test_a_connection_that_is_lost_before_the_first_word_is_tried_again():
    """Nothing was said yet, so nothing is said twice."""
    with FakeLLM(Reply.of(BreakOff()), Reply.text(GOOD)) as server:
        assert await said(model_at(server)) == GOOD


async def test_a_short_wait_that_is_asked_for_replaces_our_own():
    """`Retry-After: 0` is now, whatever our pause would have been."""
    with FakeLLM(Reply.status(429, {"Retry-After": "0"}), Reply.text(GOOD)) as server:
        model = model_at(server)
        model.pauses_s = (math.inf,)
        assert await said(model) == GOOD


@pytest.mark.parametrize("wait", ["60", "Wed, 21 Oct 2026 07:28:00 GMT", "nan", "inf", "-1", "soon"])
async def test_a_long_wait_is_not_waited_for(wait):
    """A reader does not sit through a minute of `Retry-After`; the documents are quoted instead."""
    with FakeLLM(Reply.status(429, {"Retry-After": wait})) as server:
        problem = await problem_of(model_at(server))
        assert isinstance(problem, ModelBusy)
        assert len(server.requests) == 1


async def test_nothing_is_tried_again_after_the_first_word():
    """Half an answer is not followed by another."""
    with FakeLLM(Reply.of(Text("Half"), BreakOff()), Reply.text(GOOD)) as server:
        await problem_of(model_at(server))
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("reply", "kind", "words", "requests"),
    [
        (Reply.status(429), ModelBusy, "has too many requests (429)", 3),
        (Reply.status(500), ModelUnavailable, "failed (500)", 3),
        (Reply.status(401), ModelRefused, "does not accept the key (401)", 1),
        (Reply.status(403), ModelRefused, "does not accept the key (403)", 1),
        (Reply.status(404), ModelRefused, "is not known to its server (404)", 1),
        (Reply.status(400), ModelRefused, "does not accept the request (400)", 2),
        (Reply.status(418), ModelRefused, "does not accept the request (418)", 1),
        (Reply.status(302), ModelRefused, "does not accept the request (302)", 1),
        (Reply.status(408), ModelSlow, "did not answer in time", 1),
        (Reply.of(Text("Half"), BreakOff()), ModelUnavailable, "broke off in the middle of its answer", 1),
        (Reply.of(Text("Half")), ModelUnavailable, "broke off in the middle of its answer", 1),
        (Reply.of(Text("Half"), Done()), ModelUnavailable, "broke off in the middle of its answer", 1),
        (Reply.of(Done()), ModelConfused, "sent no answer", 1),
        (Reply.of(), ModelConfused, "sent no answer", 1),
        (Reply.body(b"<html><body>Log in</body></html>", "text/html"), ModelConfused, "sent no answer", 1),
        (Reply.body(b'{"choices": [{"message": {"content": "Hi"}}]}', "application/json"), ModelConfused, "no a", 1),
        (Reply.of(Raw(b"data: {not json\n\n"), Finish()), ModelConfused, "sent something that is no answer", 1),
        (Reply.of(Raw(b"data: \xff\xfe\n\n"), Finish()), ModelConfused, "sent something that is no answer", 1),
        (Reply.of(Raw(b"data: 17\n\n"), Finish()), ModelConfused, "sent something that is no answer", 1),
        (Reply.of(Chunk({"choices": "none"}), Finish()), ModelConfused, "sent something that is no answer", 1),
        (
            Reply.of(Chunk({"choices": [{"delta": {"content": 17}}]}), Finish()),
            ModelConfused,
            "sent something that is no answer",
            1,
        ),
        (
            Reply.of(Text("Half"), Chunk({"error": {"message": f"{KEY} at http://inside"}})),
            ModelUnavailable,
            "failed",
            1,
        ),
    ],
)
async def test_every_failure_becomes_a_problem_in_our_words(reply, kind, words, requests):
    """Whatever the server does wrong, callers see one line that goes on from "the language model"."""
    with FakeLLM(reply) as server:
        problem = await problem_of(model_at(server))
        assert type(problem) is kind
        assert words in str(problem)
        assert len(server.requests) == requests
        assert_tells_nothing(problem, server)


def assert_tells_nothing(problem: ModelProblem, server: FakeLLM) -> None:
    """No address, no key, no stack."""
    assert "\n" not in str(problem)
    assert not [word for word in (KEY, "127.0.0.1", "http", "Traceback", "message of it") if word in str(problem)]


async def test_nobody_at_the_address():
    """A server that is not running is named as such."""
    with FakeLLM(Reply.text(GOOD)) as server:
        model = model_at(server)
    problem = await problem_of(model)
    assert type(problem) is ModelUnavailable
    assert str(problem) == "cannot be reached"


async def test_a_server_that_says_nothing_is_slow_after_the_deadline():
    """The client's own limit is the deadline, even if nobody else watches the clock."""
    with FakeLLM(Reply.of(Stall())) as server:
        assert type(await problem_of(model_at(server, llm_deadline=0.2))) is ModelSlow


@pytest.mark.parametrize(
    ("reason", "ending"),
    [("stop", "complete"), ("length", "cut"), ("content_filter", "filtered"), ("eos_token", "complete")],
)
async def test_why_the_model_stopped_is_told(reason, ending):
    """Callers drop half a sentence and respect a filter; they need to know."""
    with FakeLLM(Reply.text(GOOD, finish=reason)) as server:
        stream = model_at(server).stream(ASKED)
        assert "".join([delta async for delta in stream]) == GOOD
        assert stream.ending == ending


async def test_harmless_oddities_of_servers_change_nothing():
    """Empty choices, null content, thoughts and comments stand between the words of many servers."""
    reply = Reply.of(
        Raw(b": keep alive\n\n"),
        Chunk({"choices": [], "prompt_filter_results": []}),
        Chunk({"choices": [{"index": 0, "delta": {"role": "assistant", "content": None}}]}),
        Chunk({"choices": [{"index": 0, "delta": {"reasoning_content": "Who would know?"}}]}),
        Chunk({"choices": [{"index": 0, "delta": {"content": None}}]}),
        Text("Godfrey"),
        Text(""),
        Text(" Otunge."),
        Finish(),
        Done(),
    )
    with FakeLLM(reply) as server:
        assert await said(model_at(server)) == "Godfrey Otunge."


async def test_half_a_character_does_not_get_through():
    """Text that cannot be encoded would break whoever stores or sends it."""
    with FakeLLM(Reply.of(Raw(b'data: {"choices": [{"delta": {"content": "a\\ud800b"}}]}\n\n'), Finish())) as server:
        assert await said(model_at(server)) == "a\ufffdb"


@pytest.mark.parametrize("counts", [("many", "few"), (-1, -2), (10**30, 10**30), (None, None)])
async def test_counts_that_are_none_are_not_believed(counts):
    """What is recorded as tokens is a sensible number or nothing."""
    with FakeLLM(Reply.of(Text("Yes."), Finish(), UsageChunk(0, 0), Chunk(_usage_of(*counts)), Done())) as server:
        stream = model_at(server).stream(ASKED)
        assert "".join([delta async for delta in stream]) == "Yes."
        assert (stream.input_tokens, stream.output_tokens) == (None, None)


def _usage_of(read, written) -> dict:
    return {"choices": [], "usage": {"prompt_tokens": read, "completion_tokens": written, "total_tokens": 0}}


@pytest.mark.parametrize("chunk", [Text("more "), Chunk({"choices": [{"delta": {"reasoning_content": "hm"}}]})])
async def test_a_model_that_never_stops_is_stopped(chunk):
    """What it was allowed to write, and a generous margin, bounds what is read; then the connection is closed."""
    stall = Stall()
    with FakeLLM(Reply.of(Text("So "), *[chunk] * 2000, stall)) as server:
        problem = await problem_of(model_at(server, llm_max_tokens=64))
        assert type(problem) is ModelConfused
        assert await asyncio.to_thread(server.requests[0].left.wait, 10)


async def test_leaving_closes_the_connection():
    """A call that nobody waits for any more costs the model's server nothing."""
    with FakeLLM(Reply.of(Text("So far"), Stall())) as server:
        async with aclosing(model_at(server).stream(ASKED)) as stream:
            assert await anext(stream) == "So far"
            assert not server.requests[0].left.is_set()
        assert await asyncio.to_thread(server.requests[0].left.wait, 10)


async def test_cancelling_closes_the_connection():
    """A deadline ends the call even while nothing comes."""
    with FakeLLM(Reply.of(Stall())) as server:
        asking = asyncio.create_task(said(model_at(server)))
        await asyncio.to_thread(server.wait_for)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert await asyncio.to_thread(server.requests[0].left.wait, 10)


async def test_nonsense_closes_the_connection():
    """A server whose first chunk is no JSON is not listened to any longer."""
    with FakeLLM(Reply.of(Raw(b"data: {not json\n\n"), Stall())) as server:
        await problem_of(model_at(server))
        assert await asyncio.to_thread(server.requests[0].left.wait, 10)


async def test_many_calls_at_once_do_not_mix():
    """Each stream carries the answer to its own question."""

    def echo(received):
        return Reply.text(f"You said {received.messages[0]['content']}.")

    with FakeLLM(echo) as server:
        model = model_at(server)

        async def asked(word: str) -> str:
            async with aclosing(model.stream([Message("user", word)])) as stream:
                return "".join([delta async for delta in stream])

        words = [f"word{number}" for number in range(16)]
        answers = await asyncio.gather(*(asked(word) for word in words))
    assert answers == [f"You said {word}." for word in words]


async def test_the_global_settings_of_llamaindex_are_never_touched(monkeypatch):
    """Loading and asking work where every access to LlamaIndex's global `Settings` raises."""
    from llama_index.core import settings as llama_settings

    class Untouchable:
        def __getattribute__(self, name):
            raise AssertionError(f"the global settings of LlamaIndex were asked for {name}")

        def __setattr__(self, name, value):
            raise AssertionError(f"the global settings of LlamaIndex were told {name}")

    kind = type(llama_settings.Settings)
    monkeypatch.setattr(kind, "__getattribute__", Untouchable.__getattribute__)
    monkeypatch.setattr(kind, "__setattr__", Untouchable.__setattr__)
    with FakeLLM(Reply.text(GOOD)) as server:
        assert await said(model_at(server)) == GOOD
    with pytest.raises(AssertionError):
        _ = llama_settings.Settings.llm


def test_a_model_that_cannot_chat_is_an_error_at_start():
    """LlamaIndex's objection arrives as one line that names our setting."""
    with pytest.raises(SettingsInvalid, match=r"^FOOTNOTE_LLM_MODEL: this model cannot be used for chat$"):
        load_language_model(settings_for("http://127.0.0.1:9/v1", llm_model="gpt-5.4-pro"))


@pytest.mark.skipif(importlib.util.find_spec("anthropic") is not None, reason="the extra is installed")
def test_without_its_extra_anthropic_is_an_error_at_start():
    """Who configures Anthropic is told what to install."""
    with pytest.raises(SettingsInvalid, match=r"footnote-bot\[anthropic\]"):
        load_language_model(settings_for("http://127.0.0.1:9/v1", llm_provider="anthropic"))


async def test_any_chat_model_of_llamaindex_can_be_adapted():
    """Models that tell neither why they end nor what it cost still have their failures translated."""

    class Broken:
        async def astream_chat(self, messages, **options):
            raise RuntimeError(f"{KEY}\nTraceback")

    @asynccontextmanager
    async def connect():
        yield Broken()

    problem = await problem_of(LlamaLanguageModel("broken", connect, 100))
    assert type(problem) is ModelUnavailable
    assert str(problem) == "failed"


@given(st.integers(100, 999), st.booleans(), st.text())
def test_every_status_has_words(status, begun, retry_after):
    """No status and no header of a server can break the translation."""

    class Refused(Exception):
        status_code = status
        response = httpx.Response(200, headers=[(b"retry-after", retry_after.encode())])

    failure = ModelFailure.of(Refused("secret"))
    problem = failure.problem(begun)
    assert isinstance(problem, ModelProblem)
    assert "secret" not in str(problem)
    assert failure.retry_after_s is None or failure.retry_after_s >= 0
