"""The vector store on real Chroma: searching, stopping in every way, and being thrown away."""

import errno
import os
import shutil
import subprocess
import sys
import threading

import numpy as np
import pytest

from index.errors import IndexProblem, VectorsDamaged
from index.vectors import DEAD_AT_LEAST, ChromaVectors, Store

MODEL = "model-1"


def unit_vectors(count: int, seed: int = 0) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(count, 16)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def ids(count: int) -> list[str]:
    return [f"{number:064x}" for number in range(count)]


def filled(folder, count: int = 200, **options) -> ChromaVectors:
    vectors = ChromaVectors(folder, **options)
    vectors.begin(MODEL)
    vectors.add(ids(count), unit_vectors(count))
    vectors.switch()
    return vectors


def left_open(folder, count: int = 200) -> None:
    """A store whose process was killed: nothing has noted that it was closed."""
    filled(folder, count).abandon()


def attached(folder, count: int = 200) -> ChromaVectors | None:
    vectors = ChromaVectors(folder)
    return vectors if vectors.attach(MODEL, unit_vectors(count)[::10]) else None


def segment_files(folder, name: str):
    return list(folder.rglob(name))


def test_search_finds_the_nearest_with_their_cosine_similarity(tmp_path):
    """Similarity is the cosine, best first, as computed by hand."""
    vectors = filled(tmp_path)
    question = unit_vectors(1, seed=7)[0]
    cosines = unit_vectors(200) @ question
    best = np.argsort(-cosines)[:5]
    found = vectors.search(question, 5)
    assert [id for id, _ in found] == [ids(200)[place] for place in best]
    assert [score for _, score in found] == pytest.approx(cosines[best].tolist(), abs=1e-5)


def test_search_for_more_than_there_are_finds_all(tmp_path):
    """A limit above the number of vectors is no error."""
    assert len(filled(tmp_path, 7).search(unit_vectors(1)[0], 100)) == 7


def test_search_of_an_empty_store_finds_nothing(tmp_path):
    """The first question may come before the first document."""
    assert filled(tmp_path, 0).search(unit_vectors(1)[0], 10) == []


def test_without_a_store_nothing_is_available(tmp_path):
    """Before any store is open searches find nothing and say so, and writing is refused."""
    vectors = ChromaVectors(tmp_path)
    assert not vectors.available
    assert vectors.search(unit_vectors(1)[0], 10) == []
    with pytest.raises(VectorsDamaged, match="not open"):
        vectors.add(ids(1), unit_vectors(1))


def test_an_id_that_is_there_keeps_its_vector(tmp_path):
    """Adding twice, as after a crash, changes nothing."""
    vectors = filled(tmp_path, 3)
    vectors.add(ids(3), unit_vectors(3, seed=9))
    assert vectors.search(unit_vectors(3)[1], 1)[0] == (ids(3)[1], pytest.approx(1, abs=1e-5))
    assert sorted(vectors.ids()) == ids(3)


def test_deleted_ids_are_gone_and_deleting_them_again_is_harmless(tmp_path):
    """Deleting is repeatable, also of ids that never were."""
    vectors = filled(tmp_path, 3)
    for _ in range(2):
        vectors.delete([*ids(3)[:2], "never"])
    assert vectors.ids() == ids(3)[2:]


def test_more_vectors_than_chroma_takes_at_once(tmp_path):
    """Chroma refuses 5,462 in one call; callers need not know."""
    assert len(filled(tmp_path, 6000).ids()) == 6000


def test_searches_beside_a_writer(tmp_path):
    """Any thread may search while one writes; every search finds what was there before."""
    vectors = filled(tmp_path, serving=True)
    problems: list[object] = []

    def search() -> None:
        for place in range(100):
            found = vectors.search(unit_vectors(200)[place], 1)
            if not found or found[0][0] != ids(200)[place]:
                problems.append((place, found))

    searchers = [threading.Thread(target=search) for _ in range(3)]
    for searcher in searchers:
        searcher.start()
    vectors.add([f"new {number}" for number in range(500)], unit_vectors(500, seed=3))
    for searcher in searchers:
        searcher.join()
    assert problems == []


