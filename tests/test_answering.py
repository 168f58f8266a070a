"""The heart: from a question to an Answer."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from bot.answer import Answer, Citation, Sentence
from bot.answering import Answering
from bot.claim import Claim
from bot.draft import Draft, DraftSentence, Support
from bot.errors import (
    ConversationNotFound,
    DocumentNotFound,
    HistoryUnavailable,
    InvalidQuestion,
    ModelProblem,
    ModelUnavailable,
    NotReady,
)
from bot.events import Status
from bot.no_history import NoHistory
from bot.observer import Observers
from bot.phrases import Phrases
from bot.record import Record, Usage
from bot.scope import EVERYTHING, Scope
from bot.settings import Settings
from bot.shipped import shipped_folder
from bot.surface import Surface
from bot.turn import Turn
from index.document import Document
from index.retriever import Hit
from tests.fakes import FakeSource

FERRY = Document("ferry.txt", "The ferry leaves at noon. It takes cars.")
BUS = Document("bus.txt", "The bus leaves at eight.")
PHRASES = Phrases.load(shipped_folder("prompts"))


class FirstSentence:
    """Writes the first sentence of the first hit, as confident as it is told to be."""

    def __init__(self, confidence: float = 0.9) -> None:
        self.confidence = confidence

    def write(self, question: str, hits: Sequence[Hit]) -> Draft:
        if not hits:
            return Draft((), 0.0)
        text = hits[0].passage.text
        quote = text[: text.index(".") + 1]
        return Draft((DraftSentence(quote, (Support(hits[0], 0, len(quote), quote),)),), self.confidence)


class Remembering:
    """A history in memory, in the order of what happened."""

    def __init__(self, *turns: Turn) -> None:
        self.earlier = turns
        self.begun: list[tuple[str, str, str]] = []
        self.finished: list[Record] = []

    def begin(self, conversation_id: str, answer_id: str, question: str, asked_at: datetime, owner: str = "") -> None:
        self.begun.append((conversation_id, answer_id, question))

    def finish(self, record: Record, owner: str = "") -> None:
        self.finished.append(record)

    def turns(self, conversation_id: str, limit: int, *, owner: str | None = None) -> list[Turn]:
        return list(self.earlier[-limit:])

    def record(self, answer_id: str) -> Record:
        return next(record for record in self.finished if record.answer.id == answer_id)


class ScriptedModel:
    """Says what it is told to, item by item: a Claim, a problem that is raised, or an Event that is waited for."""

    name = "scripted"

    def __init__(self, *script: Claim | ModelProblem | asyncio.Event, declines: bool = False) -> None:
        self.script = script
        self.declined = declines
        self.shown = 1
        self.usage = Usage("scripted", "0" * 64, 100, 10, None, 0.1)
        self.asked: list[str] = []
        self.condensed: list[str] = []
        self.left = False

    def write(self, question: str, hits: Sequence[Hit]) -> "ScriptedModel":
        self.asked.append(question)
        return self

    async def condense(self, question: str, turns: Sequence[Turn]) -> tuple[str, Usage]:
        self.condensed.append(question)
        return "When does the bus leave?", self.usage

    async def __aenter__(self) -> "ScriptedModel":
        return self

    async def __aexit__(self, *error: object) -> None:
        self.left = True

    async def __aiter__(self) -> AsyncIterator[Claim]:
        for item in self.script:
            if isinstance(item, asyncio.Event):
                await item.wait()
            elif isinstance(item, ModelProblem):
                raise item
            else:
                yield item


class Notes:
    """An observer that notes what it is told, the pieces of stages apart."""

    def __init__(self) -> None:
        self.told: list[tuple[str, object]] = []
        self.stages: list[str] = []

    def asked(self, surface: Surface, answer_id: str, question: str) -> "Notes":
        self.told.append((surface, question))
        return self

    def spent(self, stage: str, seconds: float) -> None:
        assert seconds >= 0
        self.stages.append(stage)

    def answered(self, answer: Answer) -> None:
        self.told.append(("answered", answer.id))

    def failed(self, error: Exception) -> None:
        self.told.append(("failed", type(error)))

    def left(self) -> None:
        self.told.append(("left", None))


TRUE = Claim("The ferry leaves at noon.", (1,))
FALSE = Claim("The ferry leaves at 6.", (1,))


def answering(
    source: object = None,
    writer: object = None,
    history: object = None,
    model: object = None,
    observer: object = None,
    **settings: object,
) -> Answering:
    return Answering(
        source or FakeSource(FERRY, BUS),
        writer or FirstSentence(),
        PHRASES,
        Settings(documents=Path("seeds"), **settings),
        history or NoHistory(),
        model,
        observer,
    )


async def test_an_answer_carries_proven_footnotes():
    """Text with markers, the exact quote, the version, the place."""
    answer = await answering().answer("  When does the ferry leave? ")
    assert answer.answered
    assert answer.answer == "The ferry leaves at noon. [1]"
    assert (answer.question, answer.writer, answer.closest) == (
        "When does the ferry leave?",
        "extractive",
        (),
    )
    (citation,) = answer.citations
    assert FERRY.text[citation.start : citation.end] == citation.quote
    assert answer.took_ms.total >= answer.took_ms.retrieve


async def test_too_little_confidence_is_an_abstention_with_the_closest_passages():
    """It says that it does not know, and shows where one might look."""
    answer = await answering(writer=FirstSentence(0.29), abstain_below=0.3).answer("Why?")
    assert (answer.answered, answer.answer, answer.citations) == (False, PHRASES.not_known, ())
    assert [one.document for one in answer.closest] == ["ferry.txt", "bus.txt"]
    assert answer.confidence == pytest.approx(0.29)


async def test_an_empty_index_is_said_to_be_empty():
    """Not “I don't know”: there is nothing to know from."""
    answer = await answering(source=FakeSource()).answer("Why?")
    assert (answer.answered, answer.answer, answer.closest) == (False, PHRASES.nothing_indexed, ())


