"""Suggestions: proven on documents as they are, by the real writer; bounded, repeatable, and leaving no trace."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.draft import Draft, DraftSentence, Support
from bot.errors import NotReady
from bot.evidence import Assessor
from bot.example_questions import example_questions
from bot.extractive import ExtractiveWriter, Weights
from bot.quoting import Quoting
from bot.scope import EVERYTHING, Scope
from bot.settings import Settings
from bot.shipped import shipped_folder
from bot.source import CatalogSource
from bot.suggestions import MOST_ASKED, Suggestions
from bot.wiring import index_documents
from index.catalog import Catalog
from index.document import Document, Markup
from index.embedding import load_embedding
from index.exact import ExactVectors
from index.progress import unheard
from index.retriever import Hit, Retriever
from index.vocabulary import Vocabulary
from tests.fakes import FakeSource

HANDBOOK = Document(
    "hr/handbook.md",
    """# Employee handbook

## How many vacation days do I have?

Every employee has 28 vacation days a year.

## Offices

The Berlin office is located in Kreuzberg. Maria Lopez approves all expenses above 500 euros.
""",
    "Employee handbook",
    Markup.MARKDOWN,
)
FERRY = Document("ferry.md", "Nadia Brekke commands the ferry to Hallen.", markup=Markup.MARKDOWN)


class Quoter:
    """A writer that answers a question with the sentence that holds most of its words; counts what it is asked."""

    def __init__(self, confidence: float = 0.9) -> None:
        self.confidence = confidence
        self.asked: list[str] = []

    def write(self, question: str, hits: Sequence[Hit]) -> Draft:
        self.asked.append(question)
        words = set(question.lower().strip("?").split())
        sentences = [
            DraftSentence(quote, (Support(hit, start, start + len(quote), quote),))
            for hit in hits
            for quote in hit.passage.text.splitlines()
            if quote.endswith(".") and (start := hit.passage.text.index(quote)) >= 0
        ]
        best = max(sentences, key=lambda one: len(words & set(one.text.lower().strip(".").split())))
        return Draft((best,), self.confidence)


def suggestions(source: FakeSource, writer: Quoter | None = None) -> Suggestions:
    return Suggestions(source, Quoting(source, writer or Quoter(), 0.3))


@contextmanager
def indexed(documents: Path, home: Path) -> Iterator[tuple[Suggestions, Quoting]]:
    """The product's own parts over a folder."""
    settings = Settings(documents=documents, home=home)
    index_documents(settings, unheard)
    embedding = load_embedding(settings)
    with Catalog.open(home / "catalog.sqlite") as catalog:
        retriever = Retriever(catalog, ExactVectors(catalog, embedding.identity), embedding)
        source = CatalogSource(catalog, lambda: retriever)
        writer = ExtractiveWriter(Assessor(embedding, catalog.stems, Vocabulary().rarity), Weights.load())
        quoting = Quoting(source, writer, settings.abstain_below)
        yield Suggestions(source, quoting), quoting


# On real documents


def test_what_ships_suggests_four_questions_that_it_answers_well(tmp_path):
    """Each of another document, and sure of its answer."""
    with indexed(shipped_folder("seeds"), tmp_path) as (made, quoting):
        questions = made.of(EVERYTHING)
        answers = [quoting.answer(question) for question in questions]
    assert len(questions) == 4
    assert all(answer.answers and answer.confidence >= 0.7 for answer in answers)
    assert len({answer.citations[0].document for answer in answers}) == 4


def test_headings_and_sentences_of_a_folder_become_questions(tmp_path):
    """A question that is a heading first, then who, where and what; as many as one document gives."""
    (tmp_path / "hr").mkdir()
    (tmp_path / HANDBOOK.id).write_text(HANDBOOK.text)
    with indexed(tmp_path, tmp_path / "home") as (made, _):
        questions = made.of(EVERYTHING)
    assert questions[0] == "How many vacation days do I have?"
    assert set(questions[1:]) == {"Where is the Berlin office?", "Who approves all expenses above 500 euros?"}


# What a document seems to answer


def test_a_question_knows_where_its_answer_should_stand():
    """Below its heading, up to the next one; or in its sentence."""
    found = {one.text: HANDBOOK.text[one.start : one.end].strip() for one in example_questions(HANDBOOK, 8000)}
    assert found == {
        "How many vacation days do I have?": "Every employee has 28 vacation days a year.",
        "Where is the Berlin office?": "The Berlin office is located in Kreuzberg.",
        "Who approves all expenses above 500 euros?": "Maria Lopez approves all expenses above 500 euros.",
    }


def test_only_the_beginning_of_a_document_is_read():
    """It may have a thousand pages."""
    assert len(example_questions(HANDBOOK, 70)) == 1
    assert example_questions(HANDBOOK, 0) == []


