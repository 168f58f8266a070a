"""What a writer hands over to be proven: sentences, each with the spans of the sources that support it."""

from dataclasses import dataclass

from index.retriever import Hit


@dataclass(frozen=True, slots=True)
class Support:
    """The span `[start, end)` of a document that proves a drafted sentence."""

    hit: Hit
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A readable sentence and everything that proves it; the first support is where its words come from."""

    text: str
    supports: tuple[Support, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """Best sentence first; empty when nothing retrieved reads as a sentence. `confidence` as in Answer."""

    sentences: tuple[DraftSentence, ...]
    confidence: float


NOTHING = Draft((), 0.0)