async def test_a_sentence_that_cannot_be_proven_is_not_said():
    """The document changed between retrieval and proof, for good."""

    class Changed(FakeSource):
        def document(self, id):
            return replace(self.documents[id], text="Something else.")

    answer = await answering(source=Changed(FERRY)).answer("When?")
    assert not answer.answered
    assert answer.citations == ()


async def test_a_document_that_changed_while_being_asked_is_asked_again():
    """An edit in the middle of a question costs a second look, not the answer."""

    class Edited(FakeSource):
        def retrieve(self, question, limit, beside=(), scope=EVERYTHING):
            hits = super().retrieve(question, limit, beside, scope)
            self.documents["ferry.txt"] = replace(FERRY, text="The ferry leaves at one.")
            return hits

    answer = await answering(source=Edited(FERRY)).answer("When?")
    assert answer.answer == "The ferry leaves at one. [1]"


@pytest.mark.parametrize("question", ["", "   ", "x" * 2001, "nul \0"])
async def test_a_bad_question_is_refused_before_any_work(question):
    """For answers and for searches."""
    with pytest.raises(InvalidQuestion):
        await answering(source=object()).answer(question)
    with pytest.raises(InvalidQuestion):
        await answering(source=object()).search(question, 5)


async def test_search_gives_the_best_passages():
    """As many as are asked for."""
    hits = await answering().search("ferry", 1)
    assert [hit.passage.document for hit in hits] == ["ferry.txt"]


async def test_documents_are_looked_up_by_id():
    """An unknown id is a clear error."""
    assert await answering().document("bus.txt") == BUS
    with pytest.raises(DocumentNotFound, match=r"'\.\./etc'"):
        await answering().document("../etc")


async def test_not_ready_reaches_the_caller():
    """While there is nothing to answer from."""

    class Indexing(FakeSource):
        def retrieve(self, question, limit, beside=(), scope=EVERYTHING):
            raise NotReady(42)

    with pytest.raises(NotReady, match="indexing, 42 %"):
        await answering(source=Indexing()).answer("Why?")


async def test_a_conversation_keeps_its_id_and_answers_have_their_own():
    """Made when absent."""
    bot = answering()
    one, two = await asyncio.gather(bot.answer("When?", "thread-7"), bot.answer("When?"))
    assert one.conversation_id == "thread-7"
    assert two.conversation_id
    assert one.id != two.id


