"""The sign that a question is being worked on, for as long as it is."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import Any, Protocol, Self

from bot.slack import limits
from bot.slack.destination import Destination
from bot.slack.errors import SlackBusy, SlackProblem, SlackRefused
from bot.slack.ports import Api

REFRESH_S = 90.0  # Slack takes a status away after two minutes
SOONEST_S = 1.0  # Slack's budget for signs is used up: there may be room in a moment
PATIENCE_S = 0.0  # a sign that comes late is none, and would keep the answer waiting
CLEARING_PATIENCE_S = 30.0
EYES = "eyes"
# Somebody's reaction is there already, or is not there any more: just as well.
AS_WANTED = frozenset({"already_reacted", "no_reaction", "message_not_found"})

logger = logging.getLogger(__name__)


class Sign(Protocol):
    """One way to show it. Both raise SlackProblem."""

    async def show(self, words: str, /) -> None: ...

    async def clear(self) -> None: ...


class _Caller:
    """Calls about one question."""

    def __init__(self, api: Api, to: Destination) -> None:
        self._api = api
        self.to = to

    async def call(self, method: str, patience_s: float, **arguments: Any) -> None:
        place, enterprise = self.to.place, self.to.enterprise
        await self._api.call(place.team, method, enterprise=enterprise, patience_s=patience_s, **arguments)


class SessionSign:
    """The session of an agent, in direct conversations; with a button to stop it."""

    def __init__(self, caller: _Caller) -> None:
        self._caller = caller

    async def show(self, _words: str, /) -> None:
        await self._set("processing", PATIENCE_S)

    async def clear(self) -> None:
        await self._set("active", CLEARING_PATIENCE_S)

    async def _set(self, status: str, patience_s: float) -> None:
        place = self._caller.to.place
        session = {"channel_id": place.channel, "thread_ts": place.thread, "status": status}
        await self._caller.call("agents.sessions.setStatus", patience_s, **session)


class StatusSign:
    """The line under a thread, with words of ours; `loading_messages` are shown in turn."""

    def __init__(self, caller: _Caller, loading_messages: Sequence[str] = ()) -> None:
        self._caller = caller
        self._loading = {"loading_messages": list(loading_messages[: limits.LOADING_MESSAGES])}

    async def show(self, words: str) -> None:
        await self._set(words, PATIENCE_S, **(self._loading if self._loading["loading_messages"] else {}))

    async def clear(self) -> None:
        await self._set("", CLEARING_PATIENCE_S)

    async def _set(self, status: str, patience_s: float, **more: Any) -> None:
        place = self._caller.to.place
        line = {"channel_id": place.channel, "thread_ts": place.thread, "status": status}
        await self._caller.call("assistant.threads.setStatus", patience_s, **line, **more)


class ReactionSign:
    """A reaction to the question itself."""

    def __init__(self, caller: _Caller) -> None:
        self._caller = caller

    async def show(self, _words: str, /) -> None:
        await self._tolerating("reactions.add", PATIENCE_S)

    async def clear(self) -> None:
        await self._tolerating("reactions.remove", CLEARING_PATIENCE_S)

    async def _tolerating(self, method: str, patience_s: float) -> None:
        to = self._caller.to
        try:
            await self._caller.call(method, patience_s, channel=to.place.channel, timestamp=to.asked_ts, name=EYES)
        except SlackRefused as refusal:
            if refusal.code not in AS_WANTED:
                raise


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
        loading_messages: Sequence[str] = (),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.place = to.place
        caller = _Caller(api, to)
        others: list[Sign] = [StatusSign(caller, loading_messages), ReactionSign(caller)]
        self._accepted: list[Sign] = [SessionSign(caller), *others] if to.is_direct else others
        self._words = words
        self._sleep = sleep
        self._shown: Sign | None = None
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
                await self._until_changed(again_s)
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

    async def _is_shown(self, sign: Sign) -> bool:
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

    async def _until_changed(self, seconds: float) -> None:
        waits = [asyncio.ensure_future(self._changed.wait()), asyncio.ensure_future(self._sleep(seconds))]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waits:
                one.cancel()