def test_searches_never_notice_a_switch(tmp_path):
    """While generations are replaced under them, searches go on finding."""
    vectors = filled(tmp_path)
    stop = threading.Event()
    misses: list[object] = []

    def search() -> None:
        while not stop.is_set():
            if not vectors.search(unit_vectors(200)[0], 1):
                misses.append("nothing found")

    searcher = threading.Thread(target=search)
    searcher.start()
    for _ in range(3):
        vectors.begin(MODEL)
        vectors.add(ids(200), unit_vectors(200))
        vectors.switch()
    stop.set()
    searcher.join()
    assert misses == []


def test_a_search_that_a_switch_overtakes_is_done_again(tmp_path, monkeypatch):
    """Its store was closed under its feet; the new one answers, and stays."""
    vectors = filled(tmp_path)
    search = Store.search

    def overtaken(store: Store, vector: np.ndarray, limit: int) -> list[tuple[str, float]]:
        monkeypatch.setattr(Store, "search", search)
        vectors.begin(MODEL)
        vectors.add(ids(3), unit_vectors(3))
        vectors.switch()
        return search(store, vector, limit)

    monkeypatch.setattr(Store, "search", overtaken)
    assert len(vectors.search(unit_vectors(1)[0], 10)) == 3
    assert vectors.available


def test_a_store_that_fails_a_search_is_not_searched_again(tmp_path, monkeypatch):
    """The question goes by keywords; the next sync sees to the store."""
    vectors = filled(tmp_path)

    def fail(*arguments: object) -> None:
        raise VectorsDamaged("broken")

    monkeypatch.setattr(Store, "search", fail)
    assert vectors.search(unit_vectors(1)[0], 10) == []
    assert not vectors.available


def test_a_closed_store_opens_again_with_all_it_held(tmp_path):
    """Closing and attaching lose nothing, and need no look by a child process."""
    filled(tmp_path).close(change=5)
    vectors = ChromaVectors(tmp_path)
    assert vectors.is_at_rest(MODEL, 5)
    assert vectors.attach(MODEL, unit_vectors(1))
    assert sorted(vectors.ids()) == ids(200)


def test_an_open_store_is_not_at_rest(tmp_path):
    """What a killed process leaves behind is told from what was closed."""
    left_open(tmp_path)
    assert not ChromaVectors(tmp_path).is_at_rest(MODEL, 0)


def test_a_store_that_was_only_left_open_is_sound(tmp_path):
    """The child process finds nothing wrong, so nothing has to be rebuilt."""
    left_open(tmp_path)
    vectors = attached(tmp_path)
    assert vectors is not None
    assert sorted(vectors.ids()) == ids(200)


def test_a_store_of_another_model_is_not_attached(tmp_path):
    """Vectors of two models are never mixed."""
    filled(tmp_path).close(change=1)
    assert not ChromaVectors(tmp_path).attach("model-2", unit_vectors(1))


def test_a_store_of_another_configuration_is_not_attached(tmp_path, monkeypatch):
    """Chroma would silently keep the configuration the store was made with."""
    with monkeypatch.context() as patch:
        patch.setattr("index.vectors.CONFIGURATION", {"space": "l2", "ef_search": 200})
        filled(tmp_path).close(change=1)
    with pytest.raises(VectorsDamaged, match="another configuration"):
        ChromaVectors(tmp_path).attach(MODEL, unit_vectors(1))


@pytest.mark.parametrize("torn", ["header.bin", "link_lists.bin", "data_level0.bin", "index_metadata.pickle"])
def test_a_torn_file_is_noticed_before_it_is_opened(tmp_path, torn):
    """Opening one of these would kill this process; the child process dies or complains instead."""
    left_open(tmp_path, 1500)
    (file,) = segment_files(tmp_path, torn)
    file.write_bytes(bytes(file.stat().st_size))
    assert attached(tmp_path, 1500) is None


@pytest.mark.parametrize("write", ["add", "delete"])
def test_a_store_whose_writer_died_is_not_trusted(tmp_path, monkeypatch, write):
    """It may be torn where no probe looks: upper layers that are gone cost recall, not an error."""
    vectors = filled(tmp_path)

    def die(*arguments: object) -> None:
        raise SystemExit

    monkeypatch.setattr(Store, write, die)
    with pytest.raises(SystemExit):
        vectors.add(ids(1), unit_vectors(1)) if write == "add" else vectors.delete(ids(1))
    vectors.abandon()
    assert attached(tmp_path) is None