@pytest.mark.parametrize("surface", ["cli", "http", "web", "openai", "mcp"])
async def test_only_slack_begins_conversations_of_slack(surface: Surface) -> None:
    """Their ids can be guessed: whoever began one first would have it, and Slack's question no answer."""
    history, id = Remembering(), "slack-T1-C1-1700000000.000100"
    bot = answering(history=history)
    with pytest.raises(ConversationNotFound, match=r"^there is no such conversation of yours$"):
        await bot.answer("When?", id, owner="k1", surface=surface)
    assert not history.begun
    answer = await bot.answer("When?", id, owner="slack", surface="slack")
    assert answer.conversation_id == id


# With a model


async def test_a_models_sentence_comes_out_with_its_proof_before_the_answer():
    """Citations before their sentence, the whole answer last, and nothing of it differs."""
    events = [event async for event in answering(model=ScriptedModel(TRUE)).stream("When does the ferry leave?")]
    assert [type(event) for event in events] == [Status, Status, Citation, Sentence, Answer]
    answer = events[-1]
    assert (answer.answer, answer.writer, answer.model) == ("The ferry leaves at noon. [1]", "generative", "scripted")
    assert (answer.citations, answer.sentences) == ((events[2],), (events[3],))
    assert answer.notice is None


async def test_a_sentence_without_proof_is_left_out_and_counted():
    """The true one stays."""
    answer = await answering(model=ScriptedModel(FALSE, TRUE)).answer("When does the ferry leave?")
    assert answer.answer == "The ferry leaves at noon. [1]"
    assert answer.notice == PHRASES.withheld(1)
    assert [bool(sentence.withheld) for sentence in answer.sentences] == [True, False]


@pytest.mark.parametrize(
    "script", [[FALSE], [ModelUnavailable("cannot be reached")], [TRUE, ModelUnavailable("broke off")]]
)
async def test_where_the_model_fails_the_documents_answer(script):
    """Before, during or after its sentences: what it said is taken back and the notice says why."""
    events = [event async for event in answering(model=ScriptedModel(*script)).stream("When does the ferry leave?")]
    fallback = next(
        place for place, event in enumerate(events) if isinstance(event, Status) and event.stage == "fallback"
    )
    answer = events[-1]
    assert (answer.answer, answer.writer, answer.model) == ("The ferry leaves at noon. [1]", "extractive", None)
    assert answer.notice == events[fallback].detail
    assert [event for event in events[fallback:] if isinstance(event, Sentence)] == list(answer.sentences)


async def test_a_model_that_stalls_is_not_waited_for_beyond_the_deadline():
    """The call is ended, and the documents answer."""
    model = ScriptedModel(asyncio.Event())
    answer = await answering(model=model, llm_deadline=0.2).answer("When does the ferry leave?")
    assert (answer.writer, answer.answered) == ("extractive", True)
    assert "in time" in answer.notice
    assert model.left


async def test_a_model_that_declines_is_believed():
    """The passages do not answer, it says: no footnote, no fallback."""
    answer = await answering(model=ScriptedModel(declines=True)).answer("Who owns the ferry?")
    assert (answer.answered, answer.answer, answer.writer) == (False, PHRASES.not_known, "generative")
    assert answer.closest


async def test_without_passages_no_model_is_asked():
    """There is nothing to write from."""
    model = ScriptedModel(TRUE)
    assert not (await answering(source=FakeSource(), model=model).answer("When?")).answered
    assert model.asked == []


async def test_leaving_the_stream_ends_the_call():
    """Whoever asked has gone away."""
    model = ScriptedModel(TRUE, asyncio.Event())
    async with aclosing(answering(model=model).stream("When does the ferry leave?")) as events:
        async for event in events:
            if isinstance(event, Sentence):
                break
    assert model.left


# In a conversation

ABOUT_THE_FERRY = Turn("When does the ferry leave?", "When does the ferry leave?", "The ferry leaves at noon.")


async def test_a_question_that_needs_the_conversation_is_condensed_by_the_model_once():
    """And its rewriting is what is searched for and answered."""
    model = ScriptedModel(TRUE)
    answer = await answering(history=Remembering(ABOUT_THE_FERRY), model=model).answer("And the bus?", "talk")
    assert model.condensed == ["And the bus?"]
    assert (answer.question, answer.standalone_question) == ("And the bus?", "When does the bus leave?")
    assert model.asked == ["When does the bus leave?"]


