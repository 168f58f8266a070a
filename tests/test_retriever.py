"""The retriever over a real catalog: what is found, in which order, and what cannot appear."""

from collections.abc import Sequence

import numpy as np
import pytest

from index.catalog import Catalog, FileRecord
from index.document import Document, Passage
from index.errors import IndexDamaged
from index.exact import ExactVectors
from index.retriever import Hit, Retriever
from index.rows import embedding_id
from tests.fakes import FakeEmbedding


class FixedVectors:
    """A VectorIndex with one answer to everything."""

    def __init__(self, *found: tuple[str, float]) -> None:
        self.found = list(found)
        self.limits: list[int] = []

    def search(self, vector: np.ndarray, limit: int) -> list[tuple[str, float]]:
        self.limits.append(limit)
        return self.found[:limit]


class BrokenVectors:
    """A VectorIndex whose store is damaged."""

    def search(self, vector: np.ndarray, limit: int) -> list[tuple[str, float]]:
        raise IndexDamaged("the vectors are damaged")


@pytest.fixture
def catalog(tmp_path):
    with Catalog.open(tmp_path / "catalog.sqlite3") as opened:
        yield opened


def put(catalog: Catalog, path: str, *texts: str, title: str = "A page") -> list[Passage]:
    document = Document(path, "\n".join(texts), title)
    passages, start = [], 0
    for text in texts:
        end = start + len(text)
        passages.append(Passage(path, document.label, document.sha256, start, end, text))
        start = end + 1
    vectors = FakeEmbedding().embed(texts)
    names = [embedding_id(passage) for passage in passages]
    catalog.add_embeddings("fake-1", dict(zip(names, vectors, strict=True)))
    catalog.replace(FileRecord(path, 1, 1, "0"), [(document, passages)])
    return passages


def retriever(catalog: Catalog, vectors=None, **options) -> Retriever:
    return Retriever(catalog, vectors, FakeEmbedding(), **options)


def texts(hits: Sequence[Hit]) -> list[str]:
    return [hit.passage.text for hit in hits]


def test_meaning_and_keywords_are_fused(catalog):
    """Each ranking divided by its best: 0.6 x 0.5/1 + 0.4 x 1 beats 0.6 x 1 for what keywords do not know."""
    other, heron = put(catalog, "a.md", "a wading bird", "the heron stands")
    vectors = FixedVectors((embedding_id(other), 0.8), (embedding_id(heron), 0.4))
    first, second = retriever(catalog, vectors).retrieve("heron")
    assert (first.passage, second.passage) == (heron, other)
    assert (first.score, second.score) == pytest.approx((0.7, 0.6))
    assert (first.dense, second.dense) == (0.4, 0.8)
    assert first.keyword > 0 == second.keyword


def test_the_weight_decides(catalog):
    """All weight on meaning turns the same two around."""
    other, heron = put(catalog, "a.md", "a wading bird", "the heron stands")
    vectors = FixedVectors((embedding_id(other), 0.8), (embedding_id(heron), 0.4))
    hits = retriever(catalog, vectors, dense_weight=1.0).retrieve("heron")
    assert [hit.passage for hit in hits] == [other, heron]


def test_without_vectors_keywords_have_all_the_weight(catalog):
    """The best keyword hit scores 1, and nothing is embedded."""
    put(catalog, "a.md", "a wading bird", "the heron stands")
    embedding = FakeEmbedding()
    (hit,) = Retriever(catalog, None, embedding, 0.6).retrieve("heron")
    assert (hit.score, hit.dense) == (1.0, 0.0)
    assert embedding.embedded == []


def test_what_has_been_superseded_cannot_appear(catalog):
    """A vector that outlived its passage is left out."""
    (old,) = put(catalog, "a.md", "the heron stands")
    (new,) = put(catalog, "a.md", "the stork stands")
    vectors = FixedVectors((embedding_id(old), 0.9), (embedding_id(new), 0.5))
    assert texts(retriever(catalog, vectors).retrieve("heron")) == ["the stork stands"]


def test_a_change_during_the_question_tears_nothing(catalog, tmp_path):
    """A file that is replaced between two steps of retrieving is still found, as one version."""
    put(catalog, "a.md", "the heron stands")
    search = catalog.keyword_search

    def search_then_replace(question: str, limit: int) -> list[tuple[int, float]]:
        found = search(question, limit)
        with Catalog.open(tmp_path / "catalog.sqlite3") as writer:
            put(writer, "a.md", "the heron flies")
        return found

    catalog.keyword_search = search_then_replace
    assert texts(retriever(catalog).retrieve("heron")) == ["the heron stands"]
    catalog.keyword_search = search
    assert texts(retriever(catalog).retrieve("heron")) == ["the heron flies"]


def test_a_text_in_two_documents_is_found_in_both(catalog):
    """Each has its own place; equals stand in the order of documents and places."""
    put(catalog, "b.md", "the heron stands")
    put(catalog, "a.md", "x", "the heron stands")
    hits = retriever(catalog, ExactVectors(catalog, "fake-1")).retrieve("heron stands", 2)
    assert [(hit.passage.document, hit.passage.start) for hit in hits] == [("a.md", 2), ("b.md", 0)]
    assert hits[0].score == hits[1].score


def test_no_span_is_found_twice(catalog):
    """Found by meaning and by keywords, it is still one hit."""
    put(catalog, "a.md", *(f"the heron {number}" for number in range(20)))
    hits = retriever(catalog, ExactVectors(catalog, "fake-1")).retrieve("the heron", 50)
    assert len({(hit.passage.document, hit.passage.start) for hit in hits}) == len(hits) == 20


