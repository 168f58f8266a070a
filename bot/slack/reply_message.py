"""One message of an answer: streamed as long as Slack goes along, shown as a whole again and again from then on."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Literal

from bot.slack.answer_metadata import AnswerMetadata
from bot.slack.destination import Destination
from bot.slack.errors import SlackBusy, SlackProblem, SlackRefused, SlackUnreachable
from bot.slack.message import Content
from bot.slack.ports import Api
from bot.slack.posting import ABSENT, Found, Poster
from bot.slack.written_message import WrittenMessage

APPEND_PATIENCE_S = 10.0
EDIT_PATIENCE_S = 10.0
END_PATIENCE_S = 90.0  # streams are stopped no more often than they are begun: there is room within a minute
NOT_STREAMING = "message_not_in_streaming_state"

# Before it is posted; while text can be added; when it may still be streaming but what it shows is not certain; and
# when it is no stream any more.
State = Literal["new", "streaming", "doubtful", "still"]
Noted = Callable[[str, bool], Awaitable[None]]

logger = logging.getLogger(__name__)


class ReplyMessage:
    """The `number`-th message of an answer. `shown` is what it shows, as far as that is known; while it `is_lost`, it
    may have been begun although Slack gave no answer.

    `noted` is told of its ts and whether it is open, before anything else happens. With `ts` it is a message that an
    earlier process has begun.
    """

    def __init__(
        self, api: Api, poster: Poster, to: Destination, noted: Noted, number: int, ts: str | None = None
    ) -> None:
        self.number = number
        self.ts = ts
        self.shown = ""
        self.is_lost = False
        self._api = api
        self._poster = poster
        self._to = to
        self._noted = noted
        self._state: State = "doubtful" if ts else "new"

    @property
    def is_new(self) -> bool:
        return self._state == "new"

    @property
    def is_streaming(self) -> bool:
        return self._state == "streaming"

    @property
    def may_be_open(self) -> bool:
        return self._state in ("streaming", "doubtful")

    # Beginning

    async def stream(self, text: str) -> None:
        """Begin with that text, at once. Raises SlackBusy and SlackRefused where nothing was posted, SlackUnreachable
        where no message can be found in the thread that may have been begun.
        """
        arguments = {"thread_ts": self._to.place.thread, "markdown_text": text, **self._recipient()}
        try:
            answer = await self._call("chat.startStream", 0.0, **arguments)
        except SlackUnreachable as gone:
            self.is_lost = True
            if not await self._looked(gone):
                raise
        else:
            self.ts, self.shown, self._state = str(answer["ts"]), text, "streaming"
            await self._noted(self.ts, True)

    async def post(self, message: Content, *, more: bool = True) -> None:
        """Begin with that, as a message that is edited. Raises SlackProblem."""
        try:
            self.ts = await self._poster.post(message, self.number, more=more)
        except SlackUnreachable:
            self.is_lost = True
            raise
        self._state = "still"
        await self._noted(self.ts, False)

    async def look(self) -> bool:
        """Find it in the thread if it is lost; whether it is there now. Raises SlackProblem."""
        if self.is_lost:
            found = [one.ts for one in await self._poster.search(known=()) if self._is_it(one)]
            self.is_lost = False
            if found:
                self.ts, self._state = found[-1], "doubtful"
                await self._noted(self.ts, True)
        return not self.is_new

    def _is_it(self, found: Found) -> bool:
        """What other messages carry tells them from it."""
        return found.metadata is None or found.metadata.number == self.number

    async def _looked(self, gone: SlackUnreachable) -> bool:
        try:
            return await self.look()
        except (SlackBusy, SlackRefused):
            raise gone from None

    def _recipient(self) -> dict[str, str]:
        if self._to.is_direct:
            return {}
        return {"recipient_team_id": self._to.user_team, "recipient_user_id": self._to.user}

    # Going on

    async def show(self, text: str) -> None:
        """Text that begins with what it shows already. Raises SlackProblem; then it can be called again."""
        if self._state == "streaming" and await self._appended(text[len(self.shown) :]):
            self.shown = text
        else:
            await self._edit(WrittenMessage(text), True, EDIT_PATIENCE_S)
            self.shown = text

    async def _appended(self, text: str) -> bool:
        try:
            await self._call("chat.appendStream", APPEND_PATIENCE_S, ts=self.ts, markdown_text=text)
        except (SlackBusy, SlackUnreachable, SlackRefused) as problem:
            logger.info("an answer goes on without streaming: %s", problem)
            await self._failed(problem)
            return False
        return True

    # Ending

    async def end(self, text: str, below: Sequence[Mapping[str, Any]] = (), *, more: bool = False) -> None:
        """Show `text`, which begins with what it shows already, and these blocks, for good.

        Raises SlackProblem; then it can be called again.
        """
        if self._state != "streaming" or not await self._stopped(text[len(self.shown) :], below, more):
            await self._put(WrittenMessage(text, tuple(below)), more)
        self.shown = text

    async def close(self) -> None:
        """End it as it is, if it may be open. Raises SlackProblem."""
        if await self.look() and self.may_be_open:
            await self._stop(END_PATIENCE_S)

    async def put(self, message: Content, *, more: bool) -> None:
        """Show another message in its place, for good; a new one if somebody has deleted it. Raises SlackProblem."""
        try:
            await self._put(message, more)
        except SlackRefused as refusal:
            if refusal.code not in ABSENT:
                raise
            await self.post(message, more=more)

    async def _put(self, message: Content, more: bool) -> None:
        if not await self.look():
            await self.post(message, more=more)
            return
        try:
            await self._edit(message, more, END_PATIENCE_S)
        except (SlackBusy, SlackUnreachable) as problem:
            if not self.may_be_open:
                raise
            await self._edit_unstopped(message, more, problem)

    async def remove(self) -> None:
        """Delete it. Raises SlackProblem."""
        await self.close()
        if self.ts is not None:
            await self._poster.delete(self.ts)

    async def _edit(self, message: Content, more: bool, patience_s: float) -> None:
        """Slack refuses to edit what is being streamed."""
        if self.may_be_open:
            await self._stop(patience_s)
        await self._update(message, more, patience_s)

    async def _edit_unstopped(self, message: Content, more: bool, problem: SlackProblem) -> None:
        """What cannot be stopped Slack may have ended by itself. Raises the problem if it has not."""
        try:
            await self._update(message, more, END_PATIENCE_S)
        except SlackRefused as refusal:
            if refusal.code in ABSENT:
                raise
            raise problem from refusal
        await self._ended()

    async def _update(self, message: Content, more: bool, patience_s: float) -> None:
        assert self.ts is not None  # noqa: S101 - it has been begun
        await self._poster.update(self.ts, message, self.number, more=more, patience_s=patience_s)

    async def _stopped(self, rest: str, below: Sequence[Mapping[str, Any]], more: bool) -> bool:
        """Whether the stream has ended with all of that."""
        text = {"markdown_text": rest} if rest.strip() else {}
        blocks = {"blocks": list(below)} if below else {}
        try:
            await self._call(
                "chat.stopStream", END_PATIENCE_S, ts=self.ts, metadata=self._metadata(more), **text, **blocks
            )
        except (SlackUnreachable, SlackRefused) as problem:
            await self._failed(problem)
            return False
        await self._ended()
        return True

    async def _failed(self, problem: SlackProblem) -> None:
        """Slack may have ended the stream by itself; else nobody knows what has become of it."""
        self._state = "doubtful"
        if isinstance(problem, SlackRefused) and problem.code == NOT_STREAMING:
            await self._ended()

    async def _stop(self, patience_s: float) -> None:
        try:
            await self._call("chat.stopStream", patience_s, ts=self.ts, metadata=self._metadata(True))
        except SlackRefused as refusal:
            if refusal.code not in (NOT_STREAMING, *ABSENT):
                raise
        await self._ended()

    async def _ended(self) -> None:
        self._state = "still"
        assert self.ts is not None  # noqa: S101 - it has been begun
        await self._noted(self.ts, False)

    def _metadata(self, more: bool) -> dict[str, Any]:
        return AnswerMetadata(self._to.question_id, self.number, more, self._to.revision).as_json()

    async def _call(self, method: str, patience_s: float, **arguments: Any) -> dict[str, Any]:
        place, enterprise = self._to.place, self._to.enterprise
        arguments["channel"] = place.channel
        return await self._api.call(place.team, method, enterprise=enterprise, patience_s=patience_s, **arguments)
