"""Document -> Passages with exact offsets: whole sentences under their headings, sized for the model."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

from index.blocks import Kind
from index.clauses import cut
from index.document import Document, Passage
from index.packing import packed
from index.sections import Section, Unit, common_section, heading_text, sections
from index.sentences import sentences

_SPECIAL_TOKENS = 2  # the model puts one before and one after every text
_CHARS_PER_TOKEN = 16  # an unbroken string may be a single unknown token, so characters count as well
_TEXTS_PER_COUNT = 1024  # a document of megabytes is measured in slices, for the tokenizer's memory
_HEADINGS_SHARE = 4  # the title, and the path of headings, get at most this part of the budget each
_SURROGATE = re.compile(r"[\ud800-\udfff]")


class Chunker:
    """Cuts documents into passages of at most `max_tokens` tokens, headings and the model's own two included.

    `count_tokens` measures a batch of texts, without those two. A sentence is cut only if it alone does not
    fit. Passages do not overlap. A heading begins a new one, unless the whole document fits into one. Only
    what has no words for readers (rules, tags) is left out, and headings that `Passage.headings` carries.
    """

    def __init__(self, count_tokens: Callable[[Sequence[str]], list[int]], max_tokens: int = 256) -> None:
        self._count_tokens = count_tokens
        self._budget = max(max_tokens - _SPECIAL_TOKENS, 1)

    def chunk(self, document: Document) -> list[Passage]:
        """The passages in order, each `text == document.text[start:end]`; none if there are no words."""
        units, title_cost = self._measured(document)
        share = self._budget // _HEADINGS_SHARE
        title = document.title if title_cost <= share else None
        room = self._budget - (title_cost if title else 0)
        press = _Press(document, title)
        return [
            press.passage(section, run)
            for section in _sections_that_fit(document, units, room, share)
            for run in self._runs(document.text, section, room - section.path_cost)
        ]

    def _measured(self, document: Document) -> tuple[list[Unit], int]:
        """What the text is made of, and the cost of the title with a separator."""
        found = sentences(document.text, markup=document.markup)
        texts = [document.text[s.start : s.end] for s in found]
        words = [heading_text(document.text, s) for s in found if s.level]
        costs = self._costs([*texts, *words, document.title or ""])
        paths = iter(costs[len(texts) :])
        units = [
            Unit(s.kind, s.start, s.end, s.level, cost, (next(paths) if s.level else cost) + 1)
            for s, cost in zip(found, costs, strict=False)
        ]
        return units, next(paths) + 1

    def _costs(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text. What is too long for any passage is not tokenized: its length is enough."""
        longest = self._budget * _CHARS_PER_TOKEN
        short = [_SURROGATE.sub("\ufffd", text) if len(text) <= longest else "" for text in texts]
        slices = range(0, len(texts), _TEXTS_PER_COUNT)
        counts = [count for at in slices for count in self._count_tokens(short[at : at + _TEXTS_PER_COUNT])]
        return [max(count, -(-len(text) // _CHARS_PER_TOKEN)) for text, count in zip(texts, counts, strict=True)]

    def _runs(self, text: str, section: Section, room: int) -> Iterator[Sequence[Unit]]:
        """The units of each passage."""
        units: list[Unit] = []
        for unit in section.body:
            units.extend([unit] if unit.cost <= room else cut(text, unit, room, self._costs))
        for run in packed(text, units, room):
            if any(unit.kind is not Kind.MARKUP for unit in run):
                yield run


def _sections_that_fit(document: Document, units: Sequence[Unit], room: int, share: int) -> list[Section]:
    """One section if the whole document fits into one passage, else those under its headings."""
    parts = sections(document, units, share)
    if len(parts) > 1:
        whole = common_section(document, parts, units)
        if whole.path_cost + sum(unit.cost for unit in whole.body) <= room:
            return [whole]
    return parts


class _Press:
    """Prints the passages of one document."""

    def __init__(self, document: Document, title: str | None) -> None:
        self._document = document
        self._title = title
        self._sha256 = document.sha256
        self._page_starts = [page.start for page in document.pages]

    def passage(self, section: Section, run: Sequence[Unit]) -> Passage:
        document = self._document
        start, end = run[0].start, run[-1].end
        return Passage(
            document=document.id,
            title=document.label,
            sha256=self._sha256,
            start=start,
            end=end,
            text=document.text[start:end],
            headings=self._headings(section),
            page=self._page(start),
            markup=document.markup,
        )

    def _headings(self, section: Section) -> tuple[str, ...]:
        """The title, then the path, unless that begins with the title already."""
        path = tuple(heading_text(self._document.text, heading) for heading in section.path)
        if self._title is None or (path and _folded(path[0]) == _folded(self._title)):
            return path
        return (self._title, *path)

    def _page(self, start: int) -> int | None:
        at = bisect_right(self._page_starts, start) - 1
        return self._document.pages[max(at, 0)].number if self._document.pages else None


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
