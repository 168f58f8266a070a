"""Proof: every sentence of a draft is checked against the documents as they are served.

What stands the check gets its footnotes numbered. Pure: what a document says is asked of the caller.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from bot.answer import Citation, Sentence
from bot.derivation import proof_of, without_markers
from bot.document_url import document_url
from bot.draft import DraftSentence, Support
from bot.objection import objection
from bot.statement import Statement, columns_above, heading_above, statements
from bot.wording import PRONOUNS
from index.document import Document

DocumentOf = Callable[[str], Document | None]

_MAY_END = re.compile(r"\n|[.!?:;…。！？।؟۔]\W*[\s\w]")  # within a quote: it may be several sentences
_PRONOUN = re.compile(rf"(?:{'|'.join(PRONOUNS)})\b", re.IGNORECASE)


class Prover:
    """Proves sentences one after another and numbers their citations by first use.

    `document_of` is asked for a document once, so all sentences of an answer are checked against the same version.
    """

    def __init__(self, document_of: DocumentOf) -> None:
        self._document_of = document_of
        self._documents: dict[str, tuple[Document, str] | None] = {}
        self._numbered: dict[tuple[str, int, int], Citation] = {}

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
        true = [support for support in drafted.supports if self._is_exact(support)]
        if drafted.supports and not true:
            return Sentence(text, (), "its source has changed or is gone")
        said = [self._statements(support) for support in true]
        proving = proving_quotes(text, said)
        if not proving:
            return Sentence(text, (), objection(text, [one for own in said for one in own]))
        return Sentence(text, tuple(dict.fromkeys(self._number(true[place]) for place in proving)))

    def _is_exact(self, support: Support) -> bool:
        """The quote stands at its place in the version that was retrieved."""
        known = self._document(support.hit.passage.document)
        if known is None or not 0 <= support.start < support.end:
            return False
        document, version = known
        return version == support.hit.passage.sha256 and document.text[support.start : support.end] == support.quote

    def _document(self, id: str) -> tuple[Document, str] | None:
        if id not in self._documents:
            document = self._document_of(id)
            self._documents[id] = (document, document.sha256) if document else None
        return self._documents[id]

    def _statements(self, support: Support) -> list[Statement]:
        known = self._document(support.hit.passage.document)
        return statements_of_quote(known[0], support.start, support.end) if known else []

    def _number(self, support: Support) -> int:
        place = (support.hit.passage.document, support.start, support.end)
        if place not in self._numbered:
            known = self._document(support.hit.passage.document)
            page = known[0].page_at(support.start) if known else None
            self._numbered[place] = _citation(len(self._numbered) + 1, support, page)
        return self._numbered[place].number


def marked_text(sentences: Iterable[Sentence]) -> str:
    """`Text. [1][2] Text. [3]`: the sentences that are proven, each with the numbers of its citations."""
    proven = (one for one in sentences if one.citations)
    return " ".join(f"{one.text} {''.join(f'[{number}]' for number in one.citations)}" for one in proven)


def proving_quotes(text: str, quotes: Sequence[Sequence[Statement]]) -> list[int]:
    """The places of the quotes that prove the sentence, given what each of them says; none if it is not proven.

    Those that prove it each by itself, or else the fewest that do together.
    """
    alone = [place for place, own in enumerate(quotes) if proof_of(text, own)]
    if alone or len(quotes) < 2:
        return alone
    proof = proof_of(text, [one for own in quotes for one in own])
    used = {id(one) for one in proof.statements} if proof else set()
    return [place for place, own in enumerate(quotes) if any(id(one) in used for one in own)]


def statements_of_quote(document: Document, start: int, end: int) -> list[Statement]:
    """What a quote says: as a whole, then sentence by sentence."""
    text, markup, title = document.text, document.markup, document.label
    columns = columns_above(text, start, markup)
    heading = heading_above(text, start, markup, title) if _PRONOUN.match(text, start) else ""
    whole = Statement(text[start:end], start, end, markup, columns, None, heading, title)
    if columns or not _MAY_END.search(whole.text):
        return [whole]
    own = statements(text, start, end, markup, title=title, heading=heading)
    return [whole, *(one for one in own if (one.start, one.end) != (start, end))]


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
