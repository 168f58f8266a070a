"""A question and a passage as the model sees them: `[CLS] question [SEP] passage [SEP]`, in overlapping windows."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tokenizers import Encoding, Tokenizer

from index.vocabulary import TOKENIZER

MAX_TOKENS = 256  # the bundled table has no more places
MAX_QUESTION = 64  # of a longer question the beginning is read, so that most of a window is passage
OVERLAP = 64  # an answer of up to so many tokens stands whole in one of the windows
CLS, SEP = 101, 102


@dataclass(frozen=True, slots=True)
class Window:
    """Tokens `ids`; those of the passage begin at `first`, and `offsets[i]` are the characters of token `first + i`.

    Position 0 stands for "the passage does not answer". The last token belongs to no text.
    """

    ids: tuple[int, ...]
    first: int
    offsets: tuple[tuple[int, int], ...]
    at_start: bool = True  # of the passage
    at_end: bool = True

    def tokens_of(self, start: int, end: int) -> tuple[int, int] | None:
        """First and last position of the tokens that touch the characters `[start, end)`.

        None if not all of the span is in this window; spaces at its ends do not count.
        """
        touched = [place for place, (a, b) in enumerate(self.offsets) if a < end and b > start]
        if not touched or not self._holds(start, end, touched):
            return None
        return self.first + touched[0], self.first + touched[-1]

    def touches(self, start: int, end: int) -> bool:
        """Whether any of the characters `[start, end)` are in this window."""
        return any(a < end and b > start for a, b in self.offsets)

    def span_of(self, first: int, last: int) -> tuple[int, int]:
        """The characters from the token at position `first` to the end of that at `last`, both of the passage."""
        return self.offsets[first - self.first][0], self.offsets[last - self.first][1]

    def _holds(self, start: int, end: int, touched: Sequence[int]) -> bool:
        """At the edge of a window that is not the edge of the passage, a span could have gone on outside."""
        begins = touched[0] > 0 or self.offsets[0][0] <= start or self.at_start
        ends = touched[-1] < len(self.offsets) - 1 or self.offsets[-1][1] >= end or self.at_end
        return begins and ends


class Windowing:
    """Makes windows with the bundled tokenizer; the same text always makes the same ones."""

    def __init__(self, tokenizer: Path = TOKENIZER) -> None:
        self._path = tokenizer

    def windows(self, question: str, passage: str) -> list[Window]:
        """At least one, in the order of the passage; each token of the passage is in one or two of them."""
        asked = self._encode(question).ids[:MAX_QUESTION]
        read = self._encode(passage)
        room = MAX_TOKENS - len(asked) - 3
        step = room - OVERLAP
        starts = range(0, max(len(read.ids) - OVERLAP, 1), step) if len(read.ids) > room else range(1)
        return [self._window(asked, read, start, start + room) for start in starts]

    def _window(self, asked: Sequence[int], read: Encoding, start: int, end: int) -> Window:
        return Window(
            ids=(CLS, *asked, SEP, *read.ids[start:end], SEP),
            first=len(asked) + 2,
            offsets=tuple(read.offsets[start:end]),
            at_start=start == 0,
            at_end=end >= len(read.ids),
        )

    def _encode(self, text: str) -> Encoding:
        return self._tokenizer.encode(text, add_special_tokens=False)

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        tokenizer = Tokenizer.from_file(str(self._path))
        tokenizer.no_truncation()
        return tokenizer
