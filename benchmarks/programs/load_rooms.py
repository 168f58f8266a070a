"""Rooms whose code words change all the time, and which of their versions may still be told at a moment."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

NOUNS = ("lighthouse", "harbour", "meadow", "lantern", "orchard", "glacier", "saddle", "compass")
CODE_WORD = re.compile(r"\b[a-z]+-(\d{3})\d{4}\b")


@dataclass(slots=True)
class Version:
    """What a room's document said. It is `gone_at` the moment when whoever replaced or deleted it was told so."""

    text: str
    code_word: str
    gone_at: float | None = None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    def was_gone(self, at: float) -> bool:
        return self.gone_at is not None and self.gone_at < at


@dataclass(slots=True)
class Room:
    """A document that one client alone changes; `newest` is None while there is none."""

    number: int
    newest: Version | None = None
    made: int = 0
    _versions: dict[str, Version] = field(default_factory=dict)

    @property
    def document(self) -> str:
        return f"load/{self.number:03}.md"

    @property
    def question(self) -> str:
        return f"What is the code word of room {self.number}?"

    def new_version(self) -> Version:
        """One that may be told from now on: while it is being uploaded, either may be."""
        word = f"{NOUNS[self.made % len(NOUNS)]}-{self.number:03}{self.made:04}"
        self.made += 1
        version = Version(
            f"# Room {self.number}\n\nRoom {self.number} lies on the third floor. "
            f"The code word of room {self.number} is {word}. Whoever leaves room {self.number} locks the door.\n",
            word,
        )
        self._versions[version.sha256] = version
        return version

    def put(self, version: Version) -> None:
        """It is there, and the one before is gone."""
        self.deleted()
        self.newest = version

    def deleted(self) -> None:
        if self.newest:
            self.newest.gone_at = perf_counter()
        self.newest = None

    def is_exact(self, citation: Mapping[str, Any], asked_at: float) -> bool:
        """Whether these are the words, in their place, of a version that was there when the question was asked."""
        version = self._versions.get(citation["sha256"])
        return version is not None and not version.was_gone(asked_at) and _stands_in(version, citation, "quote")

    def is_current(self, passage: Mapping[str, Any], asked_at: float) -> bool:
        """The same of a passage, which does not say of which version it is."""
        living = (version for version in self._versions.values() if not version.was_gone(asked_at))
        return any(_stands_in(version, passage, "text") for version in living)


def _stands_in(version: Version, place: Mapping[str, Any], words: str) -> bool:
    return version.text[place["start"] : place["end"]] == place[words] != ""
