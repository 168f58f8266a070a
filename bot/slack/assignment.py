"""A question that somebody works on, and what is noted of it for whoever has to go on."""

import asyncio
from functools import partial
from typing import Any

from bot.queued import Queued
from bot.slack.ports import Inbox


class QuestionLost(Exception):
    """The question is no longer ours to answer: edited, deleted, stopped, or taken over by another process."""


class Assignment:
    """One question while it is worked on. What is noted here is known to whoever has to go on after a crash."""

    def __init__(self, queued: Queued, owner: str, inbox: Inbox) -> None:
        self.queued = queued
        self.reply: dict[str, Any] = dict(queued.reply)
        self.interrupted_by: str | None = None  # why the task is being cancelled
        self.finished = False
        self._owner = owner
        self._inbox = inbox

    async def note(self, **parts: Any) -> None:
        """Keep what has been posted so far, before anything else happens. Raises QuestionLost."""
        self.reply.update(parts)
        noted = partial(self._inbox.note, self.queued.id, self._owner, self.queued.revision, self.reply)
        if not await asyncio.to_thread(noted):
            raise QuestionLost(self.queued.id)

    async def move(self, thread: str) -> None:
        """It is answered in that thread: what is asked or stopped there has to do with it."""
        await asyncio.to_thread(self._inbox.move, self.queued.id, self._owner, self.queued.revision, thread)

    async def finish(self, outcome: str) -> None:
        """There is nothing left to do, nor any use for an address that speaks in our name. Raises QuestionLost."""
        queued = self.queued
        kept = {**queued.content, "response_url": None} if queued.content.get("response_url") else None
        done = partial(self._inbox.finish, queued.id, self._owner, queued.revision, outcome, self.reply, kept)
        if not await asyncio.to_thread(done):
            raise QuestionLost(queued.id)
        self.finished = True