def test_a_text_in_many_documents_counts_in_as_many_places_as_are_asked_for(catalog, monkeypatch):
    """Boilerplate that stands in thousands of documents is not read thousands of times."""
    for number in range(30):
        put(catalog, f"{number:02}.md", "all rights reserved")
    read: list[int] = []
    passages = catalog.passages
    monkeypatch.setattr(catalog, "passages", lambda numbers: read.extend(numbers) or passages(numbers))
    hits = retriever(catalog, ExactVectors(catalog, "fake-1")).retrieve("unheard of", 3)
    assert [hit.passage.document for hit in hits] == ["00.md", "01.md", "02.md"]
    assert len(read) == 3


def test_the_copy_that_keywords_prefer_has_its_cosine_too(catalog):
    """Even where it comes after the others in the order of documents."""
    for number in range(10):
        put(catalog, f"{number}.md", "all rights reserved")
    put(catalog, "z.md", "all rights reserved", title="Rights")
    best, *_ = retriever(catalog, ExactVectors(catalog, "fake-1")).retrieve("rights", 3)
    assert best.passage.document == "z.md"
    assert best.score == pytest.approx(1.0)


def test_the_limit_is_kept_and_may_exceed_the_candidates(catalog):
    """Asking for more than a hundred asks both rankings for as many."""
    put(catalog, "a.md", *(f"the heron {number}" for number in range(150)))
    vectors = FixedVectors()
    assert len(retriever(catalog, vectors).retrieve("heron", 3)) == 3
    assert len(retriever(catalog, vectors).retrieve("heron", 120)) == 120
    assert vectors.limits == [100, 120]


def test_an_empty_catalog_finds_nothing(catalog):
    """No documents, no error."""
    assert retriever(catalog, ExactVectors(catalog, "fake-1")).retrieve("heron") == []


def test_broken_vectors_are_the_callers_to_handle(catalog):
    """The error arrives as it is; without vectors the same question is answered."""
    put(catalog, "a.md", "the heron stands")
    with pytest.raises(IndexDamaged):
        retriever(catalog, BrokenVectors()).retrieve("heron")
    assert len(retriever(catalog).retrieve("heron")) == 1


def test_what_only_keywords_find_has_its_cosine_all_the_same(catalog):
    """Beyond the nearest neighbours it is far from the question, but it is known how far."""
    other, heron = put(catalog, "a.md", "a wading bird", "the heron stands")
    vectors = FixedVectors((embedding_id(other), 0.8))
    (found,) = [hit for hit in retriever(catalog, vectors).retrieve("heron") if hit.passage == heron]
    model = FakeEmbedding()
    assert found.dense == pytest.approx(float(model.embed(["the heron stands"])[0] @ model.embed_query("heron")))


def test_nothing_beside_changes_nothing(catalog):
    """One text is scored as it always was; the same text again beside it does not move a score, either."""
    put(catalog, "a.md", "a wading bird", "the heron stands", "the stork and the heron")
    search = retriever(catalog, ExactVectors(catalog, "fake-1")).retrieve
    alone = [(hit.passage, hit.dense, hit.keyword) for hit in search("heron")]
    twice = search("heron", 10, [("heron", 0.5)])
    assert [(hit.passage, hit.dense, hit.keyword) for hit in twice] == alone
    assert [hit.score for hit in twice] == pytest.approx([hit.score for hit in search("heron")])


def test_a_score_is_the_weighted_mean_of_all_texts(catalog):
    """By keywords alone each text gives its passage 1: (1 x 1 + 0.5 x 0) / 1.5 and (1 x 0 + 0.5 x 1) / 1.5."""
    stork, heron = put(catalog, "a.md", "the stork stands", "the heron flies")
    first, second = retriever(catalog).retrieve("heron", 10, [("stork", 0.5)])
    assert (first.passage, second.passage) == (heron, stork)
    assert (first.score, second.score) == pytest.approx((2 / 3, 1 / 3))
    assert second.keyword == 0 < first.keyword


def test_what_only_the_text_beside_finds_has_its_cosine_with_the_question(catalog):
    """It is far from the question, but it is known how far; and it counts in the score."""
    stork, heron = put(catalog, "a.md", "the stork wades", "the heron flies")
    search = retriever(catalog, FixedVectors((embedding_id(heron), 0.9))).retrieve
    assert stork not in [hit.passage for hit in search("heron")]
    (found,) = [hit for hit in search("heron", 10, [("stork", 0.5)]) if hit.passage == stork]
    model = FakeEmbedding()
    assert found.dense == pytest.approx(float(model.embed(["the stork wades"])[0] @ model.embed_query("heron")))


def test_all_texts_are_answered_from_one_version(catalog, tmp_path):
    """A file that is replaced between the searches for two texts is found as it was."""
    put(catalog, "a.md", "the heron stands")
    search = catalog.keyword_search

    def search_then_replace(question: str, limit: int) -> list[tuple[int, float]]:
        found = search(question, limit)
        with Catalog.open(tmp_path / "catalog.sqlite3") as writer:
            put(writer, "a.md", "the stork flies")
        return found

    catalog.keyword_search = search_then_replace
    assert texts(retriever(catalog).retrieve("heron", 10, [("stork", 1.0)])) == ["the heron stands"]
