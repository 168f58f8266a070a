"""Projection: the vector store follows the catalog through every mishap."""

import shutil

import numpy as np
import pytest

from index.catalog import Catalog
from index.errors import IndexBusy, VectorsDamaged
from index.projection import Projection
from index.vectors import ChromaVectors, Store
from tests.fakes import FakeEmbedding
from tests.indexed_folder import IndexedFolder


@pytest.fixture
def folder(tmp_path):
    """A synced folder; its store is closed."""
    folder = IndexedFolder(tmp_path)
    folder.write("a.txt", "Alpha comes first.")
    folder.write("b.txt", "Beta comes second.")
    folder.sync()
    return folder


@pytest.fixture
def catalog(folder):
    with Catalog.open(folder.catalog_path) as catalog:
        yield catalog


@pytest.fixture
def vectors(folder):
    vectors = ChromaVectors(folder.home / "chroma", serving=True)
    yield vectors
    vectors.abandon()


@pytest.fixture
def projection(catalog, vectors):
    return Projection(catalog, vectors, "fake-1")


def generations(folder: IndexedFolder) -> list[str]:
    return sorted(path.name for path in (folder.home / "chroma").iterdir() if path.is_dir())


def found(vectors: ChromaVectors) -> int:
    return len(vectors.search(FakeEmbedding().embed_query("alpha"), 10))


def test_a_serving_process_opens_the_store_at_once(projection, vectors):
    """Even if there is nothing to write, questions want it."""
    assert not vectors.available
    projection.run()
    assert found(vectors) == 2


def test_a_sound_store_is_not_made_anew(folder, projection, vectors):
    """Neither after a clean stop nor after a kill between writes."""
    projection.run()
    vectors.abandon()
    projection.run()
    assert generations(folder) == ["1"]
    assert found(vectors) == 2


def test_a_store_that_holds_what_it_should_not_is_made_anew(folder, projection, vectors):
    """Sound as it may be, it is not what this catalog wrote."""
    projection.run()
    vectors.add(["0" * 64], FakeEmbedding().embed(["gone"]))
    vectors.abandon()
    projection.run()
    assert generations(folder) == ["2"]
    assert found(vectors) == 2


def test_work_that_was_not_finished_is_done_again(catalog, projection, vectors):
    """Told to Chroma, killed before it was noted: telling it twice is harmless."""
    projection.run()
    catalog.reproject_all()
    vectors.abandon()
    projection.run()
    assert catalog.pending_projection(1) == []
    assert found(vectors) == 2


def test_a_folder_deleted_while_it_is_served_is_made_again(folder, projection, vectors):
    """The next run notices."""
    projection.run()
    shutil.rmtree(folder.home / "chroma")
    projection.run()
    assert vectors.is_intact()
    assert found(vectors) == 2


def test_a_write_that_fails_makes_a_new_store(folder, catalog, projection, vectors, monkeypatch):
    """Whatever is wrong with the old one."""
    projection.run()
    catalog.remove("a.txt")
    with monkeypatch.context() as patch:
        patch.setattr(Store, "delete", broken)
        projection.run()
    assert generations(folder) == ["2"]
    assert found(vectors) == 1


def broken(*arguments: object) -> None:
    raise VectorsDamaged("broken")


def test_a_store_that_failed_a_search_is_opened_again(projection, vectors, monkeypatch):
    """What failed may have passed; if it has not, a new store is made."""
    projection.run()
    with monkeypatch.context() as patch:
        patch.setattr(Store, "search", broken)
        assert found(vectors) == 0
    projection.run()
    assert found(vectors) == 2


def test_a_renewal_that_fails_is_begun_again(folder, projection, vectors, monkeypatch):
    """A half-filled new store is never taken for a complete one."""
    projection.run()
    shutil.rmtree(folder.home / "chroma")
    with monkeypatch.context() as patch:
        patch.setattr(ChromaVectors, "switch", broken)
        with pytest.raises(VectorsDamaged):
            projection.run()
    projection.run()
    assert vectors.is_intact()
    assert found(vectors) == 2


def test_a_renewal_that_is_interrupted_is_begun_again(catalog, projection, vectors, monkeypatch):
    """While the old store is still searched, nothing may go into a new one that nobody will search."""
    projection.run()
    vectors.delete(["never there"])
    with monkeypatch.context() as patch:
        patch.setattr("index.vectors.DEAD_AT_LEAST", 0)
        patch.setattr(Catalog, "mark_projected", interrupt)
        with pytest.raises(IndexBusy):
            projection.run()
    catalog.remove("a.txt")
    projection.run()
    assert found(vectors) == 1


def interrupt(*arguments: object) -> None:
    raise IndexBusy("another process is writing")


def test_while_a_store_is_made_anew_nothing_is_available(folder, projection, vectors):
    """Questions then go by keywords, and listeners are told what is going on."""
    shutil.rmtree(folder.home / "chroma")
    seen = []
    projection.run(lambda progress: seen.append((progress.doing, progress.percent, vectors.available)))
    assert seen == [("rebuilding the vectors", 100, False)]
    assert vectors.available


def test_a_wasteful_store_is_renewed_while_it_serves(folder, projection, vectors, monkeypatch):
    """Deleted vectors keep their room until then; searches go on meanwhile."""
    monkeypatch.setattr("index.vectors.DEAD_AT_LEAST", 0)
    projection.run()
    vectors.delete(["never there"])
    available = []
    projection.run(lambda progress: available.append(vectors.available))
    assert available == [True]
    assert generations(folder) == ["2"]
    assert found(vectors) == 2


def test_another_model_means_a_new_store(folder, catalog, vectors):
    """Vectors of the old one are never searched with questions of the new one."""
    catalog.add_embeddings("fake-2", dict.fromkeys(catalog.embeddings_in_use("fake-1"), np.ones(64, np.float32)))
    catalog.set_model("fake-2")
    Projection(catalog, vectors, "fake-2").run()
    assert generations(folder) == ["2"]
    assert vectors.search(np.ones(64, np.float32) / 8, 1)[0][1] == pytest.approx(1, abs=1e-5)
