"""Blocks spread over as few messages as Slack's limits allow, in order, none lost."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from bot.slack import limits
from bot.slack.buttons import context
from bot.slack.message import Block, Message
from bot.slack.slack_phrases import SlackPhrases
from bot.slack.text import notification

# Slack has refused 11,300 characters of text in many small elements, but takes 13,000 in one: it counts the blocks
# around the text as well. Nothing says how; their JSON is the most that it can be.
ROOM = 12_500
MOST_SOURCES = 10_000  # the longest number that the line with it need hold


@dataclass(frozen=True, slots=True)
class Group:
    """Blocks that stand together, what they say, and how many sources they show."""

    blocks: tuple[Block, ...]
    text: str = ""
    sources: int = 0

    @property
    def weight(self) -> int:
        """Characters that count against the room of a message."""
        return weight(self.blocks)


def weight(blocks: Sequence[Block]) -> int:
    """The characters of these blocks as JSON."""
    return len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))


class Packer:
    """Takes groups one after another; `last` stands at the end of them all.

    `used` is how many characters the message holds already to which the first groups are added.
    """

    def __init__(self, phrases: SlackPhrases, last: Group, used: int = 0) -> None:
        self._phrases = phrases
        self._last = last
        self._used = used
        notes = phrases.continued, phrases.more_sources(MOST_SOURCES)
        self._kept_free = last.weight + max(weight([context(note)]) for note in notes)
        self._pages: list[list[Group]] = [[]]

    def add(self, group: Group) -> None:
        """Into the last message, or into a new one if it has no room for the group and for what may stand behind."""
        if not self._has_room_for(group):
            self._pages.append([])
        self._pages[-1].append(group)

    def messages(self) -> list[Message]:
        """In order; all but the last end with a line that says what follows, and the first may hold nothing else.

        None if there is nothing to show.
        """
        pages = [*self._pages[:-1], [*self._pages[-1], self._last]]
        messages = [self._message(page, pages[place + 1 :]) for place, page in enumerate(pages)]
        return [message for message in messages if message.blocks]

    def _has_room_for(self, group: Group) -> bool:
        page = [*self._pages[-1], group]
        used = self._used if len(self._pages) == 1 else 0
        blocks = sum(len(one.blocks) for one in (*page, self._last))
        return blocks < limits.MESSAGE_BLOCKS and used + sum(one.weight for one in page) + self._kept_free <= ROOM

    def _message(self, page: list[Group], later: list[list[Group]]) -> Message:
        note = self._note(later)
        text = notification("\n".join(group.text for group in page if group.text))
        blocks = [block for group in page for block in group.blocks]
        spoken = "\n".join(filter(None, (text, notification(note))))
        return Message(spoken or "–", [*blocks, *([context(note)] if note else [])])

    def _note(self, later: list[list[Group]]) -> str:
        if not later:
            return ""
        if not later[0][0].sources:
            return self._phrases.continued
        return self._phrases.more_sources(sum(group.sources for page in later for group in page))
