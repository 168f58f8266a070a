"""What somebody may see of the documents, and whatever tells of the others."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from load_rooms import CODE_WORD


@dataclass(frozen=True, slots=True)
class Border:
    """`globs` None: all documents are inside. `signs` are words that stand in every sentence of a part, by the part."""

    globs: Sequence[str] | None
    signs: Mapping[str, str]

    def allows(self, document: str) -> bool:
        return self.globs is None or any(fnmatchcase(document, glob) for glob in self.globs)

    def foreign(self, text: str, content: Any) -> list[str]:
        """What a response, its `text` and the same as JSON, tells of documents outside."""
        if self.globs is None:
            return []
        documents = [name for name in documents_in(content) if not self.allows(name)]
        signs = [sign for part, sign in self.signs.items() if sign in text and not self._reaches(part)]
        rooms = [found[0] for found in CODE_WORD.finditer(text) if not self.allows(f"load/{found[1]}.md")]
        return documents + signs + rooms

    def _reaches(self, part: str) -> bool:
        assert self.globs is not None
        return any(glob.startswith(part) for glob in self.globs)


def documents_in(content: Any) -> Iterator[str]:
    """Names of documents, wherever they stand in what the server sends."""
    if isinstance(content, list):
        for each in content:
            yield from documents_in(each)
    elif isinstance(content, dict):
        if isinstance(content.get("document"), str):
            yield content["document"]
        if "passages" in content and isinstance(content.get("id"), str):  # a line of the listing
            yield content["id"]
        for each in content.values():
            yield from documents_in(each)
