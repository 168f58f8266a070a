"""Searching inside a scope: as if the documents outside had never been in the index."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import index.areas
from bot.scope import EVERYTHING, Scope
from bot.source import CatalogSource
from index.catalog import Catalog, FileRecord
from index.document import Document, Passage
from index.exact import ExactVectors
from index.retriever import Hit, Retriever
from index.rows import embedding_id
from tests.fakes import FakeEmbedding

MODEL = FakeEmbedding().identity
FOLDERS = ("hr", "hr/pay", "law", "open")
HR = Scope(("hr/*",))


def put(catalog: Catalog, id: str, texts: Sequence[str], title: str | None = None) -> None:
    """A document whose passages are these texts, embedded by the fake model."""
    document = Document(id, "\n".join(texts), title)
    passages, start = [], 0
    for text in texts:
        passages.append(Passage(id, document.label, document.sha256, start, start + len(text), text))
        start += len(text) + 1
    catalog.add_embeddings(MODEL, dict(zip(map(embedding_id, passages), FakeEmbedding().embed(texts), strict=True)))
    catalog.replace(FileRecord(id, 1, 1, document.sha256), [(document, passages)])


def by_meaning_too(catalog: Catalog) -> Retriever:
    return Retriever(catalog, ExactVectors(catalog, MODEL), FakeEmbedding())


def by_keywords(catalog: Catalog) -> Retriever:
    return Retriever(catalog, None, FakeEmbedding())


def documents_of(hits: Sequence[Hit]) -> list[str]:
    return [hit.passage.document for hit in hits]


@pytest.fixture
def catalog(tmp_path):
    with Catalog.open(tmp_path / "catalog.sqlite") as opened:
        yield opened


@pytest.fixture
def retriever(catalog) -> Retriever:
    return by_meaning_too(catalog)


# Which documents


@pytest.mark.parametrize(
    ("patterns", "allowed"),
    [
        (None, ["hr/a.md", "hr/pay/b.md", "HR/c.md", "d.md"]),
        ((), []),
        (("*",), ["hr/a.md", "hr/pay/b.md", "HR/c.md", "d.md"]),
        (("hr/*",), ["hr/a.md", "hr/pay/b.md"]),
        (("hr/?.md", "d.md"), ["hr/a.md", "d.md"]),
        (("d",), []),
    ],
)
def test_a_scope_holds_what_one_of_its_patterns_matches(patterns, allowed):
    """`*` crosses slashes, case matters, and the whole id has to match."""
    ids = ["hr/a.md", "hr/pay/b.md", "HR/c.md", "d.md"]
    assert [id for id in ids if Scope(patterns).allows(id)] == allowed


@given(st.lists(st.text(max_size=5), max_size=3), st.text(max_size=8))
def test_what_is_everything_leaves_no_document_out(patterns, id):
    """Whatever its other patterns are, and whatever the document is called."""
    assert EVERYTHING.is_everything
    assert EVERYTHING.allows(id)
    assert Scope((*patterns, "*")).is_everything
    assert Scope((*patterns, "*")).allows(id)


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [
        (EVERYTHING.only("d.md"), ["d.md"]),
        (HR.only("hr/a.md"), ["hr/a.md"]),
        (HR.only("d.md"), []),
        (Scope(("*",)).only("hr/*"), []),
    ],
)
def test_one_document_alone_is_less_than_everything(scope, allowed):
    """By its very id, and only if it is inside."""
    assert not scope.is_everything
    assert [id for id in ["hr/a.md", "hr/pay/b.md", "d.md"] if scope.allows(id)] == allowed


# As if there were no others

# Half words of Han and Greek with accents: what becomes pairs, halves of pairs and stems is counted right, too.
WORDS = st.sampled_from(
    ["heron", "herons", "stork", "nest", "nested", "水", "水鳥", "鳥の巣", "Ωμέγα", "über", "uber", "the", "7", "x"]
)
TEXTS = st.lists(WORDS, min_size=1, max_size=8).map(" ".join)
IDS = st.builds("{}/{}.md".format, st.sampled_from(FOLDERS), st.integers(0, 6))
CORPORA = st.dictionaries(
    IDS, st.tuples(st.lists(TEXTS, min_size=1, max_size=4, unique=True), st.none() | TEXTS), max_size=8
)
PATTERNS = st.lists(st.sampled_from([f"{folder}/*" for folder in FOLDERS] + ["*/0.md"]), max_size=3).map(tuple)
SCOPES = st.builds(Scope, PATTERNS) | st.builds(Scope, st.none() | PATTERNS, IDS)
QUESTIONS = st.lists(WORDS, max_size=6).map(" ".join)
Corpus = Mapping[str, tuple[Sequence[str], str | None]]


def filled(folder: Path, corpus: Corpus) -> Catalog:
    catalog = Catalog.open(folder / "catalog.sqlite")
    for id, (texts, title) in corpus.items():
        put(catalog, id, texts, title)
    return catalog


@pytest.mark.parametrize("made", [by_keywords, by_meaning_too])
@given(CORPORA, SCOPES, QUESTIONS, st.lists(st.tuples(QUESTIONS, st.sampled_from([0.3, 1.0])), max_size=1))
@settings(max_examples=150)
def test_a_scope_is_searched_as_an_index_of_its_documents_alone(made, corpus, scope, question, beside):
    """The same passages in the same order with the same scores: nothing tells that there are others."""
    rest = {id: texts for id, texts in corpus.items() if scope.allows(id)}
    with ExitStack() as stack:
        folders = [Path(stack.enter_context(TemporaryDirectory())) for _ in range(2)]
        whole, alone = (stack.enter_context(filled(*each)) for each in zip(folders, (corpus, rest), strict=True))
        found = made(whole).retrieve(question, 5, beside, scope)
        assert found == made(alone).retrieve(question, 5, beside)


@given(CORPORA, QUESTIONS)
@settings(max_examples=50)
def test_a_scope_of_everything_finds_everything(corpus, question):
    """Counted anew, the ranking is that of the whole index, to the last digit."""
    with TemporaryDirectory() as folder, filled(Path(folder), corpus) as catalog:
        search = by_meaning_too(catalog).retrieve
        assert search(question, 10, (), Scope(("*",))) == search(question, 10)


def test_ten_thousand_better_ones_outside_hide_nothing(catalog, retriever):
    """What is inside is found, however many others fit better; and by both rankings."""
    for number in range(12):
        put(catalog, f"open/{number}.md", [f"the heron nests {place}" for place in range(20)])
    put(catalog, "hr/one.md", ["a heron in a long text about other birds of the lake"])
    (hit,) = retriever.retrieve("the heron nests", 5, (), HR)
    assert hit.passage.document == "hr/one.md"
    assert hit.score == pytest.approx(1.0)
    assert hit.dense > 0 < hit.keyword


def test_a_text_that_also_stands_outside_is_found_inside_only(catalog, retriever):
    """The same words in two documents are two places."""
    put(catalog, "a.md", ["the heron nests"])
    put(catalog, "hr/a.md", ["the heron nests"])
    assert documents_of(retriever.retrieve("heron", 5, (), HR)) == ["hr/a.md"]


def test_an_empty_scope_finds_nothing(catalog, retriever):
    """Nobody's documents are nobody's answers."""
    put(catalog, "a.md", ["the heron nests"])
    assert retriever.retrieve("heron", 5, (), Scope(())) == []
    assert retriever.retrieve("heron", 5, (), Scope(("b.md",))) == []


# While documents come and go


def test_a_change_of_the_documents_is_seen_inside_the_scope(catalog, retriever):
    """What came in is found, what changed is found as it is, what went is gone."""
    put(catalog, "hr/a.md", ["the heron nests"])
    put(catalog, "hr/b.md", ["the stork nests"])
    assert documents_of(retriever.retrieve("nests", 5, (), HR)) == ["hr/a.md", "hr/b.md"]
    put(catalog, "hr/c.md", ["the crane nests"])
    put(catalog, "hr/b.md", ["the stork flies", "and nests"])
    catalog.remove("hr/a.md")
    hits = retriever.retrieve("nests", 5, (), HR)
    assert sorted((hit.passage.document, hit.passage.text) for hit in hits) == [
        ("hr/b.md", "and nests"),
        ("hr/b.md", "the stork flies"),
        ("hr/c.md", "the crane nests"),
    ]
    assert hits == by_meaning_too(catalog).retrieve("nests", 5, (), HR)


def test_without_a_change_the_documents_are_looked_through_once(catalog, retriever, monkeypatch):
    """For every question it would take longer than the question."""
    put(catalog, "hr/a.md", ["the heron nests"])
    first = retriever.retrieve("heron", 5, (), HR)
    monkeypatch.setattr(catalog, "selection", None)
    assert retriever.retrieve("heron", 5, (), Scope(("hr/*",))) == first


def test_of_what_changed_only_the_new_texts_are_read(catalog, retriever, monkeypatch):
    """A server that indexes ten thousand files does not read all vectors ten thousand times."""
    put(catalog, "hr/a.md", ["the heron nests", "the stork nests"])
    retriever.retrieve("heron", 5, (), HR)
    put(catalog, "hr/b.md", ["the crane nests"])
    read: list[int] = []
    vectors = catalog.text_vectors
    monkeypatch.setattr(catalog, "text_vectors", lambda model, texts: read.append(len(texts)) or vectors(model, texts))
    assert len(retriever.retrieve("heron", 5, (), HR)) == 3
    assert read == [1]


def test_scopes_beyond_those_remembered_are_searched_all_the_same(catalog, retriever, monkeypatch):
    """Forgetting one costs time and nothing else."""
    monkeypatch.setattr(index.areas, "MOST_REMEMBERED", 2)
    for number in range(5):
        put(catalog, f"{number}/a.md", [f"heron number {number}"])
    for _ in range(2):
        for number in range(5):
            found = retriever.retrieve("heron", 5, (), Scope((f"{number}/*",)))
            assert documents_of(found) == [f"{number}/a.md"]


# Where a scope is too large for its vectors to be kept beside


def test_a_large_scope_asks_for_as_many_neighbours_as_it_takes(catalog, monkeypatch):
    """All of those nearest lie outside; the scope's own are found, as in an index of their own."""
    monkeypatch.setattr(index.areas, "MOST_VECTORS", 1)
    put(catalog, "open/a.md", [f"the heron nests {number}" for number in range(400)])
    put(catalog, "hr/a.md", [f"far from that, stone {number}" for number in range(30)])
    asked: list[int] = []
    exact = ExactVectors(catalog, MODEL)

    class Counting:
        def search(self, vector: np.ndarray, limit: int) -> list[tuple[str, float]]:
            asked.append(limit)
            return exact.search(vector, limit)

    found = Retriever(catalog, Counting(), FakeEmbedding()).retrieve("the heron nests", 5, (), HR)
    monkeypatch.setattr(index.areas, "MOST_VECTORS", 1000)
    assert found == by_meaning_too(catalog).retrieve("the heron nests", 5, (), HR)
    assert set(documents_of(found)) == {"hr/a.md"}
    assert max(asked) > 400


