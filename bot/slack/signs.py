"""The first sign of life: shown when a question is accepted, however long it has to wait for its turn."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.errors import HistoryUnavailable
from bot.slack.background import Background
from bot.slack.destination import Destination
from bot.slack.place import Place
from bot.slack.ports import Api
from bot.slack.slack_phrases import SlackPhrases
from bot.slack.working_sign import WorkingSign

LOOK_S = 5.0  # another process may have taken the question, and have answered it
UNCLAIMED_S = 60.0  # after that it is left to whoever answers, and to Slack


class Signs:
    """Hands the sign that was shown for a question to whoever works on it. For one event loop.

    `answered` says of a question whether nothing is left to do, synchronously. It may raise HistoryUnavailable.
    """

    def __init__(
        self,
        api: Api,
        background: Background,
        answered: Callable[[str], bool],
        look_s: float = LOOK_S,
        unclaimed_s: float = UNCLAIMED_S,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._api = api
        self._background = background
        self._answered = answered
        self._look_s = look_s
        self._unclaimed_s = unclaimed_s
        self._sleep = sleep
        self._waiting: dict[str, WorkingSign] = {}
        self._in_use: dict[Place, set[WorkingSign]] = {}

    def begin(self, to: Destination, words: SlackPhrases) -> None:
        """Show it at once; nobody waits for that. A question that waits already, and was edited, has its sign."""
        if to.question_id in self._waiting:
            return
        sign = self._waiting[to.question_id] = self._new(to, words)
        sign.show()
        self._look_later(to.question_id, sign, self._unclaimed_s)

    def of(self, to: Destination, words: SlackPhrases) -> WorkingSign:
        """The question's sign, shown or not yet; give it back to `end`."""
        return self._waiting.pop(to.question_id, None) or self._new(to, words)

    def end(self, sign: WorkingSign) -> None:
        """Take it away. Nobody waits for that: Slack may allow it only in a while, and the next question is due."""
        self._forget(sign)
        self._background.run(self._taken_away(sign), "a sign of work")

    def close(self) -> None:
        """Leave the signs of questions that others will answer."""
        for id in list(self._waiting):
            self._leave(id)

    def _new(self, to: Destination, words: SlackPhrases) -> WorkingSign:
        sign = WorkingSign(self._api, to, words.searching_status, sleep=self._sleep)
        self._in_use.setdefault(sign.place, set()).add(sign)
        return sign

    async def _taken_away(self, sign: WorkingSign) -> None:
        """A thread has one line: the questions that still wait there show it anew."""
        await sign.clear()
        for other in self._in_use.get(sign.place, ()):
            other.again()

    def _leave(self, id: str) -> None:
        sign = self._waiting.pop(id)
        self._forget(sign)
        sign.leave()

    def _forget(self, sign: WorkingSign) -> None:
        there = self._in_use.get(sign.place, set())
        there.discard(sign)
        if not there:
            self._in_use.pop(sign.place, None)

    # Questions that nobody has taken here

    def _look_later(self, id: str, sign: WorkingSign, left_s: float) -> None:
        asyncio.get_running_loop().call_later(min(self._look_s, left_s), self._look, id, sign, left_s)

    def _look(self, id: str, sign: WorkingSign, left_s: float) -> None:
        if self._waiting.get(id) is not sign:
            return
        if left_s <= self._look_s:
            self._leave(id)
        else:
            self._background.run(self._looked(id, sign, left_s - self._look_s), "a sign of work")

    async def _looked(self, id: str, sign: WorkingSign, left_s: float) -> None:
        answered = await self._is_answered(id)
        if self._waiting.get(id) is not sign:
            return
        if answered:
            self.end(self._waiting.pop(id))
        else:
            self._look_later(id, sign, left_s)

    async def _is_answered(self, id: str) -> bool:
        try:
            return await asyncio.to_thread(self._answered, id)
        except HistoryUnavailable:
            return False
