"""The heart: a question becomes an Answer whose every footnote has been checked, or an honest abstention."""

import asyncio
import logging
import os
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing, suppress
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import TypeVar
from uuid import uuid4

from bot.answer import Answer, Sentence
from bot.answer_builder import AnswerBuilder, Written
from bot.citations import Prover
from bot.claim import Claim
from bot.conversation import standalone_question, stands_alone
from bot.draft import Draft
from bot.errors import (
    ConversationNotFound,
    DocumentNotFound,
    HistoryUnavailable,
    ModelConfused,
    ModelProblem,
    ModelSlow,
)
from bot.events import Event, Status
from bot.instructions import without_orders
from bot.observer import Observer, Observers, told_once
from bot.oldest_first import OldestFirst
from bot.overview import Overview, Overviews
from bot.phrases import Phrases
from bot.ports import History, ModelWriter, Source, Writer
from bot.query import StandaloneQuestion
from bot.question import checked_question
from bot.quoting import RETRIEVED, Quoting
from bot.record import Record
from bot.scope import EVERYTHING, Scope
from bot.settings import Settings
from bot.support import Supporter
from bot.surface import SLACK_CONVERSATION, Surface
from bot.turn import Turn
from index.document import Document
from index.retriever import Hit

REMEMBERED_TURNS = 10
# Of the deadline, kept for quoting the documents after the model has failed; an answer takes 0.1 s.
RESERVE_S, RESERVE_SHARE = 1.0, 0.25

Result = TypeVar("Result")
logger = logging.getLogger(__name__)


