"""Proving an answer again, from its JSON alone: every quote, every marker and every sentence of it."""

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.answer import Sentence
from bot.citations import DocumentOf, Proven, marked_text, proving_quotes
from bot.derivation import MARKER
from bot.errors import VerificationInvalid
from bot.objection import objection
from bot.quote import Quote
from index.document import Document

SHOWN = 60  # characters of a sentence in a message
_MARKERS = re.compile(r"((?:\s?\[\d{1,9}\])+)(?=\s|$)")
_NUMBER = re.compile(r"\d+")


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class _Citation(_Strict):
    number: Annotated[int, Field(ge=1)]
    document: str
    quote: Annotated[str, Field(min_length=1)]
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
    sha256: str


class _Sentence(_Strict):
    text: str | None
    verdict: Literal["proven", "withheld"]
    reason: str | None
    citations: list[int]


class _Answer(_Strict):
    answered: bool
    answer: str
    citations: list[_Citation]
    sentences: list[_Sentence] | None = None


def read_answer(source: str) -> dict[str, Any]:
    """The JSON in a file, or on standard input for `-`. Raises VerificationInvalid; `verify` checks what it says."""
    try:
        data = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        found = json.loads(data.decode("utf-8-sig"))
    except OSError as error:
        raise VerificationInvalid(f"{source} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise VerificationInvalid(f"{'the input' if source == '-' else source} is not JSON") from error
    if not isinstance(found, dict):
        raise VerificationInvalid("an answer is a JSON object")
    return found


def verify(answer: Mapping[str, Any], document_of: DocumentOf) -> list[str]:
    """How the answer differs from what the documents prove, in one line each; empty if all of it holds.

    Raises VerificationInvalid, naming the field, for what is no answer.
    """
    try:
        found = _Answer.model_validate(dict(answer))
    except (ValidationError, RecursionError) as error:
        raise VerificationInvalid(_complaint(error)) from error
    return list(_Verification(found, document_of).differences())


class _Verification:
    """One answer beside the documents, each of which is asked for once."""

    def __init__(self, answer: _Answer, document_of: DocumentOf) -> None:
        self._answer = answer
        self._document_of = document_of
        self._documents: dict[str, tuple[Document, str] | None] = {}
        self._quotes: dict[int, Quote] = {}  # those that stand where they are cited
        self._last: Proven | None = None

    def differences(self) -> Iterator[str]:
        yield from self._misnumbered()
        for citation in self._answer.citations:
            yield from self._of_citation(citation)
        sentences = self._sentences()
        if not self._answer.answered:
            yield from self._of_abstention(sentences)
            return
        for place, sentence in enumerate(sentences, start=1):
            yield from self._of_sentence(place, sentence)
        yield from self._of_text(sentences)

    def _misnumbered(self) -> Iterator[str]:
        numbers = [citation.number for citation in self._answer.citations]
        if numbers != list(range(1, len(numbers) + 1)):
            listed = ", ".join(map(str, numbers))
            yield f"the citations are numbered {listed}, not 1 to {len(numbers)}"

    # Citations

    def _of_citation(self, citation: _Citation) -> Iterator[str]:
        known = self._document(citation.document)
        name = _shown(citation.document)
        if known is None:
            yield f"[{citation.number}]: the document {name} is gone"
            return
        document, version = known
        start = citation.start
        stands = document.text[start : citation.end] == citation.quote
        if version != citation.sha256:
            yield f"[{citation.number}]: the document {name} has changed since; {_whereabouts(citation, document.text)}"
            start = start if stands else document.text.find(citation.quote)
        elif not stands:
            yield f"the quote of [{citation.number}] is not what stands at {start}..{citation.end} of {name}"
            return
        if start >= 0:
            self._quotes[citation.number] = Quote(document, start, start + len(citation.quote))

    def _document(self, id: str) -> tuple[Document, str] | None:
        if id not in self._documents:
            document = self._document_of(id)
            self._documents[id] = (document, document.sha256) if document else None
        return self._documents[id]

    # Sentences

    def _sentences(self) -> Sequence[_Sentence]:
        if self._answer.sentences is not None:
            return self._answer.sentences
        return list(_split(self._answer.answer)) if self._answer.answered else []

    def _of_abstention(self, sentences: Sequence[_Sentence]) -> Iterator[str]:
        if self._answer.citations:
            yield f"it does not answer, yet it cites {_marks([one.number for one in self._answer.citations])}"
        if any(sentence.verdict == "proven" for sentence in sentences):
            yield "it does not answer, yet it holds sentences that are called proven"

    def _of_sentence(self, place: int, sentence: _Sentence) -> Iterator[str]:
        name = f"sentence {place}"
        if sentence.verdict == "withheld":
            if sentence.citations or sentence.text is not None:
                yield f"{name} is withheld, yet it has {'citations' if sentence.citations else 'a text'}"
            return
        name = f"{name} “{_shown(sentence.text or '')}”"
        if not sentence.text or not sentence.citations:
            yield f"{name} has no {'citation' if sentence.text else 'text'}"
            return
        if MARKER.search(sentence.text):
            yield f"{name} holds a marker of its own"
        known = {citation.number for citation in self._answer.citations}
        if lost := [number for number in sentence.citations if number not in known]:
            yield f"{name}: {_marks(lost)} points nowhere"
        elif all(number in self._quotes for number in sentence.citations):
            yield from self._of_proof(name, sentence.text, sentence.citations)
        else:
            self._last = None  # whom a pronoun behind it means cannot be told

    def _of_proof(self, name: str, text: str, numbers: Sequence[int]) -> Iterator[str]:
        quotes = [self._quotes[number] for number in numbers]
        proving = proving_quotes(text, quotes, self._last)
        self._last = Proven(text, tuple(quotes))
        if not proving:
            said = [one for quote in quotes for one in quote.statements]
            yield f"{name} {_marks(numbers)}: {objection(text, said)}"
        elif idle := [number for place, number in enumerate(numbers) if place not in proving]:
            yield f"{name}: {_marks(idle)} does not support it"

    # The whole

    def _of_text(self, sentences: Sequence[_Sentence]) -> Iterator[str]:
        proven = [one for one in sentences if one.verdict == "proven"]
        if not proven:
            yield "it is called an answer, yet no sentence of it is proven"
        if self._answer.sentences is not None:
            text = marked_text(Sentence(one.text or "", tuple(one.citations)) for one in proven)
            if text != self._answer.answer:
                yield _divergence(self._answer.answer, text)
        used = {number for one in proven for number in one.citations}
        if idle := [one.number for one in self._answer.citations if one.number not in used]:
            yield f"no sentence cites {_marks(idle)}"


def _split(text: str) -> Iterator[_Sentence]:
    """The sentences of an answer's text by their markers."""
    at = 0
    for match in _MARKERS.finditer(text):
        numbers = [int(number) for number in _NUMBER.findall(match[1])]
        yield _Sentence(text=text[at : match.start()].strip(), verdict="proven", reason=None, citations=numbers)
        at = match.end()
    if rest := text[at:].strip():
        yield _Sentence(text=rest, verdict="proven", reason=None, citations=[])


def _whereabouts(citation: _Citation, text: str) -> str:
    if text[citation.start : citation.end] == citation.quote:
        return f"its quote still stands at {citation.start}..{citation.end}"
    start = text.find(citation.quote)
    if start < 0:
        return f"its quote, once at {citation.start}..{citation.end}, no longer stands in it"
    return f"its quote, once at {citation.start}..{citation.end}, now stands at {start}..{start + len(citation.quote)}"


def _divergence(text: str, expected: str) -> str:
    differing = (place for place in count() if text[place : place + 1] != expected[place : place + 1])
    place = next(differing)
    return f"the answer's text is not its sentences from character {place} on: “{_shown(text[place:])}”"


def _marks(numbers: Sequence[int]) -> str:
    return "".join(f"[{number}]" for number in numbers)


def _shown(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 1]}…"


def _complaint(error: ValidationError | RecursionError) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply for an answer"
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    field = ".".join(map(str, first["loc"]))
    return f"{field}: {first['msg'][0].lower()}{first['msg'][1:]}"
