"""Example questions: made from the documents' own headings and sentences, asked, and kept if they are answered well."""

import hashlib
import heapq
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, zip_longest

from bot.answer import Citation
from bot.errors import NotReady
from bot.ports import Source
from bot.question_forms import question_of_heading, question_of_sentence
from bot.quoting import Quoting
from bot.readable import readable
from bot.scope import EVERYTHING, Scope
from index.blocks import Kind
from index.document import Document
from index.sections import heading_text
from index.sentences import SourceSentence, sentences

CONFIDENT = 0.7
OF_HEADING, OF_SENTENCE = 0, 1  # a heading is about more than a sentence, and its question nearer to what people ask
# What all of it may cost, however many documents there are: a second at most, and a thread at a time.
MOST_DOCUMENTS, MOST_ASKED = 24, 40
FEWEST_ASKED_OF_ONE, MOST_ASKED_OF_ONE = 4, 12
READ = 8000  # characters of a document: it says first what it is about
PAUSE_S = 0.005  # between two of them, a turn for the threads that answer questions
MOST_REMEMBERED = 32


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A question to which `[start, end)` of the document may be the answer; `rank` is low for the better kind."""

    question: str
    rank: int
    document: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Proven:
    """A question that was answered well, from where it was expected to be."""

    candidate: _Candidate
    confidence: float
    citation: Citation


class Suggestions:
    """Made anew when the index has changed, at the first call after it; the same for the same documents.

    Synchronous, and usable from any thread: while one makes them, the others that want new ones wait.
    """

    def __init__(self, source: Source, quoting: Quoting) -> None:
        self._source = source
        self._quoting = quoting
        self._making = threading.Lock()
        self._known: dict[tuple[Scope, int], tuple[int, tuple[str, ...]]] = {}

    def of(self, scope: Scope = EVERYTHING, limit: int = 4) -> list[str]:
        """Questions that documents inside the scope answer, of as many documents as there can be; maybe none.

        Takes up to a second where the index has changed: call it in a thread. Raises what the index raises.
        """
        change = self._source.change
        known = self._known.get((scope, limit))
        if known is None or known[0] != change:
            with self._making:
                known = self._known.get((scope, limit))
                if known is None or known[0] != change:
                    known = change, tuple(self._made(scope, limit))
                    self._remember(scope, limit, known)
        return list(known[1])

    def _remember(self, scope: Scope, limit: int, known: tuple[int, tuple[str, ...]]) -> None:
        self._known.pop((scope, limit), None)
        self._known[scope, limit] = known
        if len(self._known) > MOST_REMEMBERED:
            del self._known[next(iter(self._known))]

    def _made(self, scope: Scope, limit: int) -> list[str]:
        """The best question of each document, then the second best where they are too few."""
        of_documents: list[list[_Proven]] = []
        try:
            for proven in self._proven_by_document(scope):
                of_documents.append(proven)
                if len(_distinct(one[0] for one in of_documents)) == limit:
                    break
        except NotReady:
            return []
        in_turn = chain.from_iterable(zip_longest(*of_documents))
        return _distinct(one for one in in_turn if one)[:limit]

    def _proven_by_document(self, scope: Scope) -> Iterator[list[_Proven]]:
        """For each document that has any, the better kind first, of one kind the most confident."""
        chosen, left = self._chosen(scope), MOST_ASKED
        of_one = min(MOST_ASKED_OF_ONE, max(FEWEST_ASKED_OF_ONE, MOST_ASKED // max(1, len(chosen))))
        for id in chosen:
            candidates = self._candidates(id)[: min(left, of_one)]
            left -= len(candidates)
            proven = [one for candidate in candidates if (one := self._proven(candidate, scope))]
            if proven:
                yield sorted(proven, key=lambda one: (one.candidate.rank, -one.confidence))

    def _chosen(self, scope: Scope) -> list[str]:
        """A few documents, in an order that has nothing to do with their names, and stays as others come and go."""
        allowed = (one.id for one in self._source.listing() if scope.allows(one.id))
        return heapq.nsmallest(MOST_DOCUMENTS, allowed, key=_lot)

    def _candidates(self, id: str) -> list[_Candidate]:
        """Each question once, where it was made first."""
        document = self._source.document(id)
        found: dict[str, _Candidate] = {}
        for candidate in _candidates(document) if document else ():
            found.setdefault(candidate.question, candidate)
        return list(found.values())

    def _proven(self, candidate: _Candidate, scope: Scope) -> _Proven | None:
        time.sleep(PAUSE_S)
        written = self._quoting.answer(candidate.question, scope)
        if written.confidence < CONFIDENT or not written.answers or written.sentences[0].text.endswith("?"):
            return None
        first = written.citations[0]
        expected = first.document == candidate.document and first.start < candidate.end and candidate.start < first.end
        return _Proven(candidate, written.confidence, first) if expected else None


def _candidates(document: Document) -> Iterator[_Candidate]:
    """Those of headings first."""
    found = sentences(document.text, 0, min(READ, len(document.text)), document.markup)
    headings = [one for one in found if one.kind is Kind.HEADING]
    for heading, following in zip_longest(headings, headings[1:]):
        end = following.start if following else len(document.text)
        if question := question_of_heading(heading_text(document.text, heading)):
            yield _Candidate(question, OF_HEADING, document.id, heading.end, end)
    for one in found:
        if one.kind is Kind.PROSE and (question := question_of_sentence(_shown(document, one))):
            yield _Candidate(question, OF_SENTENCE, document.id, one.start, one.end)


def _shown(document: Document, sentence: SourceSentence) -> str:
    return readable(document.text[sentence.start : sentence.end], document.markup)


def _distinct(proven: Iterable[_Proven]) -> list[str]:
    """The questions that differ in their words and in what answers them."""
    questions: dict[str, str] = {}
    answers: set[tuple[str, int]] = set()
    for one in proven:
        answer = (one.citation.document, one.citation.start)
        if answer not in answers:
            answers.add(answer)
            questions.setdefault(one.candidate.question.casefold(), one.candidate.question)
    return list(questions.values())


def _lot(id: str) -> bytes:
    return hashlib.sha256(id.encode("utf-8", "surrogatepass")).digest()
