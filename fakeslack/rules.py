"""How strict the stand-in is, where Slack itself differs from app to app or may change its mind."""

from dataclasses import dataclass

from bot.slack import limits


@dataclass(slots=True)
class Rules:
    """Tests change these at any time. `history_page` is 15 for apps that are sold outside Slack's own marketplace."""

    strict: bool = True  # unknown arguments are refused; Slack ignores most of them
    history_page: int = 1000
    stream_characters: int = limits.STREAM_TEXT
