"""A footnote, clicked: the exact words of the source in their surroundings, for whoever may see that document here."""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.errors import AnsweringProblem, AnswerNotFound, DocumentNotFound, NotReady
from bot.record import Record
from bot.slack.caller import Caller
from bot.slack.channels import Channels
from bot.slack.errors import SlackRefused
from bot.slack.interaction import Interaction
from bot.slack.passage_view import loading_view, notice_view, passage_view
from bot.slack.ports import Answering, Api
from bot.slack.slack_phrases import SlackPhrases
from bot.slack.view_metadata import as_metadata, metadata_of
from index.errors import IndexProblem

View = dict[str, Any]
# What Slack says of a window that shows something newer by now, or is shut.
OVERTAKEN = frozenset({"hash_conflict", "not_found"})

logger = logging.getLogger(__name__)

_POINTER = re.compile(r"(?P<answer>[!-9;-~]{1,200}):(?P<number>c?[0-9]{1,6})(?::(?P<offset>[0-9]{1,12}))?")


@dataclass(frozen=True, slots=True)
class Cited:
    """A span of a document's version, as an answer cites it; `number` is what its button says."""

    document: str
    start: int
    end: int
    sha256: str | None
    number: str


class Passages:
    """Opens modals. The right to see a document is that of the channel where the button was pressed, at that moment."""

    def __init__(
        self,
        api: Api,
        answering: Answering,
        channels: Channels,
        base_url: str | None,
    ) -> None:
        self._api = api
        self._answering = answering
        self._channels = channels
        self._base_url = base_url

    async def open(self, pressed: Interaction, value: str, caller: Caller) -> None:
        """At once, because Slack lets us open a view for three seconds only; then with its content."""
        view = loading_view(self._channels.of(pressed.channel).words)
        opened = await self._api.call(
            caller.team, "views.open", enterprise=caller.enterprise, trigger_id=pressed.trigger_id, view=view
        )
        await self._update(opened["view"], value, pressed.channel, caller)

    async def turn(self, pressed: Interaction, value: str, caller: Caller) -> None:
        """Another page of the modal that is open."""
        await self._update(pressed.view, value, metadata_of(pressed.view).get("channel", ""), caller)

    async def _update(self, shown: Mapping[str, Any], value: str, channel: str, caller: Caller) -> None:
        view = {**await self._view(value, channel), "private_metadata": as_metadata(channel=channel)}
        try:
            await self._api.call(
                caller.team,
                "views.update",
                enterprise=caller.enterprise,
                view_id=shown["id"],
                hash=shown["hash"],
                view=view,
            )
        except SlackRefused as refusal:
            if refusal.code not in OVERTAKEN:
                raise

    async def _view(self, value: str, channel: str) -> View:
        words = self._channels.of(channel).words
        try:
            return await self._passage(value, channel, words)
        except AnswerNotFound:
            return notice_view(words.answer_forgotten, words)
        except DocumentNotFound:
            return notice_view(words.document_unavailable, words)
        except NotReady:
            return notice_view(words.not_ready, words)
        except (AnsweringProblem, IndexProblem) as problem:
            logger.warning("a passage cannot be shown: %s", problem)
            return notice_view(words.problem, words)

    async def _passage(self, value: str, channel: str, words: SlackPhrases) -> View:
        pointer = _POINTER.fullmatch(value)
        if pointer is None:
            raise AnswerNotFound("no footnote is called that")
        answer_id, number, offset = pointer.group("answer", "number", "offset")
        cited = _cited(await self._answering.record(answer_id), number)
        document = await self._answering.document(cited.document, scope=self._channels.of(channel).scope)
        return passage_view(
            document,
            min(cited.start, len(document.text)),
            min(cited.end, len(document.text)),
            answer_id=answer_id,
            number=number,
            offset=int(offset) if offset else cited.start,
            phrases=words,
            base_url=self._base_url,
            changed=cited.sha256 is not None and cited.sha256 != document.sha256,
        )


def _cited(record: Record, number: str) -> Cited:
    """Raises AnswerNotFound if the answer has no such footnote: a button can be older than what it points at."""
    if number.startswith("c"):
        closest = record.answer.closest
        index = int(number[1:])
        if index < len(closest):
            one = closest[index]
            sha256 = next((each.sha256 for each in record.considered if each.document == one.document), None)
            return Cited(one.document, one.start, one.end, sha256, number)
    for citation in record.answer.citations:
        if str(citation.number) == number:
            return Cited(citation.document, citation.start, citation.end, citation.sha256, number)
    raise AnswerNotFound("that answer has no such footnote")
