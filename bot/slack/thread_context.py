"""What was said in a thread before the bot was asked there: people's own words, as turns without an answer."""

from collections.abc import Sequence
from typing import Any

from bot.slack.errors import SlackProblem
from bot.slack.incoming import plain_words
from bot.slack.place import Place
from bot.slack.ports import Api
from bot.slack.question import SlackQuestion
from bot.turn import Turn

READ = 15  # Slack gives some apps no more at once, and once a minute
KEPT = 5  # messages; what was said long before is another topic
MAX_CHARS = 500
PATIENCE_S = 3.0  # an answer without its context is better than one that comes late


class ThreadContext:
    """Reads the messages before a question that begins our conversation in somebody else's thread, or beside it."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def turns(self, question: SlackQuestion) -> Sequence[Turn]:
        """The latest last; none where there is nothing before, or where Slack does not let us see it."""
        place = question.in_view or question.place
        if place is None or (place.thread == question.message and question.in_view is None):
            return ()
        try:
            read = await self._read(question, place)
        except SlackProblem:
            return ()
        said = [one for one in read if _is_before(one, question) and not one.get("bot_id")]
        words = (plain_words(str(one.get("text", "")))[:MAX_CHARS] for one in said[-KEPT:])
        return [Turn(text, text, "") for text in words if text]

    async def _read(self, question: SlackQuestion, place: Place) -> list[dict[str, Any]]:
        answer = await self._api.call(
            question.team,
            "conversations.replies",
            enterprise=question.enterprise,
            patience_s=PATIENCE_S,
            channel=place.channel,
            ts=place.thread,
            limit=READ,
        )
        return list(answer.get("messages") or ())


def _is_before(message: dict[str, Any], question: SlackQuestion) -> bool:
    if question.in_view:
        return True
    return question.message is None or float(message.get("ts", 0)) < float(question.message)
