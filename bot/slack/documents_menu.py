"""The menu of documents in the form: those whose name holds what was typed, of the ones that may be asked about."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.errors import AnsweringProblem
from bot.scope import Scope
from bot.shown import shown_line
from bot.slack.buttons import plain
from bot.slack.channels import Channels
from bot.slack.limits import OPTION_TEXT, OPTION_VALUE, SELECT_OPTIONS
from bot.slack.view_metadata import metadata_of
from index.errors import IndexProblem

WITHIN_S = 2.5  # Slack waits for three seconds
Option = dict[str, Any]

logger = logging.getLogger(__name__)


class DocumentsMenu:
    """`titles` gives id and title of the documents inside a scope."""

    def __init__(
        self,
        titles: Callable[[Scope], Awaitable[list[tuple[str, str]]]],
        channels: Channels,
        within_s: float = WITHIN_S,
    ) -> None:
        self._titles = titles
        self._channels = channels
        self._within_s = within_s

    async def options(self, body: Mapping[str, Any]) -> list[Option]:
        """At most as many as Slack shows; none if the index is too slow to say, or has none."""
        channel = metadata_of(body.get("view") or {}).get("channel", "")
        scope = self._channels.of(channel).scope
        try:
            async with asyncio.timeout(self._within_s):
                titles = await self._titles(scope)
        except (TimeoutError, AnsweringProblem, IndexProblem) as problem:
            logger.warning("the menu of documents stays empty: %s", problem or "the index is too slow")
            return []
        typed = str(body.get("value") or "").casefold()
        found = [(id, title) for id, title in titles if typed in title.casefold() or typed in id.casefold()]
        return [_option(id, title) for id, title in found if len(id) <= OPTION_VALUE][:SELECT_OPTIONS]


def _option(id: str, title: str) -> Option:
    return {"text": plain(title if shown_line(title) else id, OPTION_TEXT), "value": id}