class Answering:
    """Answers questions, at most as many at once as there are cores; safe to share between tasks.

    With a `model` it writes; where that fails, and without one, the documents' own sentences are the answer.
    """

    def __init__(
        self,
        source: Source,
        extractive: Writer,
        phrases: Phrases,
        settings: Settings,
        history: History,
        model: ModelWriter | None = None,
        observer: Observer | None = None,
    ) -> None:
        self._source = source
        self._quoting = Quoting(source, extractive, settings.abstain_below)
        self._overviews = Overviews(source)
        self._phrases = phrases
        self._settings = settings
        self._history = history
        self._model = model
        self._observer = observer or Observers()
        self._threads = OldestFirst(os.cpu_count() or 1, "answering")

    async def answer(
        self,
        question: str,
        conversation_id: str | None = None,
        turns: Sequence[Turn] | None = None,
        *,
        scope: Scope = EVERYTHING,
        owner: str = "",
        surface: Surface = "cli",
        answer_id: str | None = None,
        phrases: Phrases | None = None,
    ) -> Answer:
        """The last event of `stream`."""
        told = self.stream(
            question,
            conversation_id,
            turns,
            scope=scope,
            owner=owner,
            surface=surface,
            answer_id=answer_id,
            phrases=phrases,
        )
        async with aclosing(told) as events:
            return [event async for event in events if isinstance(event, Answer)][-1]

    async def stream(
        self,
        question: str,
        conversation_id: str | None = None,
        turns: Sequence[Turn] | None = None,
        *,
        scope: Scope = EVERYTHING,
        owner: str = "",
        surface: Surface = "cli",
        answer_id: str | None = None,
        phrases: Phrases | None = None,
        asked_at: datetime | None = None,
    ) -> AsyncGenerator[Event, None]:
        """The answer as it is made; closing this ends the work, the model's call included.

        `turns` are those of the conversation so far; None means those that are stored. They are taken as they are:
        whoever asks has to have a conversation for each `scope`, or the one tells of documents outside the other.
        A conversation belongs to the `owner` who began it: for any other there is none of that id. Those of Slack are
        Slack's, begun or not.
        A question that is asked again because nobody knows how far it came has the same `answer_id` again.
        `phrases` are said instead of those given at first. `asked_at` is when it was asked, if it had to wait: it is
        remembered so, and goes before what was asked since. Raises InvalidQuestion and ConversationNotFound at the
        first step, later NotReady and whatever the index raises.
        """
        asked = checked_question(question, self._settings.max_question_chars)
        _check_whose(conversation_id, surface)
        id = answer_id or uuid4().hex
        builder = AnswerBuilder(
            asked,
            conversation_id or uuid4().hex,
            StandaloneQuestion.alone(asked),
            id,
            scope,
            phrases or self._phrases,
            asked_at or datetime.now(UTC),
            owner,
            self._observer.asked(surface, id, asked),
        )
        told = self._events(builder, turns, continued=bool(conversation_id))
        with told_once(builder.observation) as answered:
            async with aclosing(told) as events:
                async for event in events:
                    if isinstance(event, Answer):
                        answered(event)
                    yield event

    async def search(
        self, query: str, top_k: int, turns: Sequence[Turn] = (), *, scope: Scope = EVERYTHING
    ) -> list[Hit]:
        """The best passages alone. Raises InvalidQuestion and NotReady."""
        asked = standalone_question(checked_question(query, self._settings.max_question_chars), turns)
        return await self._now(partial(self._quoting.found, asked, top_k, scope))

    async def document(self, id: str, *, scope: Scope = EVERYTHING) -> Document:
        """Raises DocumentNotFound, in the same words for one that is missing and one outside the scope."""
        document = await self._now(partial(self._source.document, id)) if scope.allows(id) else None
        if document is None:
            raise DocumentNotFound(f"no document {id!r} is in the index")
        return document

    async def overview(self, scope: Scope = EVERYTHING) -> Overview:
        """What there is inside the scope."""
        return await self._now(partial(self._overviews.of, scope))

    async def record(self, answer_id: str) -> Record:
        """All that is kept of an answer. Raises AnswerNotFound and HistoryUnavailable."""
        return await self._now(partial(self._history.record, answer_id))

    @property
    def quoting(self) -> Quoting:
        """What answers without a model, and without remembering it; in the thread of whoever asks."""
        return self._quoting

    @property
    def waiting(self) -> int:
        """How many steps of questions wait for a thread."""
        return self._threads.waiting

    def close(self) -> None:
        """Wait for the questions that are being worked on; none can be asked afterwards."""
        self._threads.close()

    async def _events(
        self, builder: AnswerBuilder, turns: Sequence[Turn] | None, continued: bool
    ) -> AsyncGenerator[Event, None]:
        model_until = asyncio.get_running_loop().time() + self._seconds_for_the_model()
        earlier = await self._earlier(builder) if turns is None and continued else turns or ()
        begun = partial(
            self._history.begin,
            builder.conversation_id,
            builder.id,
            builder.question,
            builder.asked_at,
            builder.owner,
        )
        yield Status("retrieving", "searching the documents")
        builder.standalone = await self._standalone(builder, earlier, model_until)
        await asyncio.gather(self._retrieve(builder), self._remember(builder, begun))
        async with aclosing(self._written(builder, model_until)) as events:
            async for event in events:
                if isinstance(event, Written):
                    answer, owner = builder.answer(event), builder.owner
                    await self._remember(builder, partial(self._history.finish, builder.record(answer, event), owner))
                    yield answer
                else:
                    yield event

    # Understanding and finding

    async def _standalone(
        self, builder: AnswerBuilder, turns: Sequence[Turn], model_until: float
    ) -> StandaloneQuestion:
        if self._model and not stands_alone(builder.question, turns):
            with suppress(ModelProblem):  # then the words of the conversation have to do
                try:
                    async with asyncio.timeout_at(model_until):
                        text, usage = await self._model.condense(builder.question, turns)
                except TimeoutError:
                    raise ModelSlow("did not answer in time") from None
                builder.calls.append(usage)
                return StandaloneQuestion.alone(text)
        # Not in the event loop: odd questions take it a third of a second.
        return await self._for(builder, partial(standalone_question, builder.question, turns))

    async def _retrieve(self, builder: AnswerBuilder) -> None:
        with builder.timed("retrieve"):
            builder.hits = await self._for(builder, partial(self._found, builder))

    def _found(self, builder: AnswerBuilder) -> list[Hit]:
        return self._quoting.found(builder.standalone, RETRIEVED, builder.scope)

    # Writing

    async def _written(self, builder: AnswerBuilder, model_until: float) -> AsyncGenerator[Event | Written, None]:
        """Events, and at the end what was written."""
        quoted = asyncio.ensure_future(self._for(builder, partial(self._draft, builder)))
        try:
            notice = None
            if self._model and builder.hits:
                try:
                    async with aclosing(self._by_model(builder, self._model, quoted, model_until)) as events:
                        async for event in events:
                            yield event
                    return
                except ModelProblem as problem:
                    notice = builder.phrases.fallback(str(problem))
                    yield Status("fallback", notice)
            with builder.timed("write"):
                draft = await quoted
            written = await self._for(builder, partial(self._quoted, builder, draft, notice))
            made: list[Event] = [*written.citations, *written.sentences]
            for event in made:
                yield event
            yield written
        finally:
            quoted.cancel()

    async def _by_model(
        self, builder: AnswerBuilder, model: ModelWriter, quoted: asyncio.Future[Draft], until: float
    ) -> AsyncGenerator[Event | Written, None]:
        """Each sentence as soon as it is finished and checked. Raises ModelProblem, also if none can be proven."""
        yield Status("writing", f"{model.name} is writing")
        supporter = Supporter([without_orders(hit) for hit in builder.hits])
        prover = Prover(lru_cache(self._source.document))
        sentences = []
        async with model.write(builder.standalone.text, builder.hits) as writing:
            claims = aiter(writing)
            while claim := await self._next(builder, claims, until):
                with builder.timed("verify"):
                    known = len(prover.citations)
                    sentence = await self._for(builder, partial(_judged, supporter, prover, claim))
                sentences.append(sentence)
                made: list[Event] = [*prover.citations[known:], sentence]
                for event in made:
                    yield event
        if writing.usage:
            builder.calls.append(writing.usage)
        if not writing.declined and not prover.citations:
            raise ModelConfused("said nothing that the sources prove")
        confidence = (await quoted).confidence
        withheld = sum(sentence.withheld is not None for sentence in sentences)
        notice = builder.phrases.withheld(withheld) if withheld else None
        yield Written(tuple(sentences), prover.citations, confidence, writing.shown, model.name, notice)

    async def _next(self, builder: AnswerBuilder, claims: AsyncIterator[Claim], until: float) -> Claim | None:
        with builder.timed("write"):
            try:
                async with asyncio.timeout_at(until):
                    return await anext(claims, None)
            except TimeoutError:
                raise ModelSlow("did not answer in time") from None

    def _draft(self, builder: AnswerBuilder) -> Draft:
        return self._quoting.draft(builder.standalone, builder.hits)

    def _quoted(self, builder: AnswerBuilder, draft: Draft, notice: str | None) -> Written:
        """The documents' own sentences; asked once more if the documents have just changed under the draft."""
        written = self._proven(builder, draft, notice)
        if written.answers or not self._quoting.trusts(draft):
            return written
        builder.hits = self._found(builder)
        return self._proven(builder, self._draft(builder), notice)

    def _proven(self, builder: AnswerBuilder, draft: Draft, notice: str | None) -> Written:
        with builder.timed("verify"):
            return self._quoting.proven(draft, len(builder.hits), notice)

    def _seconds_for_the_model(self) -> float:
        deadline = self._settings.llm_deadline
        return deadline - min(RESERVE_S, RESERVE_SHARE * deadline)

    # Remembering

    async def _earlier(self, builder: AnswerBuilder) -> Sequence[Turn]:
        turns: list[Turn] = []
        told = partial(self._history.turns, builder.conversation_id, REMEMBERED_TURNS, owner=builder.owner)
        with suppress(HistoryUnavailable):  # said when it is written to
            turns = await self._for(builder, told)
        return turns

    async def _remember(self, builder: AnswerBuilder, work: Callable[[], None]) -> None:
        """An answer that cannot be kept is given all the same."""
        try:
            await self._for(builder, work)
        except HistoryUnavailable as problem:
            logger.warning("a conversation cannot be kept: %s", problem)

    # In threads

    async def _for(self, builder: AnswerBuilder, work: Callable[[], Result]) -> Result:
        return await self._threads.run(builder.asked_at, work)

    async def _now(self, work: Callable[[], Result]) -> Result:
        return await self._threads.run(datetime.now(UTC), work)


def _check_whose(conversation_id: str | None, surface: Surface) -> None:
    """Raises ConversationNotFound for a conversation that could only be Slack's."""
    if conversation_id and conversation_id.startswith(SLACK_CONVERSATION) and surface != "slack":
        raise ConversationNotFound("there is no such conversation of yours")


def _judged(supporter: Supporter, prover: Prover, claim: Claim) -> Sentence:
    return prover.prove(supporter.draft(claim, prover.last))
