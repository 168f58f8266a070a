"""The first sign of life: shown when a question is accepted, however long it has to wait for its turn."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.slack.destination import Destination
from bot.slack.ports import Api
from bot.slack.slack_phrases import SlackPhrases
from bot.slack.working_sign import WorkingSign

UNCLAIMED_S = 60.0  # another process may have taken the question, and looks after its sign itself


class Signs:
    """Hands the sign that was shown for a question to whoever works on it. For one event loop."""

    def __init__(
        self,
        api: Api,
        unclaimed_s: float = UNCLAIMED_S,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._api = api
        self._unclaimed_s = unclaimed_s
        self._sleep = sleep
        self._waiting: dict[str, WorkingSign] = {}

    def begin(self, to: Destination, words: SlackPhrases) -> None:
        """Show it at once; nobody waits for that. A question that waits already, and was edited, has its sign."""
        if to.question_id in self._waiting:
            return
        sign = self._waiting[to.question_id] = self._new(to, words)
        sign.show()
        asyncio.get_running_loop().call_later(self._unclaimed_s, self._leave, to.question_id)

    def of(self, to: Destination, words: SlackPhrases) -> WorkingSign:
        """The question's sign, shown or not yet."""
        return self._waiting.pop(to.question_id, None) or self._new(to, words)

    def close(self) -> None:
        """Leave the signs of questions that others will answer."""
        for id in list(self._waiting):
            self._leave(id)

    def _new(self, to: Destination, words: SlackPhrases) -> WorkingSign:
        return WorkingSign(self._api, to, words.searching_status, sleep=self._sleep)

    def _leave(self, id: str) -> None:
        sign = self._waiting.pop(id, None)
        if sign:
            sign.leave()
