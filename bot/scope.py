"""Which documents may be asked about: whatever lies outside does not exist for whoever asks."""

from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class Scope:
    """Documents whose id matches one of these globs (`*` crosses slashes, case matters); None means all of them."""

    patterns: tuple[str, ...] | None = None

    def allows(self, document: str) -> bool:
        """Whether the document of that id is inside."""
        return self.patterns is None or any(fnmatchcase(document, pattern) for pattern in self.patterns)


EVERYTHING = Scope()
