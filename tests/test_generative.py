"""Tests of the writer with a language model: real HTTP on loopback behind LlamaIndex's own adapter."""

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.circuit import Circuit
from bot.claim import Claim
from bot.errors import ModelConfused, ModelProblem, ModelRefused, ModelSlow, ModelUnavailable
from bot.generative import GenerativeWriter, Writing
from bot.language_model import Ending
from bot.llama_language_model import LlamaLanguageModel, load_language_model
from bot.markers import SENTINEL
from bot.message import Message
from bot.prompts import Prompt
from bot.settings import Settings
from bot.turn import Turn
from index.document import Document
from index.retriever import Hit
from tests.fake_llm import BreakOff, Done, FakeLLM, Finish, Reply, Stall, Text
from tests.fakes import hit_of

QUESTION = "Who commands the mission?"
HITS = [hit_of(Document("a.txt", "Godfrey Otunge commands the mission.")), hit_of(Document("b.txt", "Kenya pays."))]
TURNS = [Turn("Who commands the mission?", "Who commands the mission?", "Godfrey Otunge commands it.")]
TWO = "Godfrey Otunge commands it. [1] Kenya pays for it. [2]"
TWO_CLAIMS = [Claim("Godfrey Otunge commands it.", (1,)), Claim("Kenya pays for it.", (2,))]


class PlainPrompts:
    """The question and the passages as they are."""

    def answering(self, question: str, hits: Sequence[Hit]) -> Prompt:
        messages = (Message("system", "answer"), Message("user", question))
        return Prompt(messages, "hash of answering", len(hits))

    def condensing(self, question: str, turns: Sequence[Turn]) -> Prompt:
        text = "\n".join([*(turn.answer for turn in turns), question])
        return Prompt((Message("system", "condense"), Message("user", text)), "hash of condensing", 0)


@dataclass
class ScriptedModel:
    """A model in memory: what it says and how it ends; counts its calls and notices who leaves."""

    deltas: Sequence[str] = ()
    ending: Ending | None = "complete"
    problem: Exception | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    name: str = "scripted"
    calls: int = 0
    closed: int = 0
    waiting: list[asyncio.Event] = field(default_factory=list)
    called: asyncio.Event = field(default_factory=asyncio.Event)

    def stream(self, messages):
        self.calls += 1
        self.called.set()
        return ScriptedStream(self)


class ScriptedStream:
    def __init__(self, model: ScriptedModel) -> None:
        self._model = model
        self.ending, self.input_tokens, self.output_tokens = model.ending, model.input_tokens, model.output_tokens
        self._deltas = self._run()

    def __aiter__(self):
        return self

    async def __anext__(self) -> str:
        return await anext(self._deltas)

    async def aclose(self) -> None:
        await self._deltas.aclose()
        self._model.closed += 1

    async def _run(self) -> AsyncIterator[str]:
        for event in self._model.waiting:
            await event.wait()
        for delta in self._model.deltas:
            yield delta
        if self._model.problem:
            raise self._model.problem


def loaded(server: FakeLLM) -> LlamaLanguageModel:
    model = load_language_model(Settings(documents=Path("seeds"), llm_base_url=server.base_url, llm_model="scripted"))
    model.pauses_s = (0.0, 0.0)
    return model


def writer_of(model, circuit: Circuit | None = None, concurrency: int = 2, prices=(None, None)) -> GenerativeWriter:
    return GenerativeWriter(model, PlainPrompts(), circuit or Circuit(), concurrency, *prices)


async def claims_of(writing: Writing) -> list[Claim]:
    async with writing:
        return [claim async for claim in writing]


async def problem_of(writer: GenerativeWriter) -> ModelProblem:
    with pytest.raises(ModelProblem) as raised:
        await claims_of(writer.write(QUESTION, HITS))
    return raised.value


# --- the answer


async def test_an_answer_comes_as_claims_with_one_call():
    """One request makes the whole answer; the record says what it took and how many passages were shown."""
    with FakeLLM(Reply.text(TWO, usage=(1000, 20))) as server:
        writer = writer_of(loaded(server), prices=(3.0, 15.0))
        writing = writer.write(QUESTION, HITS)
        assert await claims_of(writing) == TWO_CLAIMS
        assert len(server.requests) == 1
        assert server.requests[0].messages[1]["content"] == QUESTION
    assert (writer.name, writing.shown, writing.declined) == ("scripted", 2, False)
    usage = writing.usage
    assert usage is not None
    assert (usage.model, usage.prompt_sha256) == ("scripted", "hash of answering")
    assert (usage.input_tokens, usage.output_tokens) == (1000, 20)
    assert usage.cost == pytest.approx(0.0033)
    assert usage.seconds > 0


