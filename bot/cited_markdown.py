"""An answer as Markdown: sentences with linked footnotes, then the sources with their exact quotes; and back again."""

import re
from dataclasses import dataclass
from typing import Self

from bot.answer import Answer, Citation, ClosePassage, Sentence
from bot.answer_json import below
from bot.markdown import link, markdown_line, marker, shown_by
from bot.shown import cut, shown_line

SOURCES, CLOSEST = "Sources:", "Closest passages:"
TAKEN_BACK = "What stands above is taken back."
EXCERPT = 300  # characters of a passage that came close

_MARKERS = re.compile(r" (?:\[\[\d+\]\]\([^()\s]*\))+")
_SOURCES = re.compile(rf"\n\n{SOURCES}(?:\n\d++\. [^\n]*+)++\Z")  # possessive: what others send may be long and odd
_CLOSEST = re.compile(rf"\n\n{CLOSEST}(?:\n- [^\n]*+)++\Z")


@dataclass(frozen=True, slots=True)
class Marker:
    """Where in the text a footnote's marker `[[1]](url)` stands, `[start, end)` in characters, and what it cites."""

    start: int
    end: int
    citation: Citation


class CitedMarkdown:
    """Written piece by piece, in the order of an answer's events: each method returns what it adds to the text."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._citations: dict[int, Citation] = {}
        self._said = ""
        self.text = ""
        self.markers: list[Marker] = []

    @classmethod
    def of(cls, answer: Answer, base_url: str) -> Self:
        """All of it."""
        written = cls(base_url)
        for citation in answer.citations:
            written.cite(citation)
        for sentence in answer.sentences:
            written.write(sentence)
        written.end(answer)
        return written

    def cite(self, citation: Citation) -> None:
        """Before the sentences that it proves."""
        self._citations[citation.number] = citation

    def write(self, sentence: Sentence) -> str:
        """Nothing for one that is withheld."""
        if not sentence.citations:
            return ""
        begun = len(self.text)
        self._add(f"{'' if self._begins_paragraph else ' '}{markdown_line(sentence.text)} ")
        for number in sentence.citations:
            self._mark(self._citations[number])
        return self.text[begun:]

    def take_back(self, notice: str) -> str:
        """What was written cannot be unread: a paragraph says that it does not count, and why."""
        self._citations.clear()
        self.markers.clear()
        if not self.text:
            return ""
        self._said = notice
        return self._add(f"\n\n{TAKEN_BACK} {markdown_line(notice)}\n\n")

    def end(self, answer: Answer) -> str:
        """What follows the sentences: what there is to notice, and the sources or the closest passages."""
        paragraphs = [] if answer.answered else [markdown_line(answer.answer)]
        if answer.notice and answer.notice != self._said:
            paragraphs.append(markdown_line(answer.notice))
        if answer.citations:
            paragraphs.append("\n".join([SOURCES, *map(_source, answer.citations)]))
        if answer.closest:
            paragraphs.append("\n".join([CLOSEST, *map(self._close_passage, answer.closest)]))
        return self._add(("" if self._begins_paragraph else "\n\n") + "\n\n".join(paragraphs)) if paragraphs else ""

    @property
    def _begins_paragraph(self) -> bool:
        return not self.text or self.text.endswith("\n\n")

    def _add(self, text: str) -> str:
        self.text += text
        return text

    def _mark(self, citation: Citation) -> None:
        begun = len(self.text)
        self._add(marker(citation.number, below(self._base_url, citation.url)))
        self.markers.append(Marker(begun, len(self.text), citation))

    def _close_passage(self, passage: ClosePassage) -> str:
        titled = link(_title(passage), below(self._base_url, passage.url))
        return f"- {titled}{_page(passage.page)}: “{markdown_line(cut(passage.text, EXCERPT))}”"


def said_by(content: str) -> str:
    """What the sentences of a text that was written so say, without their markers; empty for an abstention.

    Any other text is taken as it is.
    """
    written = content.rstrip()
    if _CLOSEST.search(written):
        return ""
    paragraphs = _SOURCES.sub("", written).split("\n\n")
    counted = paragraphs[1 + max((at for at, one in enumerate(paragraphs) if one.startswith(TAKEN_BACK)), default=-1) :]
    ours = [one for one in counted if _MARKERS.search(one)]
    return shown_by(_MARKERS.sub("", " ".join(ours))) if ours else content


def _source(citation: Citation) -> str:
    quoted = f"“{markdown_line(citation.quote)}”"
    return f"{citation.number}. {markdown_line(_title(citation))}{_page(citation.page)}: {quoted}"


def _title(cited: Citation | ClosePassage) -> str:
    """Never empty."""
    return shown_line(cited.title) or shown_line(cited.document) or "untitled"


def _page(page: int | None) -> str:
    return "" if page is None else f", page {page}"
