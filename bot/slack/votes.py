"""What people think of an answer: a vote, a reason, or that there should have been one."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any

from bot.errors import AnswerNotFound, HistoryUnavailable
from bot.slack.actions import REASON
from bot.slack.caller import Caller
from bot.slack.channels import Channels
from bot.slack.errors import SlackProblem, SlackRefused
from bot.slack.interaction import Interaction
from bot.slack.ports import Api, Feedback
from bot.slack.reason_view import reason_view
from bot.slack.response_url import ResponseUrls
from bot.slack.slack_phrases import SlackPhrases
from bot.slack.view_metadata import metadata_of

logger = logging.getLogger(__name__)


class Votes:
    """Anyone who sees an answer may vote, once; the last vote counts. Thanks are for the voter's eyes only."""

    def __init__(
        self,
        api: Api,
        responses: ResponseUrls,
        feedback: Feedback,
        channels: Channels,
    ) -> None:
        self._api = api
        self._responses = responses
        self._feedback = feedback
        self._channels = channels

    async def vote(self, pressed: Interaction, value: str, caller: Caller) -> None:
        """A vote against asks why."""
        answer_id, _, direction = value.partition(":")
        if direction not in ("up", "down"):
            await self._tell(pressed, self._words_at(pressed).answer_forgotten, caller)
            return
        up = direction == "up"
        if not await self._kept(pressed, caller, partial(self._feedback.vote, answer_id, caller.person, up, _now())):
            return
        if up:
            await self._tell(pressed, self._words_at(pressed).thanks, caller)
        else:
            view = reason_view(self._words_at(pressed), answer_id)
            await self._api.call(
                caller.team, "views.open", enterprise=caller.enterprise, trigger_id=pressed.trigger_id, view=view
            )

    async def missing(self, pressed: Interaction, value: str, caller: Caller) -> None:
        """The documents should have answered that."""
        if await self._kept(pressed, caller, partial(self._feedback.missing, value, caller.person, _now())):
            await self._tell(pressed, self._words_at(pressed).noted_as_missing, caller)

    async def reason(self, view: Mapping[str, Any], caller: Caller) -> None:
        """What somebody has written into the form. Nothing written is nothing to keep."""
        answer_id = metadata_of(view).get("answer", "")
        field = view["state"]["values"].get(REASON, {}).get(REASON, {})
        text = (field.get("value") or "").strip()
        if text:
            await asyncio.to_thread(self._feedback.reason, answer_id, caller.person, text)

    def _words_at(self, pressed: Interaction) -> SlackPhrases:
        return self._channels.of(pressed.channel).words

    async def _kept(self, pressed: Interaction, caller: Caller, keep: Callable[[], None]) -> bool:
        """False if it cannot be kept, which the voter is told."""
        try:
            await asyncio.to_thread(keep)
        except AnswerNotFound:
            await self._tell(pressed, self._words_at(pressed).answer_forgotten, caller)
        except HistoryUnavailable as problem:
            logger.warning("a vote is lost: %s", problem)
            await self._tell(pressed, self._words_at(pressed).problem, caller)
        else:
            return True
        return False

    async def _tell(self, pressed: Interaction, words: str, caller: Caller) -> None:
        """In the thread of the message whose button was pressed; where we are no member, through its own address.

        What was voted counts, whether or not thanks arrive.
        """
        where = {"thread_ts": pressed.thread} if pressed.thread else {}
        shown: dict[str, Any] = {"channel": pressed.channel, "user": caller.user, "text": words, **where}
        with suppress(SlackProblem):
            try:
                await self._api.call(caller.team, "chat.postEphemeral", enterprise=caller.enterprise, **shown)
            except SlackRefused:
                await self._responses.add(pressed.response_url, words, thread=pressed.thread)


def _now() -> datetime:
    return datetime.now(UTC)