@pytest.mark.parametrize(
    ("tokens", "prices", "cost"),
    [
        ((1_000_000, 1_000_000), (None, None), None),
        ((1_000_000, 1_000_000), (3.0, None), 3.0),
        ((1_000_000, 1_000_000), (None, 15.0), 15.0),
        ((None, None), (3.0, 15.0), None),
        ((1_000_000, 2_000_000), (0.0, 0.5), 1.0),
    ],
)
async def test_cost_is_told_only_where_it_is_known(tokens, prices, cost):
    """Prices are of a million tokens; without counts or prices nothing is made up."""
    model = ScriptedModel(["Yes. [1]"], input_tokens=tokens[0], output_tokens=tokens[1])
    writing = writer_of(model, prices=prices).write(QUESTION, HITS)
    await claims_of(writing)
    assert writing.usage is not None
    assert writing.usage.cost == cost


async def test_a_claim_comes_while_the_model_is_still_writing():
    """The first sentence does not wait for the second to end."""
    stall = Stall()
    reply = Reply.of(Text("Godfrey Otunge commands it. [1] K"), stall, Text("enya pays for it. [2]"), Finish(), Done())
    with FakeLLM(reply) as server:
        async with writer_of(loaded(server)).write(QUESTION, HITS) as writing:
            assert await anext(writing) == TWO_CLAIMS[0]
            assert writing.usage is None
            stall.release()
            assert [claim async for claim in writing] == TWO_CLAIMS[1:]


async def test_the_sentinel_is_no_claim():
    """A model that finds no answer says so, and that is an answer."""
    with FakeLLM(Reply.text(SENTINEL, usage=(10, 4))) as server:
        writing = writer_of(loaded(server)).write(QUESTION, HITS)
        assert await claims_of(writing) == []
        assert writing.declined
        assert writing.usage is not None


@pytest.mark.parametrize("text", ["", " \n ", "...", "<think>Who would know?"])
async def test_an_empty_answer_is_no_answer(text):
    """A model that ends properly without a sentence has answered nothing."""
    with FakeLLM(Reply.text(text)) as server:
        problem = await problem_of(writer_of(loaded(server)))
    assert type(problem) is ModelConfused
    assert str(problem) == "sent no answer"


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("Godfrey Otunge commands it. [1] Kenya pays fo", TWO_CLAIMS[:1]),
        (TWO, TWO_CLAIMS),
        ('Godfrey Otunge commands it. [1] He said "yes." [2]', [TWO_CLAIMS[0], Claim('He said "yes."', (2,))]),
    ],
)
async def test_half_a_sentence_is_dropped_when_the_model_had_no_more_tokens(text, claims):
    """Its end might have turned it around."""
    with FakeLLM(Reply.text(text, finish="length")) as server:
        assert await claims_of(writer_of(loaded(server)).write(QUESTION, HITS)) == claims


async def test_a_sentence_without_a_full_stop_stands_if_the_model_was_done():
    """Only running out of tokens makes half a sentence of it."""
    with FakeLLM(Reply.text("Godfrey Otunge [1]")) as server:
        assert await claims_of(writer_of(loaded(server)).write(QUESTION, HITS)) == [Claim("Godfrey Otunge", (1,))]


async def test_a_filter_is_respected_and_no_failure():
    """What its maker keeps back is refused; the next question is still asked."""
    with FakeLLM(Reply.text("Godfrey", finish="content_filter")) as server:
        writer = writer_of(loaded(server), Circuit(failures=1))
        for _ in range(2):
            assert type(await problem_of(writer)) is ModelRefused
        assert len(server.requests) == 2


async def test_a_stream_that_breaks_off_raises_after_what_was_said():
    """What was finished came out; then the reader is told."""
    with FakeLLM(Reply.of(Text("Godfrey Otunge commands it. [1] Kenya"), BreakOff())) as server:
        async with writer_of(loaded(server)).write(QUESTION, HITS) as writing:
            assert await anext(writing) == TWO_CLAIMS[0]
            with pytest.raises(ModelUnavailable, match="broke off"):
                await anext(writing)
        assert writing.usage is None


