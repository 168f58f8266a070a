"""From a question in Slack to its answer there; read this first of the Slack surface.

Every question ends in an answer or in a plain sentence saying why there is none. What was posted is noted before and
after, so that a process which goes on after a crash neither repeats nor omits anything.
"""

import asyncio
import hashlib
import logging
import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from datetime import datetime

from bot.answer import Answer, Sentence
from bot.citations import marked_text
from bot.errors import AnsweringProblem, AnswerNotFound, HistoryUnavailable, InvalidQuestion, NotReady
from bot.events import Event, Status
from bot.scope import EVERYTHING, Scope
from bot.slack.assignment import Assignment, QuestionLost
from bot.slack.attachments import Attachments, AttachmentUnread
from bot.slack.channels import Channel, Channels
from bot.slack.errors import SlackBusy, SlackProblem, SlackUnreachable
from bot.slack.outlet import Outlet
from bot.slack.outlets import Outlets
from bot.slack.ports import Answering
from bot.slack.question import SlackQuestion
from bot.slack.slack_phrases import SlackPhrases
from bot.slack.thread_context import ThreadContext
from bot.turn import Turn
from index.errors import IndexProblem

ATTEMPTS = 5  # a question that has ended so many processes is not asked again
READY_WITHIN_S = 300.0
READY_POLL_S = 0.5
OWNER = "slack"  # of all conversations here: who may read one is for Slack to say
LATER_S = 5.0  # and as much longer after each further attempt
# What passes, and keeps us from saying or noting anything meanwhile.
PASSING = (SlackBusy, SlackUnreachable, HistoryUnavailable)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question that has its place, what it may be about, and how that place is dealt with."""

    assignment: Assignment
    question: SlackQuestion
    scope: Scope
    channel: Channel

    @property
    def answer_id(self) -> str:
        queued = self.assignment.queued
        return queued.id if queued.revision == 0 else f"{queued.id}-{queued.revision}"

    @property
    def conversation(self) -> str | None:
        """Turns about documents that may not be asked about any more must not be built on."""
        place, allowed = self.question.place, replace(self.scope, document=None)
        if place is None or allowed == EVERYTHING:
            return place.conversation if place else None
        return f"{place.conversation}-{hashlib.sha256(repr(allowed).encode()).hexdigest()[:8]}"


class Replying:
    """The work that the dispatcher has done. `turns` are those of a conversation that were asked before a moment,
    synchronously.

    A question that cannot be answered for now is left unfinished after a pause: the dispatcher gives it out again.
    """

    def __init__(
        self,
        answering: Answering,
        outlets: Outlets,
        channels: Channels,
        context: ThreadContext,
        attachments: Attachments,
        max_question_chars: int,
        turns: Callable[[str, datetime], Sequence[Turn]],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._answering = answering
        self._outlets = outlets
        self._channels = channels
        self._context = context
        self._attachments = attachments
        self._max_question_chars = max_question_chars
        self._turns = turns
        self._sleep = sleep

    async def __call__(self, assignment: Assignment) -> None:
        """Never raises but CancelledError; what goes wrong is said to whoever asks."""
        asked = SlackQuestion.of_json(assignment.queued.content)
        here = self._channels.of(asked.channel)
        try:
            question = await self._outlets.placed(assignment, replace(asked, text=assignment.queued.text), here.words)
        except QuestionLost:
            return
        except (SlackProblem, HistoryUnavailable) as silence:
            await self._silenced(assignment, None, silence)
            return
        scope = here.scope.only(question.only) if question.only else here.scope
        outlet = self._outlets.outlet(assignment, question, here.words, scope)
        try:
            await self._guarded(_Asked(assignment, question, scope, here), outlet)
        finally:
            await asyncio.shield(outlet.close())

    async def _guarded(self, asked: "_Asked", outlet: Outlet) -> None:
        words = asked.channel.words
        try:
            await self._answered(asked, outlet)
        except QuestionLost:
            await outlet.leave()
        except asyncio.CancelledError:
            await asyncio.shield(self._interrupted(asked.assignment, outlet))
        except PASSING as silence:  # then other words fare no better
            await self._silenced(asked.assignment, outlet, silence)
        except (AnsweringProblem, IndexProblem) as problem:
            await self._failed(asked, outlet, self._in_words(problem, words), problem)
        except Exception as error:  # noqa: BLE001 - nobody who asks is left without an answer
            await self._unexpected(asked, outlet, words, error)

    # Answering

    async def _answered(self, asked: "_Asked", outlet: Outlet) -> None:
        assignment, question = asked.assignment, asked.question
        if question.surface != "unasked" and await outlet.begin():
            await assignment.finish("answered")
            return
        if assignment.queued.attempt > ATTEMPTS:
            await self._failed(asked, outlet, asked.channel.words.given_up, None)
            return
        text = question.text or await self._attachments.text(question)
        if not text:
            await outlet.help()
            await assignment.finish("help")
            return
        answer = await self._answer(asked, text, outlet)
        if question.surface == "unasked" and not answer.answered:
            await assignment.finish("silent")
            return
        await outlet.answer(answer)
        await assignment.finish("answered" if answer.answered else "abstained")

    async def _answer(self, asked: "_Asked", text: str, outlet: Outlet) -> Answer:
        """As it was made before a crash, or made now. An edited question is another one, with an id of its own."""
        kept = await self._kept(asked) if asked.assignment.queued.attempt > 1 else None
        if kept:
            return kept
        deadline = asyncio.get_running_loop().time() + READY_WITHIN_S
        while True:
            try:
                return await self._made(asked, text, outlet)
            except NotReady as problem:
                if asyncio.get_running_loop().time() > deadline:
                    raise
                await outlet.working(asked.channel.words.indexing_status(problem.percent))
                await asyncio.sleep(READY_POLL_S)

    async def _made(self, asked: "_Asked", text: str, outlet: Outlet) -> Answer:
        events = self._answering.stream(
            text,
            asked.conversation,
            await self._earlier(asked),
            scope=asked.scope,
            owner=OWNER,
            surface="slack",
            answer_id=asked.answer_id,
            phrases=asked.channel.phrases,
            asked_at=asked.assignment.queued.asked_at,
        )
        return await _last(events, outlet)

    async def _earlier(self, asked: "_Asked") -> Sequence[Turn]:
        """What was said before, as far as it is known: an edited question must not build on its own first answer."""
        stored: Sequence[Turn] = ()
        if asked.conversation:
            with suppress(HistoryUnavailable):
                before = asked.assignment.queued.asked_at
                stored = await asyncio.to_thread(self._turns, asked.conversation, before)
        return stored or await self._context.turns(asked.question)

    async def _kept(self, asked: "_Asked") -> Answer | None:
        """None as well if it shows what may not be asked about any more."""
        try:
            answer = (await self._answering.record(asked.answer_id)).answer
        except (AnswerNotFound, HistoryUnavailable):
            return None
        return answer if all(map(asked.scope.allows, answer.documents)) else None

    # When there is no answer

    async def _failed(self, asked: "_Asked", outlet: Outlet, words: str, problem: Exception | None) -> None:
        """Whoever asked is told; nobody is who did not ask us."""
        assignment, unasked = asked.assignment, asked.question.surface == "unasked"
        if problem and not isinstance(problem, InvalidQuestion):
            logger.warning("question %s from Slack: %s", assignment.queued.id, problem)
        try:
            if not unasked and not (isinstance(problem, SlackProblem) and await outlet.hint(problem)):
                await outlet.say(words)
            await assignment.finish("silent" if unasked else "failed")
        except QuestionLost:
            await outlet.leave()
        except (SlackProblem, HistoryUnavailable) as silence:
            await self._silenced(assignment, outlet, silence)

    async def _unexpected(self, asked: "_Asked", outlet: Outlet, words: SlackPhrases, error: Exception) -> None:
        id = secrets.token_hex(4)
        logger.error("error %s: question %s from Slack", id, asked.assignment.queued.id, exc_info=error)
        await self._failed(asked, outlet, words.unexpected(id), None)

    async def _silenced(self, assignment: Assignment, outlet: Outlet | None, silence: Exception) -> None:
        """Not a word can be said or noted: for now, and then the question is given out again, or at all."""
        if not isinstance(silence, PASSING) or assignment.queued.attempt > ATTEMPTS:
            await self._give_up(assignment, outlet, silence)
            return
        logger.warning("question %s from Slack is answered later: %s", assignment.queued.id, silence)
        await self._sleep(LATER_S * assignment.queued.attempt)

    async def _give_up(self, assignment: Assignment, outlet: Outlet | None, silence: Exception) -> None:
        told = outlet is not None and isinstance(silence, SlackProblem) and await outlet.hint(silence)
        if not told:
            logger.error("question %s from Slack stays without an answer: %s", assignment.queued.id, silence)
        try:
            await assignment.finish("failed" if told else "unsaid")
        except (QuestionLost, HistoryUnavailable):
            return

    def _in_words(self, problem: Exception, words: SlackPhrases) -> str:
        if isinstance(problem, InvalidQuestion):
            return words.too_long(self._max_question_chars)
        if isinstance(problem, AttachmentUnread):
            return words.attachment_unread(problem.file)
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
    """The answer. On the way its sentences are shown as soon as they are proven, if a model takes time to write."""
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
