"""An answer that is read while it is written, in one message or in several."""

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Any, Self

from bot.slack import limits
from bot.slack.destination import Destination
from bot.slack.errors import SlackBusy, SlackProblem, SlackRefused, SlackUnreachable
from bot.slack.live_streams import LiveStreams
from bot.slack.message import Content
from bot.slack.ports import Api
from bot.slack.posting import Poster
from bot.slack.reply_message import Noted, ReplyMessage
from bot.slack.rollover import Repair, Rollover
from bot.slack.validation import text_length
from bot.slack.waiting import happened
from bot.slack.written_message import WrittenMessage

TOO_LONG = frozenset({"msg_too_long", "msg_blocks_too_long"})
LEAST_FULL = 1_000
ELEVEN_THOUSAND = Rollover.at(11_500)
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How an answer is written. What Slack does not document is a little less than was seen to work."""

    rollover: Rollover = ELEVEN_THOUSAND
    lifetime_s: float = 270.0  # Slack ends streams after five minutes
    append_s: float = 0.6  # between two appends of all streams of a workspace: a hundred a minute
    edit_s: float = 1.2  # between two edits: fifty a minute
    soonest_edit_s: float = 1.5
    at_once: int = 1_500  # characters that are not kept waiting


class ReplyStream:
    """Writes the answer to one question. `begin` it, `write`, then end it once: `finish`, `replace` or `abandon`.

    As a context manager it ends in any case: nothing is left that looks as if it were still being written. `live`
    is shared by all answers; `noted` is told of each message's ts and whether it is open.
    """

    def __init__(
        self,
        api: Api,
        poster: Poster,
        to: Destination,
        live: LiveStreams,
        noted: Noted,
        pace: Pace = Pace(),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._poster = poster
        self._team = to.place.team
        self._live = live
        self._pace = pace
        self._rollover = pace.rollover
        self._sleep = sleep
        self._clock = clock
        self._new = partial(ReplyMessage, api, poster, to, noted)
        self._messages: list[ReplyMessage] = []
        self._pending = ""
        self._began_at = self._due = clock()
        self._opening = ""  # of the last message: a block of code that goes on in it
        self._rested = False  # the last message is complete because of its age; what follows needs another one
        self._failing = False
        self._wake = asyncio.Event()
        self._start: asyncio.Task[None] | None = None
        self._pump: asyncio.Task[None] | None = None
        self._end: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def messages(self) -> tuple[str, ...]:
        """The ts of each message that the answer has, in order."""
        return tuple(message.ts for message in self._messages if message.ts is not None)

    async def begin(self, text: str) -> None:
        """Show the first words. Raises SlackBusy and SlackRefused where streaming is not possible here or now, and
        nothing was posted; SlackUnreachable where it is not known whether something was. In any case `replace` works.
        """
        self._start = asyncio.create_task(self._begun(text), name="slack reply start")
        await asyncio.shield(self._start)  # who is cancelled meanwhile must still be able to end it

    async def has_begun(self) -> bool:
        """Whether anything is shown; waits for a beginning that is under way."""
        if self._start:
            await asyncio.gather(self._start, return_exceptions=True)
        return any(not message.is_new for message in self._messages)

    def write(self, text: str) -> None:
        """Show that, too, soon. Never waits and never fails: what goes wrong is told when the answer ends."""
        self._pending += text
        self._wake.set()

    async def finish(self, last: Content | None = None) -> None:
        """The answer is complete; the blocks of `last` go below it, its text is for where they have to stand alone.

        Raises SlackProblem if something of it cannot be shown.
        """
        await self._ended(partial(self._fitted, partial(self._finished, last)))

    async def replace(self, messages: Sequence[Content]) -> None:
        """Show these messages instead of whatever was written, exactly once each. Raises SlackProblem."""
        await self._ended(partial(self._replaced, messages))

    async def abandon(self, words: str = "") -> None:
        """The answer stays incomplete, and is not taken for a complete one; `words`, below it, say why.

        Nothing is said where nothing was shown. Raises SlackProblem.
        """
        await self._ended(partial(self._fitted, partial(self._abandoned, words)))

    async def remove(self) -> None:
        """Delete whatever was shown. Raises SlackProblem."""
        await self._ended(partial(self._replaced, ()))

    async def close(self) -> None:
        """End what has not ended, without words; also if who waits is cancelled. Raises no SlackProblem."""
        try:
            await self.abandon()
        except SlackProblem as problem:
            logger.warning("an answer is left open in Slack: %s", problem)

    async def resume(self, known: Collection[str] = ()) -> bool:
        """Instead of `begin`, take over what an earlier process has shown: for `replace`, `abandon` and `remove`.

        Whether that answer was complete. `known` are messages of ours in the thread that carry no metadata and do not
        answer the question. Raises SlackProblem.
        """
        found = await self._poster.search(known)
        numbers = {one.metadata.number: one.ts for one in found if one.metadata}
        orphans = [one.ts for one in found if one.metadata is None]
        in_order = [numbers[number] for number in sorted(numbers)] + orphans
        self._messages = [self._new(number, ts) for number, ts in enumerate(in_order, 1)]
        self._rested = True
        return not orphans and any(one.is_last for one in found)

    # While it is being written

    async def _pumping(self) -> None:
        """The only one who touches the messages, until the answer ends."""
        self._live.enter(self._team)
        try:
            while self._end is None:
                await self._step()
        except SlackRefused as refusal:  # what was written is tried once more in the end
            logger.info("an answer cannot be shown while it is written: %s", refusal)
        finally:
            self._live.leave(self._team)

    async def _step(self) -> None:
        now = self._clock()
        until = self._next_at(now)
        if until > now:
            await self._woken(until - now)
        elif self._is_old(now):
            await self._tolerated(self._rest)
        else:
            await self._tolerated(self._flush)

    def _next_at(self, now: float) -> float:
        """When there is something to do."""
        old_at = self._began_at + self._pace.lifetime_s if self._last.is_streaming else math.inf
        if not self._pending.strip():
            return max(self._due, old_at)
        if len(self._pending) >= self._pace.at_once and not self._failing:
            return now
        return self._due

    async def _tolerated(self, work: Callable[[], Awaitable[None]]) -> None:
        """What does not work now is tried again: nothing of it counts as shown."""
        try:
            await self._fitted(work)
            self._failing = False
        except (SlackBusy, SlackUnreachable) as problem:
            logger.info("an answer is shown later: %s", problem)
            self._failing = True
        self._due = self._clock() + self._interval()

    async def _fitted(self, work: Callable[[], Awaitable[None]]) -> None:
        """If Slack takes less than it did, what does not fit goes into further messages."""
        while True:
            try:
                await work()
                return
            except SlackRefused as refusal:
                if refusal.code not in TOO_LONG or self._rollover.full < LEAST_FULL:
                    raise
                self._rollover = Rollover.at(self._rollover.full // 2)

    def _interval(self) -> float:
        others = max(1, self._live.count(self._team))
        if self._last.is_streaming or self._rested:
            return others * self._pace.append_s
        return max(self._pace.soonest_edit_s, others * self._pace.edit_s)

    async def _woken(self, seconds: float) -> None:
        await happened(self._wake, seconds, self._sleep)
        self._wake.clear()

    # What is shown where

    @property
    def _last(self) -> ReplyMessage:
        return self._messages[-1]

    @property
    def _base(self) -> str:
        """What the last message shows before what is pending."""
        return self._last.shown or self._opening

    def _is_old(self, now: float) -> bool:
        return self._last.is_streaming and now - self._began_at >= self._pace.lifetime_s

    def _next(self, opening: str) -> None:
        self._messages.append(self._new(len(self._messages) + 1))
        self._opening = opening
        self._rested = False

    async def _begun(self, text: str) -> None:
        message = self._new(1)
        first = text[: self._rollover.boundaries[0].beyond]
        try:
            await message.stream(first)
        finally:
            self._messages = [message]
            self._pending = text[len(message.shown) :] + self._pending
        self._began_at = self._clock()
        self._due = self._began_at + self._pace.append_s
        self._pump = asyncio.create_task(self._pumping(), name="slack reply stream")

    async def _flush(self) -> None:
        await self._roll()
        text = self._pending
        if text.strip():
            await self._show(self._base + text)
            self._pending = self._pending[len(text) :]

    async def _show(self, text: str) -> None:
        if self._last.is_new:
            await self._open(text)
        if self._last.shown != text:
            await self._last.show(text)

    async def _open(self, text: str) -> None:
        """A further message: streamed if possible, posted otherwise."""
        if await self._last.look():
            return
        try:
            await self._last.stream(text)
            self._began_at = self._clock()
        except (SlackBusy, SlackRefused, SlackUnreachable):
            if self._last.is_lost:
                raise
            await self._last.post(WrittenMessage(text))
            self._last.shown = text

    async def _roll(self, final: bool = False) -> None:
        """Fill messages as long as there is too much for one."""
        if self._rested and self._pending.strip():
            self._next(self._opening)
        while (at := self._rollover.cut(self._base, self._pending, final)) is not None:
            text = self._base + self._pending[:at]
            repair = Repair.of(text)
            if text.strip():
                await self._last.end(text + repair.closing, more=True)
                self._next(repair.opening)
            self._pending = self._pending[at:]

    async def _rest(self) -> None:
        """Complete a message that Slack would soon take for lost."""
        await self._roll()
        if not self._last.is_streaming:
            return
        pending = self._pending
        text = self._base + pending
        repair = Repair.of(text)
        await self._last.end(text + repair.closing, more=True)
        self._pending = self._pending[len(pending) :]
        self._opening, self._rested = repair.opening, True

    # The end

    async def _ended(self, work: Callable[[], Awaitable[None]]) -> None:
        """The first way to end counts, and goes on if who waits for it is cancelled; another one only if it fails."""
        if self._end is None or _has_failed(self._end):
            self._end = asyncio.create_task(self._concluded(work), name="slack reply end")
            self._wake.set()
        await asyncio.shield(self._end)

    async def _concluded(self, work: Callable[[], Awaitable[None]]) -> None:
        if self._start:
            await asyncio.gather(self._start, return_exceptions=True)
        pump, self._pump = self._pump, None
        if pump:
            await pump
        await work()

    async def _finished(self, last: Content | None) -> None:
        if not self._messages:
            self._next("")
        await self._roll(final=True)
        if self._last.is_new and not self._pending.strip() and len(self._messages) > 1:
            self._messages.pop()
        alone = last is not None and not self._fits(last.blocks)
        below = () if last is None or alone else last.blocks
        await self._last.end(self._base + self._pending, below, more=alone)
        self._pending = ""
        if last is not None and alone:
            self._next("")
            await self._last.put(last, more=False)

    def _fits(self, below: Sequence[Mapping[str, Any]]) -> bool:
        length = len(self._base) + len(self._pending) + text_length(below)
        return length <= limits.BLOCKS_TEXT and len(below) < limits.MESSAGE_BLOCKS

    async def _replaced(self, messages: Sequence[Content]) -> None:
        for number, message in enumerate(messages, 1):
            if number > len(self._messages):
                self._next("")
            await self._messages[number - 1].put(message, more=number < len(messages))
        for surplus in self._messages[len(messages) :]:
            await surplus.remove()
        del self._messages[len(messages) :]

    async def _abandoned(self, words: str) -> None:
        if all(message.is_new for message in self._messages):
            self._pending = words = ""
        if words:
            self._pending += f"\n\n{words}"
        if self._pending.strip():
            await self._roll(final=True)
            await self._last.end(self._base + self._pending, more=True)
            self._pending = ""
        for message in self._messages:
            await message.close()


def _has_failed(task: asyncio.Task[None]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)
