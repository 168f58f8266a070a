"""Takes in what is asked: claimed and queued in one transaction before Slack is told that we have it.

Whatever is taken in is answered, even if this process ends now; whatever is not, Slack delivers again.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from bot.queued import NewQuestion, Queued
from bot.slack.channels import Channels
from bot.slack.incoming import (
    Deleted,
    Edited,
    Installation,
    Said,
    looks_like_a_question,
    message_key,
    understood,
)
from bot.slack.place import Place
from bot.slack.ports import Inbox
from bot.slack.question import SlackQuestion, Surface
from bot.surface import SLACK_CONVERSATION

Body = Mapping[str, Any]


class Intake:
    """`accepted` is told of every question that was queued, `removed` of every reply that nobody asks for any more.

    Every method raises HistoryUnavailable if nothing could be written: then nothing was taken in.
    """

    def __init__(
        self,
        inbox: Inbox,
        channels: Channels,
        accepted: Callable[[SlackQuestion, str], None],
        removed: Callable[[Queued], None],
        wake: Callable[[], None],
    ) -> None:
        self._inbox = inbox
        self._channels = channels
        self._accepted = accepted
        self._removed = removed
        self._wake = wake

    async def message(self, body: Body, ours: Installation) -> None:
        """An `app_mention` or a `message` of any subtype."""
        told = understood(body["event"], ours)
        claim = f"event:{body['event_id']}"
        if isinstance(told, Said):
            await self._said(told, claim)
        elif isinstance(told, Edited):
            await self._edited(told, claim)
        elif isinstance(told, Deleted):
            await self._deleted(told, claim)

    async def ask(self, question: SlackQuestion, claim: str) -> bool:
        """Queue what was asked in another way than by a message; False if that has been done before."""
        return await self._queue(question, [claim], claim)

    async def claim(self, claim: str) -> bool:
        """Whether something that must happen once has not happened yet."""
        return await asyncio.to_thread(self._inbox.accept, [claim], None, _now())

    async def stop(self, place: Place) -> None:
        """The person wants no answer any more to what is being worked on there."""
        await asyncio.to_thread(self._inbox.stop, place.conversation, _now())
        self._wake()

    async def _said(self, told: Said, claim: str) -> None:
        surface = told.surface or await self._asked_by_place(told.question)
        if surface and (surface in ("direct", "mention") or not told.to_somebody_else):
            question = replace(told.question, surface=surface)
            await self._queue(question, [claim], _key(question))

    async def _edited(self, told: Edited, claim: str) -> None:
        revised = await asyncio.to_thread(self._inbox.revise, told.key, [claim], told.text, _now())
        if revised:
            self._accepted(SlackQuestion.of_json(revised.content), revised.id)
            self._wake()
        elif told.question:  # the mention may have been added by the edit
            surface: Surface = "direct" if told.question.is_direct else "mention"
            await self._queue(replace(told.question, surface=surface), [claim], told.key)

    async def _deleted(self, told: Deleted, claim: str) -> None:
        withdrawn = await asyncio.to_thread(self._inbox.withdraw, told.key, [claim])
        if withdrawn:
            self._removed(withdrawn)
            self._wake()

    async def _asked_by_place(self, question: SlackQuestion) -> Surface | None:
        """A message that mentions nobody is for us in a thread of ours, or where we answer unasked."""
        place = question.place
        if place and question.thread != question.message:
            return "follow-up" if await asyncio.to_thread(self._inbox.owns, place.conversation) else None
        here = self._channels.of(question.channel)
        return "unasked" if here.unasked and looks_like_a_question(question.text) else None

    async def _queue(self, question: SlackQuestion, claims: list[str], key: str) -> bool:
        id, place = uuid4().hex, question.place
        new = NewQuestion(
            id=id,
            key=key,
            thread=place.conversation if place else f"{SLACK_CONVERSATION}{question.team}-{id}",
            person=question.person,
            text=question.text,
            content=question.as_json(),
        )
        # The key is claimed with the event: a mention arrives as two events, which ask one question.
        taken = await asyncio.to_thread(self._inbox.accept, list(dict.fromkeys([*claims, key])), new, _now())
        if taken:
            self._accepted(question, id)
            self._wake()
        return taken


def _key(question: SlackQuestion) -> str:
    return message_key(question.team, question.channel, str(question.message))


def _now() -> datetime:
    return datetime.now(UTC)