async def test_a_question_that_stands_alone_costs_no_call():
    """A change of topic is none of the conversation's business."""
    model = ScriptedModel(TRUE)
    question = "Which documents does the harbour master need from foreign crews?"
    answer = await answering(history=Remembering(ABOUT_THE_FERRY), model=model).answer(question, "talk")
    assert model.condensed == []
    assert answer.standalone_question == question


async def test_without_a_model_earlier_turns_are_searched_for_too():
    """The source is asked for more than the few words of the question."""
    asked = []

    class Listening(FakeSource):
        def retrieve(self, question, limit, beside=(), scope=EVERYTHING):
            asked.append((question, beside))
            return super().retrieve(question, limit, beside, scope)

    bot = answering(source=Listening(FERRY, BUS), history=Remembering(ABOUT_THE_FERRY))
    await bot.answer("And the bus?", "talk")
    ((_, beside),) = asked
    assert any("ferry" in text for text, _ in beside)


async def test_question_and_answer_are_kept_with_what_led_to_them():
    """Under the answer's id, in its conversation."""
    history = Remembering()
    answer = await answering(history=history, model=ScriptedModel(FALSE, TRUE)).answer(
        "When does the ferry leave?", "talk"
    )
    assert history.begun == [("talk", answer.id, "When does the ferry leave?")]
    record = await answering(history=history).record(answer.id)
    assert record.answer == answer
    assert [one.fate for one in record.considered] == ["cited as [1]", "not read"]
    assert record.calls[-1].input_tokens == 100


async def test_an_answer_that_cannot_be_kept_is_given_all_the_same():
    """A full disk of the history is no reason for silence."""

    class Full(NoHistory):
        def begin(self, *given):
            raise HistoryUnavailable("the disk is full")

        def finish(self, record, owner):
            raise HistoryUnavailable("the disk is full")

        def turns(self, conversation_id, limit, *, owner):
            raise HistoryUnavailable("the disk is full")

    assert (await answering(history=Full()).answer("When does the ferry leave?", "talk")).answered


# Inside a scope

ONLY_THE_BUS = Scope(("bus.*",))


async def test_outside_the_scope_nothing_is_answered_from():
    """Neither cited nor among the closest: what lies outside does not exist."""
    answer = await answering().answer("When does the ferry leave?", scope=ONLY_THE_BUS)
    assert [one.document for one in answer.citations] == ["bus.txt"]
    doubtful = await answering(writer=FirstSentence(0.1)).answer("When does the ferry leave?", scope=ONLY_THE_BUS)
    assert [one.document for one in doubtful.closest] == ["bus.txt"]


async def test_a_scope_without_documents_is_an_empty_index():
    """And said to be one, in the same words."""
    answer = await answering().answer("When does the ferry leave?", scope=Scope(("none/*",)))
    assert (answer.answered, answer.answer, answer.closest) == (False, PHRASES.nothing_indexed, ())


async def test_a_model_reads_nothing_from_outside_the_scope():
    """Of what it is not shown, it cannot tell."""
    read: list[str] = []

    class Reading(ScriptedModel):
        def write(self, question, hits):
            read.extend(hit.passage.document for hit in hits)
            return super().write(question, hits)

    await answering(model=Reading(TRUE)).answer("When does the ferry leave?", scope=ONLY_THE_BUS)
    assert read == ["bus.txt"]


async def test_the_record_of_an_answer_holds_nothing_from_outside_the_scope():
    """Whoever may see the answer may see why it was given."""
    history = Remembering()
    await answering(history=history).answer("When does the ferry leave?", "talk", scope=ONLY_THE_BUS)
    assert [one.document for one in history.finished[0].considered] == ["bus.txt"]


async def test_a_second_look_keeps_to_the_scope():
    """A document that changes under a question is asked again inside the same scope."""
    scopes = []

    class Edited(FakeSource):
        def retrieve(self, question, limit, beside=(), scope=EVERYTHING):
            scopes.append(scope)
            hits = super().retrieve(question, limit, beside, scope)
            self.documents["bus.txt"] = replace(BUS, text="The bus leaves at nine.")
            return hits

    answer = await answering(source=Edited(FERRY, BUS)).answer("When?", scope=ONLY_THE_BUS)
    assert answer.answer == "The bus leaves at nine. [1]"
    assert scopes == [ONLY_THE_BUS] * 2


async def test_search_keeps_to_the_scope():
    """As many as there are inside."""
    hits = await answering().search("ferry", 5, scope=ONLY_THE_BUS)
    assert [hit.passage.document for hit in hits] == ["bus.txt"]