@given(CORPORA, SCOPES, QUESTIONS)
@settings(max_examples=50)
def test_a_large_scope_is_searched_as_a_small_one(corpus, scope, question):
    """How the neighbours are found makes no difference to which they are."""
    with (
        pytest.MonkeyPatch.context() as patch,
        TemporaryDirectory() as folder,
        filled(Path(folder), corpus) as catalog,
    ):
        compared = by_meaning_too(catalog).retrieve(question, 5, (), scope)
        patch.setattr(index.areas, "MOST_VECTORS", 0)
        assert by_meaning_too(catalog).retrieve(question, 5, (), scope) == compared


# What answering asks


def test_the_source_restricts_nothing_where_nothing_is_restricted(catalog, monkeypatch):
    """The whole index is searched the way that it always was."""
    put(catalog, "a.md", ["the heron nests"])
    monkeypatch.setattr(catalog, "selection", None)
    source = CatalogSource(catalog, lambda: by_meaning_too(catalog))
    for scope in (EVERYTHING, Scope(("hr/*", "*"))):
        assert documents_of(source.retrieve("heron", 5, (), scope)) == ["a.md"]


def test_the_source_keeps_to_the_scope(catalog):
    """With the texts that are searched for beside the question, too."""
    put(catalog, "a.md", ["the heron nests"])
    put(catalog, "hr/a.md", ["the heron flies", "the stork nests"])
    source = CatalogSource(catalog, lambda: by_keywords(catalog))
    found = source.retrieve("heron", 5, [("stork", 1.0)], HR)
    assert set(documents_of(found)) == {"hr/a.md"}
    assert len(found) == 2