def test_a_question_is_made_once():
    """However often it is written, in whatever case."""
    text = "Nadia Brekke commands the ferry.\n\nnow NADIA: Nadia commands the ferry.\n\nOla Vik commands the Ferry."
    assert [one.text for one in example_questions(Document("a.txt", text), 8000)] == ["Who commands the ferry?"]


# What is kept of them


def test_a_question_that_is_answered_from_where_it_was_made_is_kept():
    """Surely, and by the words that it was made of."""
    assert suggestions(FakeSource(FERRY)).of() == ["Who commands the ferry to Hallen?"]


def test_a_question_that_is_answered_doubtfully_is_not_kept():
    """However true."""
    assert suggestions(FakeSource(FERRY), Quoter(0.6)).of() == []


def test_a_question_that_another_document_answers_is_not_kept():
    """Whoever asked would be shown something else than what was promised."""
    rival = Document(
        "a.md", "Ask at the window of the harbour who commands the ferry to Hallen.", markup=Markup.MARKDOWN
    )
    assert suggestions(FakeSource(rival, FERRY)).of() == []


def test_outside_the_scope_nothing_is_suggested():
    """Neither made of it nor answered from it."""
    made = suggestions(FakeSource(FERRY, HANDBOOK))
    assert made.of(Scope(("ferry.*",))) == ["Who commands the ferry to Hallen?"]
    assert made.of(Scope(("none/*",))) == []
    rival = Document(
        "secret.md", "Ask at the window of the harbour who commands the ferry to Hallen.", markup=Markup.MARKDOWN
    )
    assert suggestions(FakeSource(rival, FERRY)).of(Scope(("ferry.*",))) == ["Who commands the ferry to Hallen?"]


def test_as_many_as_are_wanted_from_as_many_documents_as_there_are():
    """One of each before a second of any."""
    ferries = [
        Document(f"{name}.md", f"Nadia commands the ferry {name}.\n\nOla owns the ferry {name}.") for name in "abcdef"
    ]
    made = suggestions(FakeSource(*ferries))
    assert len({question[-2] for question in made.of(limit=4)}) == 4
    assert len(made.of(limit=8)) == 8
    assert len({question[-2] for question in made.of(limit=8)[:6]}) == 6
    assert len(made.of(limit=20)) == 12
    assert made.of(limit=0) == []


# How they are made


def test_the_same_documents_suggest_the_same():
    """Whichever was indexed first."""
    one, other = FakeSource(FERRY, HANDBOOK), FakeSource(HANDBOOK, FERRY)
    assert suggestions(one).of() == suggestions(other).of()


def test_without_a_change_nothing_is_asked_again():
    """And after one, what has gone is not suggested any more."""
    source, writer = FakeSource(FERRY, HANDBOOK), Quoter()
    made = suggestions(source, writer)
    first = made.of()
    asked = len(writer.asked)
    assert made.of() == first
    first.clear()  # whoever was given a list may do with it what they like
    assert made.of()
    assert len(writer.asked) == asked
    del source.documents[FERRY.id]
    source.change = 1
    assert "Who commands the ferry to Hallen?" not in made.of()


def test_no_suggestion_is_remembered_as_well():
    """An index that gives none is not asked forty questions each time that somebody looks."""
    writer = Quoter(0.1)
    made = suggestions(FakeSource(FERRY), writer)
    assert made.of() == made.of() == []
    assert len(writer.asked) == 1


def test_however_many_documents_there_are_few_questions_are_asked():
    """Making them is bounded, and so is what it costs those who ask meanwhile."""
    ferries = (Document(f"{number}.md", f"Nadia commands the ferry {number}.") for number in range(500))
    writer = Quoter(0.1)
    assert suggestions(FakeSource(*ferries), writer).of() == []
    assert len(writer.asked) == MOST_ASKED


def test_an_index_that_is_not_ready_has_none_yet():
    """It is no error to look at an app that is starting."""

    class Indexing(FakeSource):
        def retrieve(self, question, limit, beside=(), scope=EVERYTHING):
            raise NotReady(42)

    assert suggestions(Indexing(FERRY)).of() == []


def test_many_who_look_at_once_have_them_made_once():
    """The others wait for the one."""
    writer = Quoter()
    made = suggestions(FakeSource(FERRY), writer)
    found: list[list[str]] = []
    threads = [threading.Thread(target=lambda: found.append(made.of())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [["Who commands the ferry to Hallen?"]] * 8
    assert len(writer.asked) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<!channel> commands the mission <https://x.example>.",
        "## How to `rm -rf` @everyone",
        "\ud800 is a thing.\0",
    ],
)
def test_hostile_documents_suggest_nothing_but_plain_questions(text):
    """Nothing in them is a mention, a link or an order."""
    for question in suggestions(FakeSource(Document("x.md", text, markup=Markup.MARKDOWN))).of():
        assert not set("<>@`:") & set(question)