async def test_a_document_outside_the_scope_is_missing_in_the_same_words():
    """Nobody can tell one that is kept from them from one that never was."""
    bot = answering()
    assert await bot.document("bus.txt", scope=ONLY_THE_BUS) == BUS
    said = []
    for documents in (bot, answering(source=FakeSource(BUS))):
        with pytest.raises(DocumentNotFound) as problem:
            await documents.document("ferry.txt", scope=ONLY_THE_BUS)
        said.append(str(problem.value))
    assert said == ["no document 'ferry.txt' is in the index"] * 2


async def test_the_overview_is_of_the_scope():
    """Counts and titles of what may be asked about."""
    bot = answering()
    assert ((await bot.overview()).documents, (await bot.overview(ONLY_THE_BUS)).titles) == (2, ("bus",))


# What a caller brings along


async def test_an_answer_has_the_id_that_it_was_asked_with():
    """A question that is asked again after a crash is the same question."""
    history = Remembering()
    answer = await answering(history=history).answer("When does the ferry leave?", "talk", answer_id="a" * 32)
    assert answer.id == "a" * 32
    assert [one.answer.id for one in history.finished] == [id for _, id, _ in history.begun] == ["a" * 32]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"writer": FirstSentence(0.1)}, "Das weiß ich nicht."),
        ({"source": FakeSource()}, "Es gibt noch nichts."),
    ],
)
async def test_an_abstention_is_said_in_the_words_that_are_brought(options, said):
    """Those of another language, for one answer; the next has the usual ones."""
    german = replace(PHRASES, not_known="Das weiß ich nicht.", nothing_indexed="Es gibt noch nichts.")
    bot = answering(**options)
    assert (await bot.answer("Wann?", phrases=german)).answer == said
    assert (await bot.answer("When?")).answer in (PHRASES.not_known, PHRASES.nothing_indexed)


@pytest.mark.parametrize(
    ("script", "notice"),
    [([FALSE, TRUE], "1 Satz fehlt"), ([ModelUnavailable("cannot be reached")], "Zitate: cannot be reached")],
)
async def test_notices_are_said_in_the_words_that_are_brought(script, notice):
    """Also while the answer is being made."""
    german = replace(PHRASES, withheld_with_gap="{count} Satz fehlt", fallback_with_gap="Zitate: {reason}")
    answer = await answering(model=ScriptedModel(*script)).answer("When does the ferry leave?", phrases=german)
    assert answer.notice == notice


async def test_observers_are_told_of_a_question_its_stages_and_its_one_answer():
    """Also if whoever asks takes the answer and goes, which is what programs do."""
    notes, other = Notes(), Notes()
    events = answering(observer=Observers(notes, other)).stream("When?", surface="slack", answer_id="a1")
    async with aclosing(events):
        async for event in events:
            if isinstance(event, Answer):
                break
    assert notes.told == other.told == [("slack", "When?"), ("answered", "a1")]
    assert set(notes.stages) == {"retrieve", "write", "verify"}


async def test_observers_are_told_of_an_answer_that_failed():
    """Once, with the error that whoever asked gets."""

    class Unready(FakeSource):
        def retrieve(self, question, limit, beside=(), scope=EVERYTHING):
            raise NotReady(42)

    notes = Notes()
    with pytest.raises(NotReady):
        await answering(source=Unready(), observer=notes).answer("When?")
    assert notes.told == [("cli", "When?"), ("failed", NotReady)]


async def test_observers_are_told_of_whoever_leaves():
    """By closing the stream, or by being cancelled."""
    closed, cancelled = Notes(), Notes()
    events = answering(observer=closed).stream("When?")
    await anext(events)
    await events.aclose()
    waiting = ScriptedModel(asyncio.Event())
    asking = asyncio.create_task(answering(model=waiting, observer=cancelled).answer("When?"))
    while not waiting.asked:
        await asyncio.sleep(0)
    asking.cancel()
    await asyncio.wait({asking})
    assert closed.told == cancelled.told == [("cli", "When?"), ("left", None)]


async def test_what_is_no_question_is_not_observed():
    """It is refused before anybody works on it."""
    notes = Notes()
    with pytest.raises(InvalidQuestion):
        await answering(observer=notes).answer(" ")
    assert notes.told == []