# --- leaving


async def test_leaving_ends_the_call_at_the_model():
    """The client is gone: the model's server sees it go, and the slot is free."""
    stalled = Reply.of(Text("Godfrey Otunge commands it. [1] Kenya"), Stall())
    with FakeLLM(stalled, Reply.text(TWO)) as server:
        writer = writer_of(loaded(server), concurrency=1)
        async with writer.write(QUESTION, HITS) as writing:
            await anext(writing)
        assert await asyncio.to_thread(server.requests[0].left.wait, 10)
        assert await claims_of(writer.write(QUESTION, HITS)) == TWO_CLAIMS


async def test_a_deadline_ends_the_call_at_the_model():
    """Whoever stops waiting while nothing comes leaves nothing running."""
    with FakeLLM(Reply.of(Stall())) as server:
        writing = writer_of(loaded(server)).write(QUESTION, HITS)
        asking = asyncio.create_task(claims_of(writing))
        await asyncio.to_thread(server.wait_for)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert await asyncio.to_thread(server.requests[0].left.wait, 10)


async def test_a_writing_that_is_never_read_calls_nobody():
    """No claim asked for, no request made."""
    model = ScriptedModel(["Yes. [1]"])
    async with writer_of(model).write(QUESTION, HITS):
        pass
    assert model.calls == 0


# --- how many at once


async def test_no_more_calls_run_at_once_than_there_are_slots():
    """Eight questions, two slots: never more than two requests at the server, and every question answered."""
    guard, running, most = threading.Lock(), 0, 0
    stalls = [Stall() for _ in range(8)]

    def script(received):
        nonlocal running, most
        with guard:
            running += 1
            most = max(most, running)
        return Reply.of(Text("Yes. [1]"), stalls[len(server.requests) - 1], Finish(), Done())

    with FakeLLM(script) as server:
        writer = writer_of(loaded(server), concurrency=2)
        asking = [asyncio.create_task(claims_of(writer.write(QUESTION, HITS))) for _ in stalls]
        for number, stall in enumerate(stalls, start=1):
            received = await asyncio.to_thread(server.wait_for, number)
            with guard:
                assert running <= 2
            stall.release()
            await asyncio.to_thread(received.ended.wait, 10)
            with guard:
                running -= 1
        assert await asyncio.gather(*asking) == [[Claim("Yes.", (1,))]] * 8
    assert most == 2


async def test_waiting_for_a_slot_can_be_given_up():
    """A question whose deadline passes in the queue never reaches the model, and the queue goes on."""
    model = ScriptedModel(["Yes. [1]"], waiting=[asyncio.Event()])
    writer = writer_of(model, concurrency=1)
    first = asyncio.create_task(claims_of(writer.write(QUESTION, HITS)))
    await model.called.wait()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await claims_of(writer.write(QUESTION, HITS))
    model.waiting[0].set()
    assert await first == [Claim("Yes.", (1,))]
    assert await claims_of(writer.write(QUESTION, HITS)) == [Claim("Yes.", (1,))]
    assert model.calls == 2


# --- the circuit


async def test_after_failures_in_a_row_the_model_is_left_alone_and_then_tried_again():
    """No request while the circuit is open; the first success after the pause closes it."""
    now = 0.0
    circuit = Circuit(failures=2, first_pause_s=10, clock=lambda: now)
    with FakeLLM(Reply.status(401), Reply.status(401), Reply.text(TWO)) as server:
        writer = writer_of(loaded(server), circuit)
        assert [type(await problem_of(writer)) for _ in range(4)] == [
            ModelRefused,
            ModelRefused,
            ModelUnavailable,
            ModelUnavailable,
        ]
        assert len(server.requests) == 2
        now = 10.0
        for _ in range(3):
            assert await claims_of(writer.write(QUESTION, HITS)) == TWO_CLAIMS


async def test_calls_that_were_waiting_when_the_circuit_opened_are_not_made():
    """The queue does not try one after the other what has just failed."""
    model = ScriptedModel(problem=ModelUnavailable("failed (500)"), waiting=[asyncio.Event()])
    writer = writer_of(model, Circuit(failures=1), concurrency=1)
    asking = [asyncio.create_task(problem_of(writer)) for _ in range(5)]
    await model.called.wait()
    model.waiting[0].set()
    assert {type(problem) for problem in await asyncio.gather(*asking)} == {ModelUnavailable}
    assert model.calls == 1


