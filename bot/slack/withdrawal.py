"""What is left of a question that its author has deleted: our answers to it, which go as well."""

from bot.queued import Queued
from bot.slack.background import Background
from bot.slack.errors import SlackRefused
from bot.slack.ports import Api
from bot.slack.question import SlackQuestion

GONE = frozenset({"message_not_found", "channel_not_found", "not_in_channel"})


class Withdrawal:
    """Deletes every message that was noted; nobody waits for that."""

    def __init__(self, api: Api, background: Background) -> None:
        self._api = api
        self._background = background

    def __call__(self, queued: Queued) -> None:
        question = SlackQuestion.of_json(queued.content)
        for ts in queued.reply.get("messages") or ():
            self._background.run(self._deleted(question, str(ts)), "an answer whose question is gone")

    async def _deleted(self, question: SlackQuestion, ts: str) -> None:
        channel, enterprise = question.channel, question.enterprise
        try:
            await self._api.call(question.team, "chat.delete", enterprise=enterprise, channel=channel, ts=ts)
        except SlackRefused as refusal:
            if refusal.code not in GONE:
                raise
