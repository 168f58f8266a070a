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
from bot.slack.ports import Api, Feedback
from bot.slack.reason_view import reason_view
from bot.slack.response_url import ResponseUrls
from bot.slack.slack_phrases import SlackPhrases
from bot.slack.view_metadata import metadata_of

Body = Mapping[str, Any]

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

    async def vote(self, body: Body, value: str, caller: Caller) -> None:
        """A vote against asks why."""
        answer_id, _, direction = value.partition(":")
        if direction not in ("up", "down"):
            await self._tell(body, self._of(body).answer_forgotten, caller)
            return
        up = direction == "up"
        if not await self._kept(body, caller, partial(self._feedback.vote, answer_id, caller.person, up, _now())):
            return
        if up:
            await self._tell(body, self._of(body).thanks, caller)
        else:
            view = reason_view(self._of(body), answer_id)
            await self._api.call(
                caller.team, "views.open", enterprise=caller.enterprise, trigger_id=body["trigger_id"], view=view
            )

    async def missing(self, body: Body, value: str, caller: Caller) -> None:
        """The documents should have answered that."""
        if await self._kept(body, caller, partial(self._feedback.missing, value, caller.person, _now())):
            await self._tell(body, self._of(body).noted_as_missing, caller)

    async def reason(self, view: Body, caller: Caller) -> None:
        """What somebody has written into the form. Nothing written is nothing to keep."""
        answer_id = metadata_of(view).get("answer", "")
        field = view["state"]["values"].get(REASON, {}).get(REASON, {})
        text = (field.get("value") or "").strip()
        if text:
            await asyncio.to_thread(self._feedback.reason, answer_id, caller.person, text)

    def _of(self, body: Body) -> SlackPhrases:
        channel = str((body.get("channel") or {}).get("id") or "")
        return self._channels.of(channel).words

    async def _kept(self, body: Body, caller: Caller, keep: Callable[[], None]) -> bool:
        """False if it cannot be kept, which the voter is told."""
        try:
            await asyncio.to_thread(keep)
        except AnswerNotFound:
            await self._tell(body, self._of(body).answer_forgotten, caller)
        except HistoryUnavailable as problem:
            logger.warning("a vote is lost: %s", problem)
            await self._tell(body, self._of(body).problem, caller)
        else:
            return True
        return False

    async def _tell(self, body: Body, words: str, caller: Caller) -> None:
        """In the thread of the message whose button was pressed; where we are no member, through its own address.

        What was voted counts, whether or not thanks arrive.
        """
        message, channel = body.get("message") or {}, str((body.get("channel") or {}).get("id") or "")
        where = {"thread_ts": message["thread_ts"]} if message.get("thread_ts") else {}
        shown = {"channel": channel, "user": caller.user, "text": words, **where}
        with suppress(SlackProblem):
            try:
                await self._api.call(caller.team, "chat.postEphemeral", enterprise=caller.enterprise, **shown)
            except SlackRefused:
                url = str(body.get("response_url") or "")
                await self._responses.send(url, {"text": words, "replace_original": False, **where})


def _now() -> datetime:
    return datetime.now(UTC)
