"""`check` finds whatever differs; each test makes one difference."""

import shutil
import sqlite3
from contextlib import closing

import numpy as np
import pytest

from index.catalog import Catalog
from index.errors import IndexMissing
from index.vectors import ChromaVectors
from tests.fakes import FakeEmbedding
from tests.indexed_folder import IndexedFolder


@pytest.fixture
def folder(tmp_path):
    folder = IndexedFolder(tmp_path)
    folder.write("a.txt", "Alpha comes first.")
    folder.write("b.txt", "Beta comes second.")
    folder.sync()
    return folder


def change_catalog(folder: IndexedFolder, statement: str) -> None:
    with closing(sqlite3.connect(folder.catalog_path)) as connection, connection:
        connection.execute(statement)


def opened(folder: IndexedFolder) -> ChromaVectors:
    vectors = folder.vectors
    assert vectors.attach(folder.embedding.identity, np.empty((0, 64), np.float32))
    return vectors


def close(folder: IndexedFolder, vectors: ChromaVectors) -> None:
    with Catalog.open(folder.catalog_path, read_only=True) as catalog:
        vectors.close(catalog.change)


def test_an_equal_index_has_no_differences(folder):
    """And stays equal by being checked."""
    assert folder.check() == []
    assert folder.check() == []


def test_without_an_index_there_is_nothing_to_check(tmp_path):
    """A check makes no index."""
    folder = IndexedFolder(tmp_path)
    with pytest.raises(IndexMissing):
        folder.check()
    assert not folder.home.exists()


def test_files_that_came_went_or_changed(folder):
    """Each is named, even if the change left size and dates alone."""
    folder.write("c.txt", "Gamma")
    (folder.documents / "b.txt").unlink()
    folder.write("a.txt", "Omega comes first.")
    assert folder.check() == [
        "c.txt is not in the index",
        "b.txt is in the index but not in the folder",
        "a.txt is not as it was indexed",
    ]


def test_a_file_that_failed_is_no_difference(folder):
    """It is in the catalog with its reason."""
    folder.write("c.txt", "")
    folder.sync()
    assert folder.check() == []


def test_a_file_without_a_document(folder):
    """A file that is said to be fine must have become a document."""
    change_catalog(folder, "INSERT INTO files SELECT 'x' || path, size, mtime_ns, sha256, NULL FROM files LIMIT 1")
    (folder.documents / "a.txt").rename(folder.documents / "xa.txt")
    assert "xa.txt has no document in the index" in folder.check()


@pytest.mark.parametrize(
    ("statement", "difference"),
    [
        (
            "UPDATE documents SET text = 'x' || text WHERE id = 'a.txt'",
            "a.txt has a passage at 0 that does not stand",
        ),
        (
            "UPDATE documents SET sha256 = '0' WHERE id = 'a.txt'",
            "a.txt has a passage at 0 of another version",
        ),
        (
            "UPDATE keywords SET text = 'other' WHERE rowid = 1",
            "a.txt has a passage at 0 without its keywords",
        ),
        ("DELETE FROM keywords WHERE rowid = 1", "a.txt has a passage at 0 without its keywords"),
        (
            "INSERT INTO keywords (rowid, title, text) VALUES (99, '', 'x')",
            "keywords of passage 99 are left over",
        ),
        ("DELETE FROM embeddings", "a.txt has a passage at 0 without an embedding"),
        ("UPDATE meta SET model = 'older'", "the index is made with the embedding model older, not fake-1"),
        ("UPDATE embeddings SET vector = zeroblob(256)", "2 vectors in Chroma are not those of the catalog"),
    ],
)
def test_a_damaged_catalog(folder, statement, difference):
    """Every kind of damage has its line."""
    change_catalog(folder, statement)
    assert any(line.startswith(difference) for line in folder.check())


def test_two_passages_over_the_same_place(folder):
    """A document is covered once."""
    change_catalog(
        folder,
        'INSERT INTO passages (document, start, "end", text, headings, page, embedding_id) '
        "SELECT document, 2, 5, substr(text, 3, 3), headings, page, 'x' FROM passages WHERE number = 1",
    )
    assert "a.txt has two passages over 2" in folder.check()


def test_vectors_that_wait_for_chroma(folder):
    """The outbox of a killed sync is not empty."""
    with Catalog.open(folder.catalog_path) as catalog:
        catalog.reproject_all()
    assert "2 vectors wait to be written to Chroma" in folder.check()


def test_a_lost_vector_is_found_and_healed(folder):
    """The next sync makes the store anew."""
    vectors = opened(folder)
    vectors.delete(vectors.ids()[:1])
    close(folder, vectors)
    assert "1 vectors are not in Chroma" in folder.check()
    folder.sync()
    assert folder.check() == []


def test_a_stale_vector_is_found_and_healed(folder):
    """A vector of a text that is gone would be found for ever."""
    vectors = opened(folder)
    vectors.add(["0" * 64], FakeEmbedding().embed(["gone"]))
    close(folder, vectors)
    assert folder.check() == ["1 vectors in Chroma belong to nothing"]
    folder.sync()
    assert folder.check() == []


def test_a_wrong_vector_is_found_and_healed(folder):
    """Right ids are not enough."""
    vectors = opened(folder)
    name = vectors.ids()[0]
    vectors.delete([name])
    vectors.add([name], FakeEmbedding().embed(["something else"]))
    close(folder, vectors)
    assert "1 vectors in Chroma are not those of the catalog" in folder.check()
    folder.sync()
    assert folder.check() == []


def test_a_missing_store(folder):
    """Deleting it is allowed, and is a difference until the next sync."""
    shutil.rmtree(folder.home / "chroma")
    assert folder.check() == ["the vectors in Chroma are missing, damaged or of another model"]
