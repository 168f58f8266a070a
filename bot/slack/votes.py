"""What people think of an answer: a vote, a reason, or that there should have been one."""

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.channel_settings import ChannelRules
from bot.errors import AnswerNotFound
from bot.slack.actions import REASON
from bot.slack.caller import Caller
from bot.slack.errors import SlackProblem
from bot.slack.place import is_direct
from bot.slack.ports import Api, Feedback
from bot.slack.reason_view import reason_view
from bot.slack.slack_phrases import SlackPhrases

Body = Mapping[str, Any]


class Votes:
    """Anyone who sees an answer may vote, once; the last vote counts. Thanks are for the voter's eyes only."""

    def __init__(self, api: Api, feedback: Feedback, rules: ChannelRules, words: Mapping[str, SlackPhrases]) -> None:
        self._api = api
        self._feedback = feedback
        self._rules = rules
        self._words = words

    async def vote(self, body: Body, value: str, caller: Caller) -> None:
        """A vote against asks why."""
        answer_id, _, direction = value.partition(":")
        words = self._of(body)
        try:
            await asyncio.to_thread(self._feedback.vote, answer_id, caller.person, direction == "up", _now())
        except AnswerNotFound:
            await self._tell(body, words.answer_forgotten, caller)
            return
        if direction == "up":
            await self._tell(body, words.thanks, caller)
        else:
            view = reason_view(words, answer_id)
            await self._api.call(
                caller.team, "views.open", enterprise=caller.enterprise, trigger_id=body["trigger_id"], view=view
            )

    async def missing(self, body: Body, value: str, caller: Caller) -> None:
        """The documents should have answered that."""
        words = self._of(body)
        try:
            await asyncio.to_thread(self._feedback.missing, value, caller.person, _now())
        except AnswerNotFound:
            await self._tell(body, words.answer_forgotten, caller)
            return
        await self._tell(body, words.noted_as_missing, caller)

    async def reason(self, view: Body, caller: Caller) -> None:
        """What somebody has written into the form. Nothing written is nothing to keep."""
        answer_id = json.loads(view.get("private_metadata") or "{}").get("answer", "")
        field = view["state"]["values"].get(REASON, {}).get(REASON, {})
        text = (field.get("value") or "").strip()
        if text:
            await asyncio.to_thread(self._feedback.reason, answer_id, caller.person, text)

    def _of(self, body: Body) -> SlackPhrases:
        channel = str((body.get("channel") or {}).get("id") or "")
        return self._words[self._rules.of(channel, direct=is_direct(channel)).language]

    async def _tell(self, body: Body, words: str, caller: Caller) -> None:
        """In the thread of the message whose button was pressed, if the person is in that channel."""
        message, channel = body.get("message") or {}, str((body.get("channel") or {}).get("id") or "")
        thread = message.get("thread_ts")
        try:
            await self._api.call(
                caller.team,
                "chat.postEphemeral",
                enterprise=caller.enterprise,
                channel=channel,
                user=caller.user,
                text=words,
                **({"thread_ts": thread} if thread else {}),
            )
        except SlackProblem:
            return  # the vote counts all the same


def _now() -> datetime:
    return datetime.now(UTC)
