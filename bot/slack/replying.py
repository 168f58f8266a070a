"""From a question in Slack to its answer there; read this first of the Slack surface.

Every question ends in an answer or in a plain sentence saying why there is none. What was posted is noted before and
after, so that a process which goes on after a crash neither repeats nor omits anything.
"""

import asyncio
import logging
import secrets
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Protocol

from bot.answer import Answer, Sentence
from bot.channel_settings import ChannelRules, ChannelSettings
from bot.citations import marked_text
from bot.errors import AnsweringProblem, AnswerNotFound, HistoryUnavailable, InvalidQuestion, NotReady
from bot.events import Event, Status
from bot.phrases import Phrases
from bot.record import Record
from bot.scope import EVERYTHING, Scope
from bot.slack.attachments import Attachments
from bot.slack.delivery import Delivery, Outlet
from bot.slack.dispatcher import Assignment, QuestionLost
from bot.slack.errors import SlackProblem
from bot.slack.question import SlackQuestion
from bot.slack.slack_phrases import SlackPhrases
from bot.slack.thread_context import ThreadContext
from bot.turn import Turn
from index.errors import IndexProblem

ATTEMPTS = 5  # a question that has ended so many processes is not asked again
READY_WITHIN_S = 300.0
READY_POLL_S = 0.5

logger = logging.getLogger(__name__)


class Answering(Protocol):
    """Answers questions of conversations. Raises AnsweringProblem and IndexProblem on purpose."""

    def stream(
        self,
        question: str,
        conversation_id: str | None = None,
        turns: Sequence[Turn] | None = None,
        *,
        scope: Scope = EVERYTHING,
        answer_id: str | None = None,
        phrases: Phrases | None = None,
    ) -> AsyncGenerator[Event, None]: ...

    async def record(self, answer_id: str) -> Record: ...


