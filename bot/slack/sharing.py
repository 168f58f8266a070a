"""An answer that only its asker saw, posted for everybody in the channel."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from bot.answer import Answer
from bot.errors import AnswerNotFound, HistoryUnavailable
from bot.slack.answer_blocks import answer_messages, question_block
from bot.slack.caller import Caller
from bot.slack.channels import Channels
from bot.slack.errors import SlackRefused
from bot.slack.interaction import Interaction
from bot.slack.message import Message, as_answered, as_posted
from bot.slack.ports import Answering, Api
from bot.slack.response_url import ResponseUrls


class Sharing:
    """`claim` says of a name whether it is heard for the first time: a double click shares once.

    `asker` gives the id of who asked the question of an answer, synchronously: nobody else may share it. Where the bot
    is no member, the answer goes out through the button's response URL.
    """

    def __init__(
        self,
        api: Api,
        responses: ResponseUrls,
        answering: Answering,
        channels: Channels,
        base_url: str | None,
        claim: Callable[[str], Awaitable[bool]],
        asker: Callable[[str], str | None],
    ) -> None:
        self._api = api
        self._responses = responses
        self._answering = answering
        self._channels = channels
        self._base_url = base_url
        self._claim = claim
        self._asker = asker

    async def share(self, pressed: Interaction, answer_id: str, caller: Caller) -> None:
        here = self._channels.of(pressed.channel)
        try:
            answer = await self._asked_by(caller, answer_id)
        except (AnswerNotFound, HistoryUnavailable):
            await self._responses.add(pressed.response_url, here.words.answer_forgotten)
            return
        if not all(map(here.scope.allows, answer.documents)):
            await self._responses.add(pressed.response_url, here.words.document_unavailable)
            return
        if await self._claim(f"share:{answer_id}:{pressed.channel}"):
            asked = question_block(answer.question, caller.user, here.words)
            messages = answer_messages(answer, here.words, base_url=self._base_url, before=[asked])
            await self._post(messages, pressed, caller)

    async def _asked_by(self, caller: Caller, answer_id: str) -> Answer:
        """Raises AnswerNotFound, also if somebody else has asked: a private answer is not there for others."""
        if not caller.user or await asyncio.to_thread(self._asker, answer_id) != caller.user:
            raise AnswerNotFound("no answer of that id is kept for who presses the button")
        return (await self._answering.record(answer_id)).answer

    async def _post(self, messages: Sequence[Message], pressed: Interaction, caller: Caller) -> None:
        """All but the first go into its thread."""
        where: dict[str, Any] = {"channel": pressed.channel}
        for message in messages:
            try:
                posting = {**where, **as_posted(message)}
                posted = await self._api.call(caller.team, "chat.postMessage", enterprise=caller.enterprise, **posting)
                where.setdefault("thread_ts", posted["ts"])
            except SlackRefused:
                shared = {"response_type": "in_channel", "replace_original": False, **as_answered(message)}
                await self._responses.send(pressed.response_url, shared)
