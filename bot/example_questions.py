"""Questions that a document seems to answer, made from its headings and sentences; nobody has tried them yet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from bot.question_forms import question_of_heading, question_of_sentence
from bot.readable import readable
from index.blocks import Kind
from index.document import Document
from index.sections import heading_text
from index.sentences import SourceSentence, sentences

OF_HEADING, OF_SENTENCE = 0, 1  # a heading is about more than a sentence, and its question nearer to what people ask


@dataclass(frozen=True, slots=True)
class ExampleQuestion:
    """`[start, end)` of the document may be the answer; `rank` is lower for the better kind."""

    text: str
    rank: int
    document: str
    start: int
    end: int


def example_questions(document: Document, read: int) -> list[ExampleQuestion]:
    """Those of the first `read` characters, each once, in the order of what they are made of; headings first."""
    units = sentences(document.text, 0, min(read, len(document.text)), document.markup)
    found: dict[str, ExampleQuestion] = {}
    for one in (*_of_headings(document, units), *_of_sentences(document, units)):
        found.setdefault(one.text.casefold(), one)
    return list(found.values())


def _of_headings(document: Document, units: Sequence[SourceSentence]) -> Iterator[ExampleQuestion]:
    headings = [unit for unit in units if unit.kind is Kind.HEADING]
    for heading, following in zip_longest(headings, headings[1:]):
        end = following.start if following else len(document.text)
        if question := question_of_heading(heading_text(document.text, heading)):
            yield ExampleQuestion(question, OF_HEADING, document.id, heading.end, end)


def _of_sentences(document: Document, units: Sequence[SourceSentence]) -> Iterator[ExampleQuestion]:
    for kind, start, end, _ in units:
        shown = readable(document.text[start:end], document.markup) if kind is Kind.PROSE else ""
        if question := question_of_sentence(shown):
            yield ExampleQuestion(question, OF_SENTENCE, document.id, start, end)
