"""Proof: every sentence of a draft is checked against the documents as they are served.

What stands the check gets its footnotes numbered. Pure: what a document says is asked of the caller.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.answer import Citation, Sentence
from bot.derivation import Proof, points_back, proof_of, proof_of_reading, readings_with_names, without_markers
from bot.document_url import document_url
from bot.draft import DraftSentence, Support
from bot.objection import objection
from bot.quote import Quote
from bot.statement import Statement
from index.document import Document

DocumentOf = Callable[[str], Document | None]
Said = TypeVar("Said")


@dataclass(frozen=True, slots=True)
class Proven:
    """A sentence of an answer, as it is shown, and the quotes that it cites."""

    text: str
    quotes: tuple[Quote, ...]


class Prover:
    """Proves sentences one after another and numbers their citations by first use.

    `document_of` is asked for a document once, so all sentences of an answer are checked against the same version.
    """

    def __init__(self, document_of: DocumentOf) -> None:
        self._document_of = document_of
        self._documents: dict[str, tuple[Document, str] | None] = {}
        self._numbered: dict[tuple[str, int, int], Citation] = {}
        self._last: Proven | None = None

    @property
    def last(self) -> str:
        """The sentence that was proven last; empty before the first."""
        return self._last.text if self._last else ""

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Those made so far, in order of their numbers."""
        return tuple(self._numbered.values())

    def prove(self, drafted: DraftSentence) -> Sentence:
        """The sentence with its citations, or withheld with the reason in words; never both, never neither.

        A number in brackets that the text brings along is left out: readers would take it for a footnote.

        Supports that prove it each by itself are all cited; else those that prove it together.
        """
        text = without_markers(drafted.text)
        exact = [(support, quote) for support in drafted.supports if (quote := self._exact(support))]
        if drafted.supports and not exact:
            return Sentence(text, (), "its source has changed or is gone")
        quotes = [quote for _, quote in exact]
        proving = proving_quotes(text, quotes, self._last)
        if not proving:
            return Sentence(text, (), objection(text, [one for quote in quotes for one in quote.statements]))
        self._last = Proven(text, tuple(quotes[place] for place in proving))
        return Sentence(text, tuple(dict.fromkeys(self._number(*exact[place]) for place in proving)))

    def _exact(self, support: Support) -> Quote | None:
        """None unless the quote stands at its place in the version that was retrieved."""
        known = self._document(support.hit.passage.document)
        if known is None or not 0 <= support.start < support.end:
            return None
        document, version = known
        stands = document.text[support.start : support.end] == support.quote
        return Quote(document, support.start, support.end) if stands and version == support.hit.passage.sha256 else None

    def _document(self, id: str) -> tuple[Document, str] | None:
        if id not in self._documents:
            document = self._document_of(id)
            self._documents[id] = (document, document.sha256) if document else None
        return self._documents[id]

    def _number(self, support: Support, quote: Quote) -> int:
        place = (quote.document.id, quote.start, quote.end)
        if place not in self._numbered:
            page = quote.document.page_at(quote.start)
            self._numbered[place] = _citation(len(self._numbered) + 1, support, page)
        return self._numbered[place].number


def marked_text(sentences: Iterable[Sentence]) -> str:
    """`Text. [1][2] Text. [3]`: the sentences that are proven, each with the numbers of its citations."""
    proven = (one for one in sentences if one.citations)
    return " ".join(f"{one.text} {''.join(f'[{number}]' for number in one.citations)}" for one in proven)


def proving_quotes(text: str, quotes: Sequence[Quote], before: Proven | None = None) -> list[int]:
    """The places of the quotes that prove the sentence behind `before`; none if it is not proven.

    Those that prove it each by itself, or else the fewest that do together. A pronoun that the sentence begins with
    has to mean what it means in the quotes: whom readers think of is who the sentence before it speaks of.
    """
    if before is None or not points_back(text):
        return _proving(proof_of, text, quotes)
    for named in readings_with_names(text, before.text):
        if places := _proving(proof_of_reading, named, quotes):
            return places
    places = _proving(proof_of, text, quotes)
    return places if _are_continued([quotes[place] for place in places], before) else []


def _proving(
    proof: Callable[[Said, Sequence[Statement]], Proof | None], said: Said, quotes: Sequence[Quote]
) -> list[int]:
    alone = [place for place, quote in enumerate(quotes) if proof(said, quote.statements)]
    if alone or len(quotes) < 2:
        return alone
    together = proof(said, [one for quote in quotes for one in quote.statements])
    used = {id(one) for one in together.statements} if together else set()
    return [place for place, quote in enumerate(quotes) if any(id(one) in used for one in quote.statements)]


def _are_continued(quotes: Sequence[Quote], before: Proven) -> bool:
    """Whether the pronoun means in the quotes what the sentence before speaks of.

    One from within a quote ("Kenya paid, and he left") is about somebody whom only that quote names.
    """
    pointing = [quote for quote in quotes if quote.statements[0].points_back]
    if pointing:
        return all(any(quote.goes_on_from(one) for one in before.quotes) for quote in pointing)
    return all(any(quote.is_at(one) for one in before.quotes) for quote in quotes)


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
