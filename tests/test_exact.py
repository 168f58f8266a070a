"""Exact search over the catalog's vectors, against the definition."""

import pytest

from index.catalog import Catalog, FileRecord
from index.document import Document, Passage
from index.exact import ExactVectors
from index.rows import embedding_id
from tests.fakes import FakeEmbedding

TEXTS = ["the heron waits", "the stork nests", "a crane", "a heron and a stork"]


@pytest.fixture
def catalog(tmp_path):
    with Catalog.open(tmp_path / "catalog.sqlite3") as opened:
        put(opened, *TEXTS)
        yield opened


def put(catalog: Catalog, *texts: str, model: str = "fake-1") -> None:
    document = Document("a.md", "\n".join(texts))
    passages = [
        Passage(
            document.id,
            document.label,
            document.sha256,
            start := document.text.index(text),
            start + len(text),
            text,
        )
        for text in texts
    ]
    names = [embedding_id(passage) for passage in passages]
    catalog.add_embeddings(model, dict(zip(names, FakeEmbedding(model).embed(texts), strict=True)))
    catalog.replace(FileRecord("a.md", 1, 1, "0"), [(document, passages)])


def test_the_nearest_are_found_with_their_cosine(catalog):
    """All vectors compared: the same order and numbers as the plain definition."""
    embedding = FakeEmbedding()
    question = embedding.embed_query("where is the heron")
    ids, matrix = catalog.vectors("fake-1")
    cosines = dict(zip(ids, (matrix @ question).tolist(), strict=True))
    hits = ExactVectors(catalog, "fake-1").search(question, 3)
    assert [id for id, _ in hits] == sorted(cosines, key=lambda id: (-cosines[id], id))[:3]
    assert [cosine for _, cosine in hits] == pytest.approx([cosines[id] for id, _ in hits], rel=1e-5)


def test_a_change_of_the_catalog_is_seen(catalog):
    """What was read before the change is not answered from after it."""
    vectors = ExactVectors(catalog, "fake-1")
    question = FakeEmbedding().embed_query("egret")
    assert len(vectors.search(question, 10)) == 4
    put(catalog, "an egret")
    ((_, cosine),) = vectors.search(question, 10)
    assert cosine > 0.5


def test_without_a_change_the_vectors_are_read_once(catalog, monkeypatch):
    """Reading them for every question would make it slow."""
    vectors = ExactVectors(catalog, "fake-1")
    question = FakeEmbedding().embed_query("heron")
    first = vectors.search(question, 10)
    monkeypatch.setattr(catalog, "vectors", None)
    assert vectors.search(question, 10) == first


def test_an_empty_index_finds_nothing(catalog):
    """Nor does a model that has embedded nothing."""
    assert ExactVectors(catalog, "another").search(FakeEmbedding().embed_query("heron"), 10) == []
