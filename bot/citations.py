"""Proof: every sentence of a draft is checked against the documents as they are served.

What stands the check gets its footnotes numbered. Pure: what a document says is asked of the caller.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.answer import Citation, Sentence
from bot.document_url import document_url
from bot.draft import DraftSentence, Support
from index.document import Document, Markup

NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")

DocumentOf = Callable[[str], Document | None]


@dataclass(frozen=True, slots=True)
class Proven:
    """The sentences that stood the check, with their footnotes numbered from 1 in order of first use."""

    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]

    @property
    def text(self) -> str:
        return " ".join(f"{one.text} {''.join(f'[{number}]' for number in one.citations)}" for one in self.sentences)


def prove(drafted: Iterable[DraftSentence], document_of: DocumentOf) -> Proven:
    """Keep each sentence that at least one exact quote supports; one without is no fact and is left out."""
    numbered: dict[tuple[str, int, int], Citation] = {}
    sentences = []
    for sentence in drafted:
        supports = [support for support in sentence.supports if _holds(sentence.text, support, document_of)]
        if supports:
            numbers = tuple(_number(support, numbered, document_of) for support in supports)
            sentences.append(Sentence(sentence.text, numbers))
    return Proven(tuple(sentences), tuple(numbered.values()))


def _holds(sentence: str, support: Support, document_of: DocumentOf) -> bool:
    """The quote stands at its place in the version that was retrieved, and holds the sentence's numbers."""
    document = document_of(support.hit.passage.document)
    if document is None or document.sha256 != support.hit.passage.sha256:
        return False
    if document.text[support.start : support.end] != support.quote:
        return False
    return set(NUMBER.findall(sentence)) <= _numbers(support.quote, document.markup)


def _numbers(quote: str, markup: Markup) -> set[str]:
    """In a row of a .csv file `14.50,220` may be two numbers, so those of its cells count, too."""
    cells = re.split(r"[,;\t]", quote) if markup is Markup.ROWS else []
    return {number for part in (quote, *cells) for number in NUMBER.findall(part)}


def _number(support: Support, numbered: dict[tuple[str, int, int], Citation], document_of: DocumentOf) -> int:
    place = (support.hit.passage.document, support.start, support.end)
    if place not in numbered:
        document = document_of(support.hit.passage.document)
        page = document.page_at(support.start) if document else None
        numbered[place] = _citation(len(numbered) + 1, support, page)
    return numbered[place].number


def _citation(number: int, support: Support, page: int | None) -> Citation:
    passage = support.hit.passage
    return Citation(
        number=number,
        document=passage.document,
        title=passage.title,
        quote=support.quote,
        start=support.start,
        end=support.end,
        page=page,
        sha256=passage.sha256,
        url=document_url(passage.document, support.start, support.end, passage.sha256),
        score=support.hit.score,
    )
