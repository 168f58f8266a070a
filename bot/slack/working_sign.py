"""The sign that a question is being worked on, for as long as it is."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

from bot.slack.destination import Destination
from bot.slack.errors import SlackBusy, SlackProblem, SlackRefused
from bot.slack.form_of_sign import FormOfSign, StatusSign, forms_of_sign
from bot.slack.ports import Api
from bot.slack.waiting import happened

REFRESH_S = 90.0  # Slack takes a status away after two minutes
SOONEST_S = 1.0  # Slack's budget for signs is used up: there may be room in a moment

logger = logging.getLogger(__name__)


class WorkingSign:
    """Shown at once, kept up, and taken away in the end; what goes wrong with it never reaches the answer.

    The best sign that Slack accepts here is used. Usable as a context manager, and again after `clear`. What Slack
    takes away by itself, when the answer is posted, costs no call: say so by `give_way` before and `replaced` after it.
    """

    def __init__(
        self,
        api: Api,
        to: Destination,
        words: str,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.place = to.place
        self._accepted = forms_of_sign(api, to)
        self._words = words
        self._sleep = sleep
        self._shown: FormOfSign | None = None
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._over = False
        self._left = False
        self._resting = False
        self._calling = False
        self._certain = False  # whether it is known that no call of ours comes after the answer

    async def __aenter__(self) -> Self:
        self.show()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.clear()

    def show(self, words: str | None = None) -> None:
        """Show it from now on, with other words if there are any; nobody waits for that."""
        if words and words != self._words:
            self._words = words
            self._changed.set()
        if self._task is None or self._over:
            self._over = self._left = self._resting = False
            self._task = asyncio.create_task(self._kept_up(), name="slack working sign")

    async def clear(self) -> None:
        """Take it away, also if who waits is cancelled; harmless if it is not there."""
        if self._task is not None:
            self._over = True
            self._changed.set()
            await asyncio.shield(self._task)
            self._task = None

    def leave(self) -> None:
        """Keep it up no longer: somebody else will take it away, or Slack itself in two minutes."""
        self._over = self._left = True
        self._changed.set()

    def again(self) -> None:
        """Show it once more: what else happens in the thread may have taken it away."""
        self._changed.set()

    def give_way(self) -> None:
        """The answer is about to be posted: nothing more is shown before it."""
        self._resting, self._certain = True, not self._calling

    def replaced(self) -> None:
        """A new message of ours has come since: Slack has taken the line away."""
        if self._certain and isinstance(self._shown, StatusSign):
            self._shown = None

    async def _kept_up(self) -> None:
        """A call that is under way is not broken off: it would be carried out after the sign was taken away."""
        while not self._over:
            self._changed.clear()
            again_s = REFRESH_S if self._resting else await self._show()
            if not self._over:
                await happened(self._changed, again_s, self._sleep)
        if not self._left:
            await self._clear()

    async def _show(self) -> float:
        """In how many seconds to show it again."""
        self._calling = True
        try:
            while self._accepted and not await self._is_shown(self._accepted[0]):
                self._accepted.pop(0)
        except SlackBusy as busy:  # nothing was done
            return min(max(busy.retry_after, SOONEST_S), REFRESH_S)
        finally:
            self._calling = False
        return REFRESH_S

    async def _is_shown(self, sign: FormOfSign) -> bool:
        """False if Slack accepts no such sign here. Raises SlackBusy."""
        try:
            await sign.show(self._words)
        except SlackRefused as refusal:
            logger.info("no sign of work in Slack: %s", refusal)
            self._shown = None
            return False
        except SlackBusy:
            raise
        except SlackProblem as problem:  # it may be there; it is tried again in a while
            logger.info("a sign of work may be missing in Slack: %s", problem)
        self._shown = sign
        return True

    async def _clear(self) -> None:
        sign, self._shown = self._shown, None
        if sign is not None:
            try:
                await sign.clear()
            except SlackProblem as problem:
                logger.warning("a sign of work is left in Slack: %s", problem)
