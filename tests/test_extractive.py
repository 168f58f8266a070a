"""The writer without a language model, with its real weights and the real model."""

import pytest

from bot.evidence import Assessor
from bot.extractive import MOST_SENTENCES, ExtractiveWriter, Weights
from index.document import Document, Markup
from index.embedding import BundledEmbedding
from index.stemmer import Stemmer
from index.vocabulary import Vocabulary
from tests.fakes import hit_of

HARBOUR = Document(
    "harbour.md",
    """# The harbour of Sundby

The harbour was built in 1874 by the engineer Marit Holm. About 40 ships call each day.
The harbour master is Jonas Lind, who took office in May. Fishing boats moor at the north pier.

## Fees

A mooring costs 12 euros a night. Boats shorter than six metres moor for free.
""",
    markup=Markup.MARKDOWN,
)


@pytest.fixture(scope="module")
def writer() -> ExtractiveWriter:
    assessor = Assessor(BundledEmbedding(), Stemmer().stems, Vocabulary().rarity)
    return ExtractiveWriter(assessor, Weights.load())


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Who built the harbour?", "The harbour was built in 1874 by the engineer Marit Holm."),
        ("how many ships call each day", "About 40 ships call each day."),
        ("Who is the harbour master?", "The harbour master is Jonas Lind, who took office in May."),
        ("What does a mooring cost?", "A mooring costs 12 euros a night."),
        ("Which boats moor for free?", "Boats shorter than six metres moor for free."),
    ],
)
def test_the_sentence_that_answers_comes_first(writer, question, answer):
    """Exactly as it stands in the source."""
    draft = writer.write(question, [hit_of(HARBOUR)])
    assert draft.sentences[0].text == answer
    support = draft.sentences[0].supports[0]
    assert HARBOUR.text[support.start : support.end] == support.quote == answer


def test_an_answer_has_one_to_three_sentences(writer):
    """However many compete."""
    text = " ".join(f"The harbour has {number} piers for ships." for number in range(2, 12))
    draft = writer.write("How many piers has the harbour?", [hit_of(Document("a.txt", text))])
    assert 1 <= len(draft.sentences) <= MOST_SENTENCES


def test_what_is_answered_is_trusted_more_than_what_is_not(writer):
    """Confidence separates a question that the document answers from one that it does not."""
    known = writer.write("Who is the harbour master of Sundby?", [hit_of(HARBOUR)])
    unknown = writer.write("Who is the finance minister of Portugal?", [hit_of(HARBOUR)])
    assert known.confidence > 0.5 > 0.3 > unknown.confidence
    assert 0 <= unknown.confidence <= known.confidence <= 1


def test_a_sentence_of_several_documents_is_written_once(writer):
    """And is supported by each of them."""
    twin = Document("copy.md", HARBOUR.text, markup=Markup.MARKDOWN)
    draft = writer.write("Who built the harbour?", [hit_of(HARBOUR), hit_of(twin)])
    assert [one.text for one in draft.sentences].count(draft.sentences[0].text) == 1
    assert {one.hit.passage.document for one in draft.sentences[0].supports} == {"harbour.md", "copy.md"}


def test_without_sentences_there_is_nothing_to_write(writer):
    """No hits, or only headings: an empty draft that nobody trusts."""
    headings = Document("a.md", "# Ports\n\n## Ferries\n", markup=Markup.MARKDOWN)
    for hits in ([], [hit_of(headings)]):
        draft = writer.write("Which ports?", hits)
        assert draft.sentences == ()
        assert draft.confidence == 0


def test_the_same_question_gets_the_same_answer(writer):
    """Nothing is left to chance."""
    first, second = (writer.write("What does a mooring cost?", [hit_of(HARBOUR)]) for _ in range(2))
    assert first == second
