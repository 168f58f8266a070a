"""The way back into a thread: one reply, written while it is made or posted at once, updated when the question is."""

import logging
from collections.abc import Awaitable, Callable

from bot.answer import Answer
from bot.events import Status
from bot.slack.answer_blocks import (
    answer_messages,
    problem_message,
    question_block,
    stopped_message,
    trailing_blocks,
)
from bot.slack.assignment import Assignment, QuestionLost
from bot.slack.destination import Destination
from bot.slack.errors import SlackProblem
from bot.slack.help_blocks import help_message
from bot.slack.hints import Hints
from bot.slack.message import Message
from bot.slack.reply_message import Noted
from bot.slack.reply_stream import ReplyStream
from bot.slack.slack_phrases import SlackPhrases
from bot.slack.text import streamed_text
from bot.slack.working_sign import WorkingSign

logger = logging.getLogger(__name__)


class ThreadOutlet:
    """`reply` makes the one reply, telling the given callback of each of its messages; `known` are messages in the
    thread that belong to other questions. `put_away` has the sign taken away. `echo` says that readers of the thread
    have not seen the question.
    """

    def __init__(
        self,
        assignment: Assignment,
        to: Destination,
        reply: Callable[[Noted], ReplyStream],
        sign: WorkingSign,
        put_away: Callable[[], None],
        known: Callable[[], Awaitable[set[str]]],
        examples: Callable[[], Awaitable[list[str]]],
        hints: Hints,
        words: SlackPhrases,
        base_url: str | None,
        echo: str | None,
    ) -> None:
        self._assignment = assignment
        self._to = to
        self._reply = reply(self._noted)
        self._sign = sign
        self._put_away = put_away
        self._known = known
        self._examples = examples
        self._hints = hints
        self._words = words
        self._base_url = base_url
        self._echo = echo
        self._streamed = ""
        self._streams = True  # as long as Slack goes along, and nobody has taken anything back

    async def begin(self) -> bool:
        """Whether an earlier process has posted the whole answer and could not say so any more."""
        self._sign.show()
        reply = self._assignment.reply
        if not (reply.get("posting") or reply.get("messages")):
            return False
        self._streams = False
        complete = await self._reply.resume(await self._known() - set(reply.get("messages") or ()))
        return complete and self._assignment.queued.attempt > 1

    async def working(self, words: str) -> None:
        self._sign.show(words)

    async def status(self, status: Status) -> None:
        if status.stage == "writing":
            self._sign.show(self._words.writing_status)
        elif status.stage == "fallback":
            self._streams = False  # what was written is replaced at the end

    async def sentence(self, text: str) -> None:
        if not self._streams:
            return
        piece = streamed_text(text)
        if self._streamed:
            self._reply.write(f" {piece}")
            self._streamed += f" {piece}"
            return
        await self._assignment.note(posting=True)
        self._streamed = piece  # also if we are stopped while Slack has not answered yet
        try:
            await self._reply.begin(piece)
        except SlackProblem as problem:  # the answer is posted as a whole then
            logger.info("an answer is not streamed: %s", problem)
            self._streams, self._streamed = False, ""

    async def answer(self, answer: Answer) -> None:
        if self._streamed and self._streams and answer.answered and answer.writer == "generative":
            below = trailing_blocks(answer, self._words, base_url=self._base_url, streamed=len(self._streamed))
            if len(below) <= 1:
                await self._reply.finish(below[0] if below else None)
                return
        before = [question_block(self._echo, self._to.user, self._words)] if self._echo else []
        await self._show(answer_messages(answer, self._words, base_url=self._base_url, before=before))

    async def say(self, words: str) -> None:
        await self._show([problem_message(words)])

    async def help(self) -> None:
        await self._show([help_message(await self._examples(), self._words)])

    async def hint(self, problem: SlackProblem) -> bool:
        return await self._hints.tell(self._to, problem, self._words)

    async def stopped(self) -> None:
        if self._streamed and await self._reply.has_begun():
            await self._reply.abandon(streamed_text(self._words.stopped))
        else:
            await self._show([stopped_message(self._words)])

    async def remove(self) -> None:
        await self._reply.remove()

    async def pause(self) -> None:
        if self._streamed:
            await self._reply.abandon(streamed_text(self._words.interrupted))

    async def leave(self) -> None:
        await self._reply.close()

    async def close(self) -> None:
        await self._reply.close()
        self._put_away()

    async def _show(self, messages: list[Message]) -> None:
        await self._assignment.note(posting=True)
        before = self._reply.messages
        self._sign.give_way()
        await self._reply.replace(messages)
        if self._reply.messages != before:
            self._sign.replaced()

    async def _noted(self, ts: str, _open: bool) -> None:
        messages = list(self._assignment.reply.get("messages") or ())
        if ts in messages:
            return
        try:
            await self._assignment.note(messages=[*messages, ts])
        except QuestionLost:
            return  # kept all the same; whoever dispatches the work ends it
