"""A quote as something that is said: the sentences and rows in a span of a document."""

import re
from dataclasses import dataclass
from functools import cached_property

from bot.statement import Statement, columns_above, heading_above, statements
from bot.wording import PRONOUN_KINDS, PRONOUNS
from index.document import Document

LONGEST_GAP = 2000  # characters between two quotes of which one goes on where the other ended

_MAY_END = re.compile(r"\n|[.!?:;…。！？।؟۔]\W*[\s\w]")  # within a quote: it may be several sentences
_PRONOUN = re.compile(rf"(?:{'|'.join(PRONOUNS)})\b", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Quote:
    """The span `[start, end)` of the document's text."""

    document: Document
    start: int
    end: int

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """What it says: as a whole, then sentence by sentence."""
        text, markup, title = self.document.text, self.document.markup, self.document.label
        columns = columns_above(text, self.start, markup)
        heading = heading_above(text, self.start, markup, title) if _PRONOUN.match(text, self.start) else ""
        whole = Statement(text[self.start : self.end], self.start, self.end, markup, columns, None, heading, title)
        if columns or not _MAY_END.search(whole.text):
            return (whole,)
        own = statements(text, self.start, self.end, markup, title=title, heading=heading)
        return (whole, *(one for one in own if (one.start, one.end) != (self.start, self.end)))

    def is_at(self, other: "Quote") -> bool:
        """Whether both begin at the same place."""
        return self.document is other.document and self.start == other.start

    def goes_on_from(self, other: "Quote") -> bool:
        """Whether what it points back at is what the other speaks of.

        It is within the other and right behind it, but for sentences in between that begin with the same pronoun.
        """
        if self.document is not other.document or not other.start <= self.start <= other.end + LONGEST_GAP:
            return False
        kind = PRONOUN_KINDS.get(self.statements[0].pronoun)
        between = statements(self.document.text, other.end, max(other.end, self.start), self.document.markup)
        return not between or (kind is not None and all(PRONOUN_KINDS.get(one.pronoun) == kind for one in between))
