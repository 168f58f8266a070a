"""One thread of Slack behind the face of SlackApi: it keeps the rules of streams, and fails on order."""

import asyncio
import re
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from bot.slack.errors import SlackBusy, SlackRefused, SlackUnreachable

BOT, OTHER = "UBOT", "U2"
FIRST_TS = 100


@dataclass(slots=True, eq=False)
class Shown:
    """A message as it is read."""

    ts: str
    user: str = BOT
    text: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)
    metadata: dict[str, Any] | None = None
    streaming: bool = False
    streamed: int = 0

    @property
    def body(self) -> str:
        """The Markdown that a reader sees: a streamed text, or the block that stands for it."""
        written = [block["text"] for block in self.blocks if block["type"] == "markdown"]
        return "".join(written) if written else self.text

    @property
    def below(self) -> list[dict[str, Any]]:
        return [block for block in self.blocks if block["type"] != "markdown"]

    @property
    def part(self) -> tuple[int, bool] | None:
        """Which part of the answer it says it is, and whether more follow."""
        payload = (self.metadata or {}).get("event_payload", {})
        return (payload.get("part", 1), payload.get("more", False)) if self.metadata else None


class FakeSlackThread:
    """`fail` orders what the next calls of a method end with, in order; None lets one pass.

    Failures: "busy", "before" and "after" (no answer, the call carried out only in the latter), or a word of refusal.
    """

    def __init__(self, cap: int = 12_000) -> None:
        self.messages: list[Shown] = []
        self.deleted: list[str] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.cap = cap
        self._failures: dict[str, deque[str | None]] = {}
        self._last_ts = FIRST_TS

    def fail(self, method: str, *failures: str | None) -> None:
        self._failures.setdefault(method, deque()).extend(failures)

    def say(self, text: str, user: str = OTHER) -> str:
        """A message that somebody else writes, or the bot without metadata."""
        return self._add(Shown(self._new_ts(), user, text)).ts

    def called(self, method: str) -> list[dict[str, Any]]:
        return [arguments for name, arguments in self.calls if name == method]

    @property
    def answer(self) -> list[Shown]:
        return [one for one in self.messages if one.user == BOT]

    @property
    def open(self) -> list[Shown]:
        return [one for one in self.messages if one.streaming]

    async def call(
        self, team: str, method: str, *, enterprise: str | None = None, patience_s: float = 30.0, **arguments: Any
    ) -> dict[str, Any]:
        self.calls.append((method, {"team": team, "enterprise": enterprise, "patience_s": patience_s, **arguments}))
        await asyncio.sleep(0)  # others act meanwhile
        failures = self._failures.get(method)
        failure = failures.popleft() if failures else None
        if failure == "busy":
            raise SlackBusy(method, 60)
        if failure == "before":
            raise SlackUnreachable(method, "dropped")
        if failure not in (None, "after"):
            raise SlackRefused(method, failure)
        answer = getattr(self, re.sub(r"\.|(?=[A-Z])", "_", method).lower())(method, **arguments)
        await asyncio.sleep(0)
        if failure == "after":
            raise SlackUnreachable(method, "dropped")
        return {"ok": True, **answer}

    # The methods

    def auth_test(self, method: str) -> dict[str, Any]:
        return {"user_id": BOT}

    def conversations_replies(
        self,
        method: str,
        channel: str,
        ts: str,
        oldest: str,
        limit: int,
        include_all_metadata: bool,
        cursor: str = "0",
    ) -> dict[str, Any]:
        since = [one for one in self.messages if float(one.ts) > float(oldest)]
        page, following = since[int(cursor) : int(cursor) + limit], int(cursor) + limit
        told = [{"ts": one.ts, "user": one.user, "text": one.text, "metadata": one.metadata} for one in page]
        after = str(following) if following < len(since) else ""
        parent = [{"ts": ts, "user": OTHER, "text": "question"}]
        return {"messages": parent + told, "response_metadata": {"next_cursor": after}}

    def chat_post_message(self, method: str, *, thread_ts: str, channel: str, **shown: Any) -> dict[str, Any]:
        message = Shown(self._new_ts(), text=shown["text"], blocks=shown["blocks"], metadata=shown["metadata"])
        self._check(method, message)
        return {"ts": self._add(message).ts}

    def chat_update(self, method: str, *, channel: str, ts: str, **shown: Any) -> dict[str, Any]:
        message = self._message(method, ts)
        if message.streaming:
            raise SlackRefused(method, "streaming_state_conflict")
        self._check(method, Shown(ts, text=shown["text"], blocks=shown["blocks"]))
        message.text, message.blocks = shown["text"], shown["blocks"]
        message.metadata = shown.get("metadata", message.metadata)
        return {}

    def chat_delete(self, method: str, *, channel: str, ts: str) -> dict[str, Any]:
        message = self._message(method, ts)
        if message.streaming:
            raise SlackRefused(method, "cant_delete_message")
        self.messages.remove(message)
        self.deleted.append(ts)
        return {}

    def chat_start_stream(
        self, method: str, *, channel: str, thread_ts: str, markdown_text: str, **recipient: str
    ) -> dict[str, Any]:
        message = Shown(self._new_ts(), streaming=True)
        self._stream(method, message, markdown_text)
        return {"ts": self._add(message).ts}

    def chat_append_stream(self, method: str, *, channel: str, ts: str, markdown_text: str) -> dict[str, Any]:
        self._stream(method, self._streaming(method, ts), markdown_text)
        return {}

    def chat_stop_stream(
        self,
        method: str,
        *,
        channel: str,
        ts: str,
        metadata: dict[str, Any],
        markdown_text: str = "",
        blocks: Any = (),
    ) -> dict[str, Any]:
        message = self._streaming(method, ts)
        self._stream(method, message, markdown_text)
        message.blocks, message.metadata, message.streaming = list(blocks), metadata, False
        return {}

    # The rules

    def expire(self) -> None:
        """Slack ends every stream by itself."""
        for message in self.messages:
            message.streaming = False

    def _stream(self, method: str, message: Shown, text: str) -> None:
        if message.streamed + len(text) > self.cap:
            raise SlackRefused(method, "msg_too_long")
        message.text += text
        message.streamed += len(text)

    def _streaming(self, method: str, ts: str) -> Shown:
        message = self._message(method, ts)
        if not message.streaming:
            raise SlackRefused(method, "message_not_in_streaming_state")
        return message

    def _check(self, method: str, message: Shown) -> None:
        if not message.body.strip() and not message.blocks:
            raise SlackRefused(method, "no_text")
        if len(message.body) > self.cap:
            raise SlackRefused(method, "msg_too_long")

    def _message(self, method: str, ts: str) -> Shown:
        for message in self.messages:
            if message.ts == ts:
                return message
        raise SlackRefused(method, "message_not_found")

    def _add(self, message: Shown) -> Shown:
        self.messages.append(message)
        return message

    def _new_ts(self) -> str:
        self._last_ts += 1
        return f"{self._last_ts}.000100"
