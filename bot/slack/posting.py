"""Messages that are posted exactly once, although Slack may carry out a call that it gives no answer to."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from bot.slack.answer_metadata import AnswerMetadata
from bot.slack.destination import Destination
from bot.slack.errors import SlackBusy, SlackRefused, SlackUnreachable
from bot.slack.message import Content, as_posted, as_updated
from bot.slack.pauses import pauses
from bot.slack.ports import Api

PATIENCE_S = 60.0
LOOK_PATIENCE_S = 20.0
PAGE = 15  # Slack gives some apps no more at once
MOST_PAGES = 5
ABSENT = frozenset({"message_not_found", "thread_not_found"})


@dataclass(frozen=True, slots=True)
class Found:
    """A message of ours. `metadata` is None where it says nothing of itself: a stream that nobody has finished."""

    ts: str
    metadata: AnswerMetadata | None
    is_outdated: bool = False  # it answers what the question was before it was edited

    @property
    def is_last(self) -> bool:
        """Whether the answer is complete with it."""
        return self.metadata is not None and not self.metadata.more and not self.is_outdated


class Poster:
    """Posts the answer to one question into its thread, and finds it there again. All of it raises SlackProblem."""

    def __init__(
        self,
        api: Api,
        destination: Destination,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._api = api
        self._to = destination
        self._sleep = sleep
        self._clock = clock

    async def post(
        self, message: Content, number: int = 1, *, more: bool = False, patience_s: float = PATIENCE_S
    ) -> str:
        """The ts of the one message that is now the `number`-th of the answer.

        Raises SlackUnreachable if it cannot be found out in time whether it is there, SlackBusy and SlackRefused if
        it is not.
        """
        until = self._clock() + patience_s
        metadata = self._metadata(number, more)
        doubt: SlackUnreachable | None = None  # about a call that may have been carried out
        for pause in pauses():
            try:
                if doubt and (found := await self.find(number)):
                    return found
                doubt = None
                return await self._posted(message, metadata, max(0.0, until - self._clock()))
            except (SlackBusy, SlackRefused, SlackUnreachable) as problem:
                doubt = _doubt_after(problem, doubt)
            if self._clock() + pause > until:
                raise doubt
            await self._sleep(pause)
        raise AssertionError("pauses have no end")

    async def find(self, number: int = 1) -> str | None:
        """The ts of the message that is the `number`-th of the answer, whether or not the answer is complete."""
        of_it = (one for one in await self.search() if one.metadata and one.metadata.number == number)
        return next((one.ts for one in of_it), None)

    async def search(self, known: Collection[str] | None = None) -> list[Found]:
        """All of ours in the thread that answers the question, oldest first.

        With `known`, the ts of every message that somebody accounts for, streams are found as well that were begun
        by a process which died before it could note them.
        """
        us = await self._call("auth.test", LOOK_PATIENCE_S)
        said = await self._said_since()
        asked = float(self._to.asked_ts)
        ours = [one for one in said if one.get("user") == us["user_id"] and float(one["ts"]) > asked]
        found = [self._found(one) for one in ours]
        return [one for one in found if self._answers(one, known)]

    async def update(
        self, ts: str, message: Content, number: int = 1, *, more: bool = False, patience_s: float = PATIENCE_S
    ) -> None:
        """Show something else in a message's place. Slack refuses that while the message is being streamed."""
        metadata = self._metadata(number, more).as_json()
        await self._call(
            "chat.update", patience_s, channel=self._to.place.channel, ts=ts, **as_updated(message), metadata=metadata
        )

    async def delete(self, ts: str) -> None:
        """It is gone, whether or not it was there. Slack refuses that while the message is being streamed."""
        try:
            await self._call("chat.delete", PATIENCE_S, channel=self._to.place.channel, ts=ts)
        except SlackRefused as refusal:
            if refusal.code not in ABSENT:
                raise

    def _found(self, message: Mapping[str, Any]) -> Found:
        metadata = AnswerMetadata.of_message(message)
        return Found(str(message["ts"]), metadata, metadata is not None and metadata.revision != self._to.revision)

    def _metadata(self, number: int, more: bool) -> AnswerMetadata:
        return AnswerMetadata(self._to.question_id, number, more, self._to.revision)

    async def _posted(self, message: Content, metadata: AnswerMetadata, patience_s: float) -> str:
        told = {"thread_ts": self._to.place.thread, "metadata": metadata.as_json()}
        channel = self._to.place.channel
        answer = await self._call("chat.postMessage", patience_s, channel=channel, **as_posted(message), **told)
        return str(answer["ts"])

    async def _said_since(self) -> list[dict[str, Any]]:
        said: list[dict[str, Any]] = []
        page: dict[str, Any] = {}
        where = {"channel": self._to.place.channel, "ts": self._to.place.thread, "oldest": self._to.asked_ts}
        for _ in range(MOST_PAGES):
            method = "conversations.replies"
            page = await self._call(method, LOOK_PATIENCE_S, **where, limit=PAGE, include_all_metadata=True)
            said += page.get("messages") or ()
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                break
            where["cursor"] = cursor
        return said

    async def _call(self, method: str, patience_s: float, **arguments: Any) -> dict[str, Any]:
        place, enterprise = self._to.place, self._to.enterprise
        return await self._api.call(place.team, method, enterprise=enterprise, patience_s=patience_s, **arguments)

    def _answers(self, found: Found, known: Collection[str] | None) -> bool:
        if found.metadata:
            return found.metadata.question_id == self._to.question_id
        return known is not None and found.ts not in known


def _doubt_after(
    problem: SlackBusy | SlackRefused | SlackUnreachable, doubt: SlackUnreachable | None
) -> SlackUnreachable:
    """Only who has looked may post again: a look that has to wait is repeated, one that is refused is the end."""
    if isinstance(problem, SlackUnreachable):
        return problem
    if doubt is None:
        raise problem
    if isinstance(problem, SlackRefused):
        raise doubt from problem
    return doubt