def test_a_missing_segment_is_noticed(tmp_path):
    """Chroma itself would count all vectors and find only those it has not written to the segment yet."""
    left_open(tmp_path, 1500)
    shutil.rmtree(segment_files(tmp_path, "header.bin")[0].parent)
    assert attached(tmp_path, 1500) is None


def test_files_changed_since_the_close_are_looked_at_first(tmp_path):
    """A clean close is only as good as the files it left."""
    filled(tmp_path, 1500).close(change=1)
    (file,) = segment_files(tmp_path, "data_level0.bin")
    file.write_bytes(file.read_bytes()[:1000])
    assert not ChromaVectors(tmp_path).is_at_rest(MODEL, 1)
    assert attached(tmp_path, 1500) is None


def test_a_deleted_folder_is_as_if_there_never_was_one(tmp_path):
    """After it is deleted a new generation is made in its place."""
    folder = tmp_path / "chroma"
    filled(folder).close(change=1)
    shutil.rmtree(folder)
    assert attached(folder) is None
    assert len(filled(folder).ids()) == 200


def test_a_folder_deleted_while_it_is_open_is_noticed(tmp_path):
    """The open store goes on answering, but is not intact; closing it writes no note about what is gone."""
    folder = tmp_path / "chroma"
    vectors = filled(folder)
    assert vectors.is_intact()
    shutil.rmtree(folder)
    assert not vectors.is_intact()
    vectors.close(change=1)
    assert not folder.exists()


def test_generations_without_a_pointer_are_swept_away(tmp_path):
    """What a killed rebuild left behind does not stay."""
    vectors = filled(tmp_path)
    vectors.begin(MODEL)
    vectors.add(ids(5), unit_vectors(5))
    vectors.abandon()
    assert attached(tmp_path) is not None
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["1"]


def test_many_deletions_make_a_store_wasteful(tmp_path):
    """Deleted vectors keep their room, and that is remembered when the store is opened again."""
    vectors = filled(tmp_path, 2 * DEAD_AT_LEAST)
    vectors.delete(ids(DEAD_AT_LEAST))
    assert not vectors.is_wasteful()
    vectors.abandon()
    again = ChromaVectors(tmp_path)
    assert again.attach(MODEL, unit_vectors(2 * DEAD_AT_LEAST)[-5:])
    again.delete(ids(DEAD_AT_LEAST + 1)[-1:])
    assert again.is_wasteful()


def test_a_file_in_the_way_is_named(tmp_path):
    """Whoever put it there reads where it is; nothing is written."""
    (tmp_path / "chroma").write_text("in the way")
    with pytest.raises(IndexProblem, match=r"cannot be kept in \S+/chroma: not a directory$"):
        ChromaVectors(tmp_path / "chroma").begin(MODEL)


def test_a_full_disk_is_named_and_leaves_the_store_as_it_was(tmp_path, monkeypatch):
    """The pointer cannot be written, so nothing may be written into the store either."""
    vectors = filled(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.write_text", full)
        with pytest.raises(IndexProblem, match=r"no space left on device$"):
            vectors.delete(ids(1))
    assert vectors.is_intact()
    assert len(vectors.ids()) == 200


def full(*arguments: object, **options: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


IMPORT = """
from pathlib import Path
from index.vectors import Store
store = Store(Path("store"))
store.close()
import chromadb
print(chromadb.config.Settings().migrations, end="")
"""


@pytest.mark.parametrize("dotenv", [b"MIGRATIONS=bogus\nCHROMA_API_IMPL=chromadb.Bogus\n", b"\xff\xfe="])
def test_chroma_is_deaf_to_dotenv_and_environment(tmp_path, dotenv):
    """Neither a `.env` of the working folder nor common names of the environment reach Chroma's settings."""
    (tmp_path / ".env").write_bytes(dotenv)
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "ALLOW_RESET": "perhaps"}
    environ |= {"MIGRATIONS": "bogus", "IS_PERSISTENT": "no", "CHROMA_API_IMPL": "chromadb.Bogus"}
    child = subprocess.run([sys.executable, "-c", IMPORT], cwd=tmp_path, env=environ, capture_output=True, text=True)
    assert (child.stdout, child.returncode) == ("apply", 0), child.stderr
    assert (tmp_path / "store" / "chroma.sqlite3").exists()


def test_importing_the_module_does_not_import_chroma(tmp_path):
    """It costs seconds that a single question does not have."""
    check = "import sys, index.vectors; sys.exit('chromadb' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check]).returncode == 0
