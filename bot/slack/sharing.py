"""An answer that only its asker saw, posted for everybody in the channel."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from bot.answer import Answer
from bot.errors import AnswerNotFound, HistoryUnavailable
from bot.slack.answer_blocks import answer_messages, question_block
from bot.slack.caller import Caller
from bot.slack.channels import Channels
from bot.slack.errors import SlackRefused
from bot.slack.interaction import Interaction
from bot.slack.ports import Answering, Api
from bot.slack.posting import INERT, WITHOUT_PREVIEWS
from bot.slack.response_url import ResponseUrls
from bot.slack.slack_phrases import SlackPhrases


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
        channel, url = pressed.channel, pressed.response_url
        here = self._channels.of(channel)
        try:
            answer = await self._asked_by(caller, answer_id)
        except (AnswerNotFound, HistoryUnavailable):
            await self._responses.send(url, {"text": here.words.answer_forgotten, "replace_original": False})
            return
        if not all(map(here.scope.allows, answer.documents)):
            await self._responses.send(url, {"text": here.words.document_unavailable, "replace_original": False})
            return
        if await self._claim(f"share:{answer_id}:{channel}"):
            await self._post(answer, channel, caller.user, url, here.words, caller)

    async def _asked_by(self, caller: Caller, answer_id: str) -> Answer:
        """Raises AnswerNotFound, also if somebody else has asked: a private answer is not there for others."""
        if not caller.user or await asyncio.to_thread(self._asker, answer_id) != caller.user:
            raise AnswerNotFound("no answer of that id is kept for who presses the button")
        return (await self._answering.record(answer_id)).answer

    async def _post(
        self,
        answer: Answer,
        channel: str,
        user: str,
        url: str,
        words: SlackPhrases,
        caller: Caller,
    ) -> None:
        asked = question_block(answer.question, user, words)
        payload: dict[str, Any] = {}
        for message in answer_messages(answer, words, base_url=self._base_url, before=[asked]):
            shown = {"text": message.text, "blocks": message.blocks, "channel": channel}
            payload = {**payload, **INERT, **WITHOUT_PREVIEWS, **shown}
            try:
                posted = await self._api.call(caller.team, "chat.postMessage", enterprise=caller.enterprise, **payload)
                payload.setdefault("thread_ts", posted["ts"])
            except SlackRefused:
                await self._responses.send(
                    url,
                    {
                        "response_type": "in_channel",
                        "replace_original": False,
                        "text": message.text,
                        "blocks": message.blocks,
                    },
                )
