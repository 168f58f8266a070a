"""Who asks, and what they may."""

from dataclasses import dataclass

from bot.scope import EVERYTHING, Scope
from bot.surface import Surface


@dataclass(frozen=True, slots=True)
class Access:
    """Documents outside the `scope` do not exist for whoever asks; those inside they may change if they `may_manage`.

    Conversations are told to their `owner` alone: printable ASCII, 200 characters at most. `name` is for logs.
    """

    owner: str
    scope: Scope = EVERYTHING
    may_manage: bool = False
    name: str = "anonymous"
    surface: Surface = "http"
