"""What the bot shows without being asked: its Home tab, and questions to begin with in its Messages tab."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from bot.queued import Queued
from bot.scope import Scope
from bot.shown import cut, shown_line
from bot.slack.caller import Caller
from bot.slack.channels import ALONE, Channels
from bot.slack.errors import SlackRefused
from bot.slack.help_blocks import help_message
from bot.slack.home_view import HomeOverview, RecentQuestion, home_view
from bot.slack.limits import PROMPTS
from bot.slack.message import as_posted
from bot.slack.ports import Answering, Api, Readiness
from bot.slack.question import SlackQuestion

RECENT = 5
PROMPT_TITLE = 60  # longer ones are cut by Slack's clients


class Home:
    """Shows a person what they may see, by the rules for direct messages."""

    def __init__(
        self,
        api: Api,
        answering: Answering,
        readiness: Readiness,
        recent: Callable[[str, int], list[Queued]],
        channels: Channels,
        examples: Callable[[Scope], Awaitable[list[str]]],
    ) -> None:
        self._api = api
        self._answering = answering
        self._readiness = readiness
        self._recent = recent
        self._channels = channels
        self._examples = examples

    async def publish(self, caller: Caller) -> None:
        """The Home tab as it is now. If Slack has a newer one, that is the one to keep."""
        alone, state = self._channels.of(ALONE), self._readiness.state
        overview = await self._answering.overview(alone.scope)
        recent = await asyncio.to_thread(self._recent, caller.person, RECENT)
        shown = HomeOverview(
            documents=overview.documents,
            passages=overview.passages,
            titles=overview.titles,
            changed_at=overview.changed_at,
            examples=tuple(await self._examples(alone.scope)),
            recent=tuple(_recent(one) for one in recent),
            ready=state.ready,
            percent=state.percent,
        )
        try:
            await self._api.call(
                caller.team,
                "views.publish",
                enterprise=caller.enterprise,
                user_id=caller.user,
                view=home_view(shown, alone.words),
            )
        except SlackRefused as problem:
            if problem.code != "hash_conflict":
                raise

    async def suggest(self, caller: Caller, channel: str, thread: str | None = None) -> None:
        """Questions to begin with; `thread` only where Slack still begins one for the person."""
        here = self._channels.of(channel)
        examples = list(filter(None, map(shown_line, await self._examples(here.scope))))[:PROMPTS]
        if not examples:
            return
        in_thread: dict[str, Any] = {"thread_ts": thread} if thread else {}
        await self._api.call(
            caller.team,
            "assistant.threads.setSuggestedPrompts",
            enterprise=caller.enterprise,
            channel_id=channel,
            title=here.words.try_asking,
            prompts=[{"title": cut(example, PROMPT_TITLE), "message": example} for example in examples],
            **in_thread,
        )

    async def greet(self, caller: Caller, channel: str) -> None:
        """The bot has just been invited."""
        here = self._channels.of(channel)
        message = help_message(await self._examples(here.scope), here.words)
        posting = {"channel": channel, **as_posted(message)}
        await self._api.call(caller.team, "chat.postMessage", enterprise=caller.enterprise, **posting)


def _recent(queued: Queued) -> RecentQuestion:
    question = SlackQuestion.of_json(queued.content)
    return RecentQuestion(queued.text, question.channel, queued.asked_at)
