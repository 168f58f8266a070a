"""The Home tab: what there is to ask about, questions to begin with, and what one has asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.shown import cut, shown_line
from bot.slack.buttons import paragraph, plain
from bot.slack.help_blocks import example_blocks
from bot.slack.limits import HEADER_TEXT
from bot.slack.message import Block
from bot.slack.place import is_direct
from bot.slack.rich_text import Part, bullets, channel, moment, rich_text, section, words
from bot.slack.slack_phrases import Gapped, SlackPhrases

TITLES = 10
RECENT = 20
LINE = 300  # characters of a title or a question
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class RecentQuestion:
    """Something that a person has asked; the conversation with the bot itself is no channel to be named."""

    text: str
    channel: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class HomeOverview:
    """What a person is shown: counts and `titles` of the documents that may be asked about, the newest first.

    Until the index is `ready`, `percent` says how far it is.
    """

    documents: int
    passages: int
    titles: tuple[str, ...] = ()
    changed_at: datetime | None = None
    examples: tuple[str, ...] = ()
    recent: tuple[RecentQuestion, ...] = ()
    ready: bool = True
    percent: int = 100


def home_view(overview: HomeOverview, phrases: SlackPhrases) -> dict[str, Any]:
    """For `views.publish`."""
    blocks = [
        {"type": "header", "text": plain(phrases.home_title, HEADER_TEXT)},
        paragraph(phrases.help),
        *_index(overview, phrases),
        *example_blocks(overview.examples, phrases),
        *_list(phrases.home_recent, [_recent(one) for one in overview.recent[:RECENT]]),
        *_list(phrases.home_newest, [words(_line(title)) for title in overview.titles[:TITLES]]),
    ]
    return {"type": "home", "blocks": blocks}


def _index(overview: HomeOverview, phrases: SlackPhrases) -> list[Block]:
    blocks = [] if overview.ready else [paragraph(phrases.home_indexing(overview.percent))]
    if overview.documents:
        blocks.append(paragraph(phrases.home_counts(overview.documents, overview.passages)))
    elif overview.ready:
        blocks.append(paragraph(phrases.home_empty))
    return [*blocks, *_changed(overview.changed_at, phrases.home_changed)]


def _changed(at: datetime | None, phrase: Gapped) -> list[Block]:
    before, behind = phrase.around()
    return [rich_text(section([*words(before), moment(at), *words(behind)]))] if at and at > _EPOCH else []


def _recent(question: RecentQuestion) -> list[Part]:
    """An id that is none of Slack's would make it refuse the whole view."""
    named = question.channel.isalnum() and not is_direct(question.channel)
    where = [*words(" · "), channel(question.channel)] if named else []
    return [*words(_line(question.text)), *where, *words(" · "), moment(question.asked_at)]


def _list(heading: str, items: Iterable[list[Part]]) -> list[Block]:
    filled = [item for item in items if item]
    return [rich_text(section(words(heading, "bold"))), rich_text(bullets(filled))] if filled else []


def _line(text: str) -> str:
    return cut(shown_line(text), LINE) or "–"