class Replying:
    """The work that the dispatcher has done: `phrases` and `words` are the fixed words in each language."""

    def __init__(
        self,
        answering: Answering,
        delivery: Delivery,
        rules: ChannelRules,
        phrases: Mapping[str, Phrases],
        words: Mapping[str, SlackPhrases],
        context: ThreadContext,
        attachments: Attachments,
        max_question_chars: int,
        continues: Callable[[str], bool],
    ) -> None:
        self._answering = answering
        self._delivery = delivery
        self._rules = rules
        self._phrases = phrases
        self._words = words
        self._context = context
        self._attachments = attachments
        self._max_question_chars = max_question_chars
        self._continues = continues

    async def __call__(self, assignment: Assignment) -> None:
        """Never raises but CancelledError; what goes wrong is said to whoever asks."""
        question = self._question(assignment)
        rule = self._rules.of(question.channel, direct=question.is_direct)
        outlet = self._delivery.outlet(assignment, question, self._words[rule.language])
        try:
            await self._answered(assignment, question, rule, outlet)
        except QuestionLost:
            await outlet.leave()
        except asyncio.CancelledError:
            await asyncio.shield(self._interrupted(assignment, outlet))
        except (AnsweringProblem, IndexProblem) as problem:
            await self._failed(assignment, outlet, self._in_words(problem, self._words[rule.language]), problem)
        except Exception as error:  # noqa: BLE001 - nobody who asks is left without an answer
            await self._unexpected(assignment, outlet, self._words[rule.language], error)
        finally:
            await asyncio.shield(outlet.close())

    # Answering

    async def _answered(
        self, assignment: Assignment, question: SlackQuestion, rule: ChannelSettings, outlet: Outlet
    ) -> None:
        words = self._words[rule.language]
        if assignment.queued.attempt > ATTEMPTS:
            await self._failed(assignment, outlet, words.given_up, None)
            return
        await outlet.begin()
        text = question.text or await self._attachments.text(question)
        if not text:
            await outlet.help()
            await assignment.finish("help")
            return
        answer = await self._answer(assignment, question, text, rule, outlet)
        if question.surface == "unasked" and not answer.answered:
            await assignment.finish("silent")
            return
        await outlet.answer(answer)
        await assignment.finish("answered" if answer.answered else "abstained")

    async def _answer(
        self, assignment: Assignment, question: SlackQuestion, text: str, rule: ChannelSettings, outlet: Outlet
    ) -> Answer:
        """As it was made before a crash, or made now. An edited question is another one, and gets an id of its own."""
        answer_id = _answer_id(assignment)
        kept = await self._kept(answer_id) if assignment.queued.attempt > 1 else None
        if kept:
            return kept
        deadline = asyncio.get_running_loop().time() + READY_WITHIN_S
        while True:
            try:
                return await self._made(answer_id, question, text, rule, outlet)
            except NotReady as problem:
                if asyncio.get_running_loop().time() > deadline:
                    raise
                await outlet.working(self._words[rule.language].indexing_status(problem.percent))
                await asyncio.sleep(READY_POLL_S)

    async def _made(
        self, answer_id: str, question: SlackQuestion, text: str, rule: ChannelSettings, outlet: Outlet
    ) -> Answer:
        place = question.place
        conversation = place.conversation if place else None
        turns = None if conversation and self._continues(conversation) else await self._context.turns(question)
        events = self._answering.stream(
            text,
            conversation,
            turns or None,
            scope=rule.scope.only(question.only) if question.only else rule.scope,
            answer_id=answer_id,
            phrases=self._phrases[rule.language],
        )
        return await _last(events, outlet)

    async def _kept(self, answer_id: str) -> Answer | None:
        try:
            return (await self._answering.record(answer_id)).answer
        except (AnswerNotFound, HistoryUnavailable):
            return None

    def _question(self, assignment: Assignment) -> SlackQuestion:
        from dataclasses import replace

        queued = assignment.queued
        return replace(SlackQuestion.of_json(dict(queued.content)), text=queued.text)

    # When there is no answer

    async def _failed(self, assignment: Assignment, outlet: Outlet, words: str, problem: Exception | None) -> None:
        if problem and not isinstance(problem, InvalidQuestion):
            logger.warning("question %s from Slack: %s", assignment.queued.id, problem)
        try:
            if not isinstance(problem, SlackProblem) or not await outlet.hint(problem):
                await outlet.say(words)
            await assignment.finish("failed")
        except QuestionLost:
            await outlet.leave()
        except SlackProblem as silence:
            logger.error("question %s from Slack stays without an answer: %s", assignment.queued.id, silence)
            await self._give_up(assignment)

    async def _unexpected(self, assignment: Assignment, outlet: Outlet, words: SlackPhrases, error: Exception) -> None:
        id = secrets.token_hex(4)
        logger.error("error %s: question %s from Slack", id, assignment.queued.id, exc_info=error)
        await self._failed(assignment, outlet, words.unexpected(id), None)

    async def _give_up(self, assignment: Assignment) -> None:
        try:
            await assignment.finish("unsaid")
        except (QuestionLost, HistoryUnavailable):
            return

    def _in_words(self, problem: Exception, words: SlackPhrases) -> str:
        if isinstance(problem, InvalidQuestion):
            return words.too_long(self._max_question_chars)
        if isinstance(problem, NotReady):
            return words.not_ready
        return words.problem

    async def _interrupted(self, assignment: Assignment, outlet: Outlet) -> None:
        why = assignment.interrupted_by
        try:
            if why == "stopped":
                await outlet.stopped()
                await assignment.finish("stopped")
            elif why == "withdrawn":
                await outlet.remove()
            elif why == "shutdown":
                await outlet.pause()
            else:
                await outlet.leave()
        except (QuestionLost, SlackProblem, HistoryUnavailable) as problem:
            logger.info("question %s from Slack was interrupted: %s", assignment.queued.id, problem)


async def _last(events: AsyncGenerator[Event, None], outlet: Outlet) -> Answer:
    """The answer; on the way its sentences are shown as soon as they are proven, if a model takes time to write them."""
    writing, answer = False, None
    async with aclosing(events) as stream:
        async for event in stream:
            if isinstance(event, Status):
                writing = event.stage == "writing"
                await outlet.status(event)
            elif isinstance(event, Sentence) and writing and event.withheld is None:
                await outlet.sentence(marked_text([event]))
            elif isinstance(event, Answer):
                answer = event
    assert answer is not None  # noqa: S101 - the contract of the stream
    return answer


def _answer_id(assignment: Assignment) -> str:
    queued = assignment.queued
    return queued.id if queued.revision == 0 else f"{queued.id}-{queued.revision}"


def _now() -> datetime:
    return datetime.now(UTC)
