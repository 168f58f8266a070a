"""An Answer and its parts: what every surface shows and every program reads."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Citation:
    """One footnote: the exact words `quote == text[start:end]` of the document's version `sha256`."""

    number: int
    document: str
    title: str
    quote: str
    start: int
    end: int
    page: int | None
    sha256: str
    url: str
    score: float


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, without markers, and the numbers of the citations that prove it.

    One that could not be proven is `withheld` for the reason given there: it has no citations, is no part of the
    answer's text, and its words are for whoever looks into the answer, never for its readers.
    """

    text: str
    citations: tuple[int, ...]
    withheld: str | None = None


@dataclass(frozen=True, slots=True)
class ClosePassage:
    """A passage shown when the question is not answered."""

    document: str
    title: str
    text: str
    start: int
    end: int
    page: int | None
    score: float
    url: str


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds spent in each stage of answering."""

    retrieve: float
    write: float
    verify: float
    total: float


@dataclass(frozen=True, slots=True)
class Answer:
    """Sentences with citations, or, with `answered` false, an abstention with the closest passages.

    `confidence` estimates the probability that the answer is right; below the abstention threshold there is
    none. `url`s are relative to the HTTP server unless a public address is configured.
    """

    id: str
    conversation_id: str
    question: str
    standalone_question: str
    answered: bool
    sentences: tuple[Sentence, ...]
    answer: str
    confidence: float
    writer: Literal["extractive", "generative"]
    citations: tuple[Citation, ...]
    closest: tuple[ClosePassage, ...]
    took_ms: Timings
    short_answer: str | None = None
    model: str | None = None
    notice: str | None = None

    @property
    def documents(self) -> frozenset[str]:
        """All that it shows words of: it may be shown where these may be read."""
        return frozenset(one.document for one in self.citations) | {one.document for one in self.closest}
