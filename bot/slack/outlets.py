"""Which way the answer to a question goes back."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from bot.scope import Scope
from bot.slack.answer_blocks import question_block
from bot.slack.assignment import Assignment
from bot.slack.destination import Destination
from bot.slack.direct_messages import DirectMessages
from bot.slack.hints import Hints
from bot.slack.live_streams import LiveStreams
from bot.slack.message import Message
from bot.slack.outlet import Outlet
from bot.slack.ports import Api
from bot.slack.posting import Poster
from bot.slack.private_outlet import PrivateOutlet
from bot.slack.question import SlackQuestion
from bot.slack.reply_message import Noted
from bot.slack.reply_stream import ReplyStream
from bot.slack.response_url import ResponseUrls
from bot.slack.signs import Signs
from bot.slack.slack_phrases import SlackPhrases
from bot.slack.text import notification
from bot.slack.thread_outlet import ThreadOutlet


class Outlets:
    """`posted` gives the messages that are known to answer questions of a conversation, synchronously."""

    def __init__(
        self,
        api: Api,
        responses: ResponseUrls,
        signs: Signs,
        posted: Callable[[str], set[str]],
        examples: Callable[[Scope], Awaitable[list[str]]],
        base_url: str | None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._api = api
        self._responses = responses
        self._signs = signs
        self._posted = posted
        self._examples = examples
        self._base_url = base_url
        self._sleep = sleep
        self._clock = clock
        self._live = LiveStreams()
        self._hints = Hints(api)
        self._direct = DirectMessages(api)

    async def placed(self, assignment: Assignment, question: SlackQuestion, words: SlackPhrases) -> SlackQuestion:
        """The question with the place of its answer. One that was asked from nowhere gets a thread of its own in the
        asker's conversation with us, begun by what was asked. Raises SlackProblem and QuestionLost.
        """
        if question.thread or question.response_url:
            return question
        reply = assignment.reply
        if "root" not in reply:
            asked = [question_block(question.text, question.user, words)]
            message = Message(notification(question.text), asked)
            begun = await self._direct.send(question.team, question.enterprise, question.user, message)
            await assignment.note(channel=begun.channel, root=begun.thread)
        placed = replace(question, channel=str(reply["channel"]), thread=str(reply["root"]))
        if placed.place:
            await assignment.move(placed.place.conversation)
        return placed

    def outlet(self, assignment: Assignment, question: SlackQuestion, words: SlackPhrases, scope: Scope) -> Outlet:
        """The way back of a question that has its place."""
        examples = partial(self._examples, scope)
        if question.thread is None:
            url = question.response_url or ""
            return PrivateOutlet(self._responses, self._hints, question, url, words, examples, self._base_url)
        to = Destination.of(question, assignment.queued.id, assignment.queued.revision)
        sign = self._signs.of(to, words)
        echoed = question.surface == "shortcut" and "root" not in assignment.reply
        return ThreadOutlet(
            assignment,
            to,
            partial(self._reply, to),
            sign,
            partial(self._signs.end, sign),
            partial(asyncio.to_thread, self._posted, to.place.conversation),
            examples,
            self._hints,
            words,
            self._base_url,
            question.text if echoed else None,
        )

    def _reply(self, to: Destination, noted: Noted) -> ReplyStream:
        poster = Poster(self._api, to, self._sleep, self._clock)
        return ReplyStream(self._api, poster, to, self._live, noted, sleep=self._sleep, clock=self._clock)
