"""How people are dealt with in each channel: what they may ask about there, and in which words they are answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from bot.channel_settings import ChannelRules, ChannelSettings
from bot.phrases import Phrases
from bot.scope import Scope
from bot.slack.place import is_direct
from bot.slack.slack_phrases import SlackPhrases

ALONE = ""  # the channel of what one person sees outside all channels: the Home tab, a form that comes from nowhere


@dataclass(frozen=True, slots=True)
class Channel:
    """`unasked` says whether questions are answered that nobody was asked; `phrases` stand in answers, `words` around
    them.
    """

    scope: Scope
    unasked: bool
    phrases: Phrases
    words: SlackPhrases


class Channels:
    """The one place where a channel's id is turned into what holds there."""

    def __init__(self, rules: ChannelRules, phrases: Mapping[str, Phrases], words: Mapping[str, SlackPhrases]) -> None:
        self._rules = rules
        self._phrases = phrases
        self._words = words

    @classmethod
    def load(cls, tables: Mapping[str, ChannelSettings], folder: Path) -> Self:
        """By the settings' tables, with the words in `folder`. Raises SettingsInvalid, also for a language without."""
        rules = ChannelRules(tables)
        phrases = {language: Phrases.load(folder, language) for language in rules.languages}
        words = {language: SlackPhrases.load(folder, language) for language in rules.languages}
        return cls(rules, phrases, words)

    def of(self, channel: str) -> Channel:
        """What holds in the channel of that id, or ALONE."""
        rule = self._rules.of(channel, direct=channel == ALONE or is_direct(channel))
        return Channel(rule.scope, rule.unasked, self._phrases[rule.language], self._words[rule.language])
