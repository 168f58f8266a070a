"""Which documents may be asked about: whatever lies outside does not exist for whoever asks."""

from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Self


@dataclass(frozen=True, slots=True)
class Scope:
    """Documents whose id matches one of these globs (`*` crosses slashes, case matters); None means all of them.

    With a `document`, of these only that one.
    """

    patterns: tuple[str, ...] | None = None
    document: str | None = None

    @property
    def is_everything(self) -> bool:
        """Whether no document can be outside."""
        return self.document is None and (self.patterns is None or "*" in self.patterns)

    def allows(self, document: str) -> bool:
        """Whether the document of that id is inside."""
        if self.document is not None and document != self.document:
            return False
        return self.patterns is None or any(fnmatchcase(document, pattern) for pattern in self.patterns)

    def only(self, document: str) -> Self:
        """That document alone, if it is inside."""
        return replace(self, document=document)


EVERYTHING = Scope()
