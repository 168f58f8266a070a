"""The heart: from a question to an Answer."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answering import Answering
from bot.draft import Draft, DraftSentence, Support
from bot.errors import DocumentNotFound, InvalidQuestion, NotReady
from bot.phrases import Phrases
from bot.settings import Settings
from index.document import Document
from index.retriever import Hit
from tests.fakes import FakeSource

FERRY = Document("ferry.txt", "The ferry leaves at noon. It takes cars.")
BUS = Document("bus.txt", "The bus leaves at eight.")
PHRASES = Phrases("I don't know.", "The closest passages are:", "Nothing is indexed.")


class FirstSentence:
    """Writes the first sentence of the first hit, as confident as it is told to be."""

    def __init__(self, confidence: float = 0.9) -> None:
        self.confidence = confidence

    def write(self, question: str, hits: Sequence[Hit]) -> Draft:
        if not hits:
            return Draft((), 0.0)
        text = hits[0].passage.text
        quote = text[: text.index(".") + 1]
        return Draft((DraftSentence(quote, (Support(hits[0], 0, len(quote), quote),)),), self.confidence)


def answering(source: object = None, writer: object = None, **settings: object) -> Answering:
    return Answering(
        source or FakeSource(FERRY, BUS),
        writer or FirstSentence(),
        PHRASES,
        Settings(documents=Path("seeds"), **settings),
    )


async def test_an_answer_carries_proven_footnotes():
    """Text with markers, the exact quote, the version, the place."""
    answer = await answering().answer("  When does the ferry leave? ")
    assert answer.answered
    assert answer.answer == "The ferry leaves at noon. [1]"
    assert (answer.question, answer.writer, answer.closest) == (
        "When does the ferry leave?",
        "extractive",
        (),
    )
    (citation,) = answer.citations
    assert FERRY.text[citation.start : citation.end] == citation.quote
    assert answer.took_ms.total >= answer.took_ms.retrieve


async def test_too_little_confidence_is_an_abstention_with_the_closest_passages():
    """It says that it does not know, and shows where one might look."""
    answer = await answering(writer=FirstSentence(0.29), abstain_below=0.3).answer("Why?")
    assert (answer.answered, answer.answer, answer.citations) == (False, "I don't know.", ())
    assert [one.document for one in answer.closest] == ["ferry.txt", "bus.txt"]
    assert answer.confidence == pytest.approx(0.29)


async def test_an_empty_index_is_said_to_be_empty():
    """Not “I don't know”: there is nothing to know from."""
    answer = await answering(source=FakeSource()).answer("Why?")
    assert (answer.answered, answer.answer, answer.closest) == (False, "Nothing is indexed.", ())


async def test_a_sentence_that_cannot_be_proven_is_not_said():
    """The document changed between retrieval and proof, for good."""

    class Changed(FakeSource):
        def document(self, id):
            return replace(self.documents[id], text="Something else.")

    answer = await answering(source=Changed(FERRY)).answer("When?")
    assert not answer.answered
    assert answer.citations == ()


async def test_a_document_that_changed_while_being_asked_is_asked_again():
    """An edit in the middle of a question costs a second look, not the answer."""

    class Edited(FakeSource):
        def retrieve(self, question, limit):
            hits = super().retrieve(question, limit)
            self.documents["ferry.txt"] = replace(FERRY, text="The ferry leaves at one.")
            return hits

    answer = await answering(source=Edited(FERRY)).answer("When?")
    assert answer.answer == "The ferry leaves at one. [1]"


@pytest.mark.parametrize("question", ["", "   ", "x" * 2001, "nul \0"])
async def test_a_bad_question_is_refused_before_any_work(question):
    """For answers and for searches."""
    with pytest.raises(InvalidQuestion):
        await answering(source=object()).answer(question)
    with pytest.raises(InvalidQuestion):
        await answering(source=object()).search(question, 5)


async def test_search_gives_the_best_passages():
    """As many as are asked for."""
    hits = await answering().search("ferry", 1)
    assert [hit.passage.document for hit in hits] == ["ferry.txt"]


async def test_documents_are_looked_up_by_id():
    """An unknown id is a clear error."""
    assert await answering().document("bus.txt") == BUS
    with pytest.raises(DocumentNotFound, match=r"'\.\./etc'"):
        await answering().document("../etc")


async def test_not_ready_reaches_the_caller():
    """While there is nothing to answer from."""

    class Indexing(FakeSource):
        def retrieve(self, question, limit):
            raise NotReady(42)

    with pytest.raises(NotReady, match="indexing, 42 %"):
        await answering(source=Indexing()).answer("Why?")


async def test_a_conversation_keeps_its_id_and_answers_have_their_own():
    """Made when absent."""
    bot = answering()
    one, two = await asyncio.gather(bot.answer("When?", "thread-7"), bot.answer("When?"))
    assert one.conversation_id == "thread-7"
    assert two.conversation_id
    assert one.id != two.id
