"""One text found in another that writes the same letters with other spaces, hyphens, ligatures and line breaks."""

import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple


class Span(NamedTuple):
    """`[start, end)`, in characters of the text that it was found in."""

    start: int
    end: int


def found_span(wanted: str, span: Span, text: str) -> list[Span]:
    """Where in `text` the part `span` of `wanted` stands; several spans where `text` has more in between.

    `text` may begin, end or go on between the lines of `wanted` with what `wanted` leaves out. What is repeated is told
    apart by what stands before it. Empty if `wanted` is not in `text`, or if there is no letter or digit in the part.
    """
    lines, there = _Letters.of_lines(wanted), _Letters.of(text)
    places = _places(lines, there.sequence)
    found = [
        there.span(place + first, place + last)
        for line, place in zip(lines, places, strict=False)
        for first, last in [line.within(span)]
        if first < last
    ]
    return [_with_signs(each, wanted[span.start : span.end], text) for each in _joined(found, there)]


class _Letters(NamedTuple):
    """The letters and digits of a text without their accents, and the place that each of them comes from."""

    sequence: str
    places: Sequence[int]

    @classmethod
    def of(cls, text: str, start: int = 0) -> "_Letters":
        pairs = [(letter, place) for place, char in enumerate(text, start) for letter in _letters(char)]
        return cls("".join(letter for letter, _ in pairs), [place for _, place in pairs])

    @classmethod
    def of_lines(cls, text: str) -> "list[_Letters]":
        lines, start = [], 0
        for line in text.split("\n"):
            lines.append(cls.of(line, start))
            start += len(line) + 1
        return [line for line in lines if line.sequence]

    def within(self, span: Span) -> tuple[int, int]:
        """Which of the letters stand in the span."""
        return bisect_left(self.places, span.start), bisect_left(self.places, span.end)

    def span(self, first: int, last: int) -> Span:
        """From the letter number `first` up to, not including, the letter number `last`."""
        return Span(self.places[first], self.places[last - 1] + 1)


def _letters(char: str) -> str:
    if char.isascii():
        return char if char.isalnum() else ""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", char)))


def _places(lines: Sequence[_Letters], sequence: str) -> list[int]:
    """Where each line stands in `sequence`: all of them in one piece, or else each behind the one before."""
    place = sequence.find("".join(line.sequence for line in lines))
    in_one_piece = place >= 0
    places: list[int] = []
    for line in lines:
        if not in_one_piece:
            place = sequence.find(line.sequence, place if places else 0)
            if place < 0:
                return []
        places.append(place)
        place += len(line.sequence)
    return places


def _joined(spans: Sequence[Span], letters: _Letters) -> list[Span]:
    """Spans with no letter between them are one."""
    joined: list[Span] = []
    for span in spans:
        if joined and bisect_left(letters.places, joined[-1].end) == bisect_left(letters.places, span.start):
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return joined


def _with_signs(span: Span, quote: str, text: str) -> Span:
    """With the signs that the quote has around its letters: a full stop, brackets, quotation marks."""
    signs = {char for char in quote if not char.isspace() and not _letters(char)}
    start, end = span
    while start > 0 and text[start - 1] in signs and quote[0] in signs:
        start -= 1
    while end < len(text) and text[end] in signs and quote[-1] in signs:
        end += 1
    return Span(start, end)