async def test_while_the_circuit_is_open_nobody_waits_for_a_slot():
    """The refusal comes at once, even if every slot is taken by a call that stalls."""
    circuit = Circuit(failures=1)
    model = ScriptedModel(waiting=[asyncio.Event()])
    writer = writer_of(model, circuit, concurrency=1)
    stalled = asyncio.create_task(claims_of(writer.write(QUESTION, HITS)))
    await model.called.wait()
    circuit.enter().failed()
    assert "several times" in str(await problem_of(writer))
    stalled.cancel()


async def test_a_deadline_that_passes_counts_as_a_failure():
    """A model that stalls for everybody is left alone, although only the callers watch the clock."""
    model = ScriptedModel(waiting=[asyncio.Event()])
    writer = writer_of(model, Circuit(failures=1))
    with pytest.raises(ModelSlow):
        async with writer.write(QUESTION, HITS) as writing:
            await _until_the_deadline(writing)
    assert model.closed == 1
    assert type(await problem_of(writer)) is ModelUnavailable


async def test_a_failure_that_is_raised_again_by_the_caller_counts_once():
    """A call that was slow by itself is not reported a second time on leaving."""
    model = ScriptedModel(problem=ModelSlow("did not answer in time"))
    writer = writer_of(model, Circuit(failures=2))
    assert type(await problem_of(writer)) is ModelSlow
    model.problem, model.deltas = None, ["Yes. [1]"]
    assert await claims_of(writer.write(QUESTION, HITS)) == [Claim("Yes.", (1,))]


async def test_a_reader_who_leaves_is_no_failure():
    """Nobody is punished for closing the page."""
    model = ScriptedModel(["Yes. [1] No"], waiting=[])
    writer = writer_of(model, Circuit(failures=1))
    for _ in range(3):
        async with writer.write(QUESTION, HITS) as writing:
            await anext(writing)
    assert (model.calls, model.closed) == (3, 3)


async def _until_the_deadline(writing: Writing) -> None:
    """As whoever sets the deadline does it."""
    try:
        async with asyncio.timeout(0.01):
            await anext(writing)
    except TimeoutError:
        raise ModelSlow("did not answer in time") from None


# --- the question that stands alone


@pytest.mark.parametrize(
    "text",
    [
        "Who pays for the mission?",
        '  "Who pays\n for the mission?"\n',
        "Standalone question: Who pays for the mission?",
        "<think>They ask about money.</think>\n\nWho pays for the mission?",
    ],
)
async def test_a_question_is_condensed_to_one_line(text):
    """Whatever the model dresses it in, the question comes out bare; the call is recorded."""
    with FakeLLM(Reply.text(text, usage=(90, 8))) as server:
        asked, usage = await writer_of(loaded(server), prices=(1.0, 1.0)).condense("And who pays?", TURNS)
        assert "Godfrey Otunge" in server.requests[0].messages[1]["content"]
    assert asked == "Who pays for the mission?"
    assert (usage.prompt_sha256, usage.input_tokens, usage.output_tokens) == ("hash of condensing", 90, 8)
    assert usage.cost == pytest.approx(98e-6)


@pytest.mark.parametrize(
    "model",
    [
        ScriptedModel([" \n"]),
        ScriptedModel(["Who pays for"], ending="cut"),
        ScriptedModel(["Well, " * 1000]),
        ScriptedModel(["<think>Well", ", who"]),
    ],
)
async def test_what_is_no_question_is_not_asked(model):
    """An empty, unfinished or endless one would find nothing."""
    with pytest.raises(ModelConfused, match=r"^sent no question$"):
        await writer_of(model).condense("And who pays?", TURNS)
    assert model.closed == 1


async def test_condensing_shares_slots_and_circuit_with_writing():
    """A model that fails at one is not asked for the other."""
    model = ScriptedModel(problem=ModelUnavailable("failed (500)"))
    writer = writer_of(model, Circuit(failures=1))
    with pytest.raises(ModelUnavailable, match="500"):
        await writer.condense("And who pays?", TURNS)
    assert "several times" in str(await problem_of(writer))
    assert model.calls == 1


async def test_an_iterator_that_is_closed_without_a_context_ends_the_call_too():
    """`aclose` alone does what leaving does."""
    model = ScriptedModel(["Yes. [1] No"])
    async with aclosing(writer_of(model).write(QUESTION, HITS)) as writing:
        await anext(writing)
    assert model.closed == 1
