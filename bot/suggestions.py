"""Suggestions: questions made from the documents, asked, and kept if they are answered well."""

import hashlib
import heapq
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

from bot.answer import Citation
from bot.errors import NotReady
from bot.example_questions import ExampleQuestion, example_questions
from bot.ports import Source
from bot.quoting import Quoting
from bot.scope import EVERYTHING, Scope

CONFIDENT = 0.7
# What all of it may cost, however many documents there are: about a second, in one thread at a time.
MOST_DOCUMENTS, MOST_READ = 200, 400_000  # characters of them all
MOST_READ_OF_ONE = 8000  # a document says first what it is about
MOST_ASKED, MOST_ASKED_OF_ONE, FEWEST_ASKED_OF_ONE = 40, 12, 4
PAUSE_S = 0.005  # between two questions, a turn for the threads that answer people
MOST_REMEMBERED = 32


@dataclass(frozen=True, slots=True)
class _Proven:
    """A question that is answered well, from where it was made."""

    question: ExampleQuestion
    confidence: float
    citation: Citation


class Suggestions:
    """Made anew at the first call after a change of the index; the same for the same documents.

    Synchronous, and usable from any thread: while one makes them, others that want new ones wait.
    """

    def __init__(self, source: Source, quoting: Quoting) -> None:
        self._source = source
        self._quoting = quoting
        self._making = threading.Lock()
        self._known: dict[tuple[Scope, int], tuple[int, list[str]]] = {}

    def of(self, scope: Scope = EVERYTHING, limit: int = 4) -> list[str]:
        """Questions that documents inside the scope answer, of as many documents as there can be; maybe none.

        Nothing is kept of their answers. Takes about a second where the index has changed: call it in a thread.
        Raises what the index raises, but for NotReady: then there are none yet.
        """
        return list(self._current(scope, limit) or self._made_by_one(scope, limit))

    def _current(self, scope: Scope, limit: int) -> list[str] | None:
        known = self._known.get((scope, limit))
        return known[1] if known and known[0] == self._source.change else None

    def _made_by_one(self, scope: Scope, limit: int) -> list[str]:
        with self._making:
            made = self._current(scope, limit)
            if made is None:
                change = self._source.change  # before them: a number too old only costs another making
                made = self._made(scope, limit)
                self._known.pop((scope, limit), None)
                self._known[scope, limit] = change, made
                if len(self._known) > MOST_REMEMBERED:
                    del self._known[next(iter(self._known))]
            return made

    def _made(self, scope: Scope, limit: int) -> list[str]:
        """The best question of each document, then the second best where they are too few."""
        of_documents: list[list[_Proven]] = []
        try:
            for proven in self._proven_by_document(scope):
                of_documents.append(proven)
                if len(_distinct(one[0] for one in of_documents)) >= limit:
                    break
        except NotReady:
            return []
        in_turn = chain.from_iterable(zip_longest(*of_documents))
        return _distinct(filter(None, in_turn))[:limit]

    def _proven_by_document(self, scope: Scope) -> Iterator[list[_Proven]]:
        """For each document that has any: the better kind first, of one kind the most confident."""
        ids, left = self._chosen(scope), MOST_ASKED
        of_one = min(MOST_ASKED_OF_ONE, max(FEWEST_ASKED_OF_ONE, MOST_ASKED // max(1, len(ids))))
        for questions in self._made_of(ids):
            asked = questions[: min(of_one, left)]
            left -= len(asked)
            proven = [one for question in asked if (one := self._proven(question, scope))]
            if proven:
                yield sorted(proven, key=lambda one: (one.question.rank, -one.confidence))

    def _chosen(self, scope: Scope) -> list[str]:
        """A few documents, in an order that has nothing to do with their names, and stays as others come and go."""
        allowed = (one.id for one in self._source.listing() if scope.allows(one.id))
        return heapq.nsmallest(MOST_DOCUMENTS, allowed, key=_lot)

    def _made_of(self, ids: Sequence[str]) -> Iterator[list[ExampleQuestion]]:
        left = MOST_READ
        for id in ids:
            document = self._source.document(id)
            if document and left:
                read = min(left, MOST_READ_OF_ONE, len(document.text))
                left -= read
                yield example_questions(document, read)

    def _proven(self, question: ExampleQuestion, scope: Scope) -> _Proven | None:
        time.sleep(PAUSE_S)
        written = self._quoting.answer(question.text, scope)
        if written.confidence < CONFIDENT or not written.answers or written.sentences[0].text.endswith("?"):
            return None
        first = written.citations[0]
        expected = first.document == question.document and first.start < question.end and question.start < first.end
        return _Proven(question, written.confidence, first) if expected else None


def _distinct(proven: Iterable[_Proven]) -> list[str]:
    """The questions that differ in their words, and in what answers them."""
    questions: dict[str, str] = {}
    answers: set[tuple[str, int]] = set()
    for one in proven:
        answer = (one.citation.document, one.citation.start)
        if answer not in answers:
            answers.add(answer)
            questions.setdefault(one.question.text.casefold(), one.question.text)
    return list(questions.values())


def _lot(id: str) -> bytes:
    return hashlib.sha256(id.encode("utf-8", "surrogatepass")).digest()
