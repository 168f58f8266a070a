"""A text that is written piece by piece and remembers its pages."""

from index.document import Page
from index.errors import UnreadableDocument
from index.formats.characters import tidy


class Manuscript:
    """Collects the pieces of a converted document; refuses to outgrow `max_chars`.

    The pages it reports tile the text: each reaches up to the next one. Pages without words are left out.
    """

    def __init__(self, max_chars: int) -> None:
        self._max_chars = max_chars
        self._pieces: list[str] = []
        self._length = 0
        self._starts: list[tuple[int, int]] = []

    def add(self, text: str, *, page: int | None = None, separator: str = "\n\n") -> None:
        """Append `text`, tidied, after `separator`; `page` is the number of the page that begins with it."""
        text = tidy(text)
        if not text:
            return
        if self._pieces:
            self._append(separator)
        if page is not None:
            self._starts.append((page, self._length))
        self._append(text)

    def ends_with(self, endings: tuple[str, ...]) -> bool:
        """Whether the text ends so far with one of `endings`."""
        return bool(self._pieces) and self._pieces[-1].endswith(endings)

    @property
    def text(self) -> str:
        """Everything added so far."""
        return "".join(self._pieces)

    @property
    def pages(self) -> tuple[Page, ...]:
        """The pages begun so far, in order."""
        ends = [start for _, start in self._starts[1:]] + [self._length]
        return tuple(Page(*start, end) for start, end in zip(self._starts, ends, strict=True))

    def _append(self, piece: str) -> None:
        self._length += len(piece)
        if self._length > self._max_chars:
            raise UnreadableDocument(f"holds more than {self._max_chars / 1e6:g} million characters of text")
        self._pieces.append(piece)
