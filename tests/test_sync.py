"""Sync on a real folder, real SQLite and real Chroma, with a fake embedding."""

import os
import shutil
import subprocess
import sys
import time

import numpy as np
import pytest

from index.catalog import Catalog
from index.errors import DocumentsMissing, EmbeddingFailed
from index.exact import ExactVectors
from index.projection import Projection
from index.sync import EMBEDDED_AT_ONCE, Report
from index.vectors import ChromaVectors
from tests.fakes import FakeEmbedding
from tests.indexed_folder import IndexedFolder


@pytest.fixture
def folder(tmp_path):
    return IndexedFolder(tmp_path)


def texts_served(folder: IndexedFolder) -> dict[str, str]:
    with Catalog.open(folder.catalog_path, read_only=True) as catalog:
        return {summary.id: catalog.document(summary.id).text for summary in catalog.documents()}


def model_of(folder: IndexedFolder) -> str | None:
    with Catalog.open(folder.catalog_path, read_only=True) as catalog:
        return catalog.model()


def test_first_sync_adds_everything(folder):
    """Files at any depth become documents named by their path."""
    folder.write("a.txt", "Alpha comes first.")
    folder.write("deep/er/b.md", "# Beta\n\nBeta comes second.")
    assert folder.sync() == Report(added=2, changed=0, renamed=0, removed=0, unchanged=0, failed=())
    assert texts_served(folder) == {
        "a.txt": "Alpha comes first.",
        "deep/er/b.md": "# Beta\n\nBeta comes second.",
    }
    assert folder.check() == []


def test_second_sync_has_nothing_to_do(folder):
    """Unchanged files are counted, not embedded again."""
    folder.write("a.txt", "Alpha comes first.")
    folder.sync()
    assert folder.newly_embedded() == []
    assert folder.sync().line() == "0 added, 0 changed, 0 removed, 1 unchanged, 0 failed"


def test_unchanged_files_are_not_opened(folder, monkeypatch):
    """A stat is all that an old unchanged file costs."""
    folder.write("a.txt", "Alpha comes first.")
    settle(monkeypatch)
    folder.sync()
    monkeypatch.setattr("hashlib.file_digest", refuse)
    assert folder.sync().unchanged == 1


def settle(monkeypatch) -> None:
    """Let the program think that a minute has passed since files were written."""
    now = time.time_ns
    monkeypatch.setattr("time.time_ns", lambda: now() + 60 * 10**9)


def refuse(*arguments: object) -> None:
    raise AssertionError("the file was opened")


def test_an_edit_within_the_granularity_of_dates_is_seen(folder, monkeypatch):
    """A file of equal size and equal dates may still be another if it was read when it was just written."""
    place = folder.write("a.txt", "Alpha comes first.")
    before = folder.folder.list()
    folder.sync()
    place.write_text("Gamma comes first.", encoding="utf-8")
    monkeypatch.setattr("index.folder.Folder.list", lambda self: before)
    assert folder.sync().changed == 1
    assert texts_served(folder) == {"a.txt": "Gamma comes first."}


def test_a_copy_with_an_old_date_is_seen(folder, monkeypatch):
    """Size and date of the content equal those before; the date of the copying does not."""
    place = folder.write("a.txt", "Alpha comes first.")
    settle(monkeypatch)
    folder.sync()
    status = place.stat()
    place.write_text("Gamma comes first.", encoding="utf-8")
    os.utime(place, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert folder.sync().changed == 1


def test_a_changed_file_supersedes_its_passages(folder):
    """Only the paragraph that is new is embedded."""
    long = "This sentence fills the passage. " * 60
    folder.write("a.txt", f"{long}\n\nThe end is near.")
    folder.sync()
    folder.write("a.txt", f"{long}\n\nThe end is far.")
    assert len(folder.newly_embedded()) == 1
    assert texts_served(folder)["a.txt"].endswith("The end is far.")
    assert folder.check() == []


def test_a_changed_file_is_reported(folder):
    """The line says what happened."""
    folder.write("a.txt", "Alpha comes first.")
    folder.sync()
    folder.write("a.txt", "Alpha comes last.")
    assert folder.sync().line() == "0 added, 1 changed, 0 removed, 0 unchanged, 0 failed"


def test_a_touched_file_is_unchanged(folder):
    """New dates alone are neither a change nor opened a second time."""
    place = folder.write("a.txt", "Alpha comes first.")
    folder.sync()
    os.utime(place, (1, 1))
    assert folder.sync().line() == "0 added, 0 changed, 0 removed, 1 unchanged, 0 failed"


def test_a_removed_file_is_forgotten(folder):
    """Its documents, vectors and keywords go."""
    folder.write("a.txt", "Alpha comes first.")
    folder.write("b.txt", "Beta comes second.")
    folder.sync()
    (folder.documents / "a.txt").unlink()
    assert folder.sync().line() == "0 added, 0 changed, 1 removed, 1 unchanged, 0 failed"
    assert list(texts_served(folder)) == ["b.txt"]
    assert folder.check() == []


def test_a_renamed_file_is_not_embedded_again(folder):
    """Documents get their new ids; nothing is added or removed."""
    place = folder.write("a.txt", "Alpha comes first.")
    folder.sync()
    (folder.documents / "deep").mkdir()
    place.rename(folder.documents / "deep" / "z.txt")
    before = len(folder.embedding.embedded)
    assert folder.sync().line() == "0 added, 0 changed, 1 renamed, 0 removed, 0 unchanged, 0 failed"
    assert len(folder.embedding.embedded) == before
    assert list(texts_served(folder)) == ["deep/z.txt"]
    assert folder.check() == []


def test_a_file_renamed_to_another_kind_is_read_anew(folder):
    """The suffix decides how a file is read."""
    place = folder.write("a.txt", "# Alpha\n\nAlpha comes first.")
    folder.sync()
    place.rename(place.with_suffix(".md"))
    assert folder.sync().line() == "1 added, 0 changed, 1 removed, 0 unchanged, 0 failed"
    assert folder.check() == []


def test_of_equal_files_each_is_a_document(folder):
    """Equal contents share embeddings, not fates."""
    folder.write("a.txt", "Alpha comes first.")
    folder.write("b.txt", "Alpha comes first.")
    folder.sync()
    (folder.documents / "a.txt").unlink()
    folder.sync()
    assert list(texts_served(folder)) == ["b.txt"]
    assert folder.check() == []


def test_a_file_that_cannot_be_read_is_named_and_the_others_continue(folder):
    """The report carries path and reason."""
    folder.write("a.txt", "Alpha comes first.")
    folder.write("b.txt", "")
    report = folder.sync()
    assert report.line() == "1 added, 0 changed, 0 removed, 0 unchanged, 1 failed"
    assert report.failed == (("b.txt", "is empty"),)


def test_a_failed_file_is_named_again_without_being_read_again(folder, monkeypatch):
    """The same bytes would fail in the same way."""
    folder.write("b.txt", "")
    folder.sync()
    monkeypatch.setattr("index.readers.Reader.read", refuse)
    assert folder.sync().failed == (("b.txt", "is empty"),)


def test_a_file_that_became_unreadable_keeps_its_older_version(folder):
    """Until it can be read again, the last good version serves."""
    folder.write("a.txt", "Alpha comes first.")
    folder.sync()
    folder.write("a.txt", "")
    assert folder.sync().failed == (("a.txt", "is empty"),)
    assert texts_served(folder) == {"a.txt": "Alpha comes first."}
    folder.write("a.txt", "Alpha is back.")
    assert folder.sync().changed == 1
    assert texts_served(folder) == {"a.txt": "Alpha is back."}


def test_a_file_that_cannot_be_opened_keeps_its_older_version(folder, monkeypatch):
    """Whatever the system says about it is the reason; later it is tried again."""
    place = folder.write("a.txt", "Alpha comes first.")
    folder.sync()
    os.utime(place, (1, 1))
    with monkeypatch.context() as patch:
        patch.setattr("hashlib.file_digest", deny)
        assert folder.sync().failed == (("a.txt", "cannot be opened (permission denied)"),)
    assert list(texts_served(folder)) == ["a.txt"]
    assert folder.sync().failed == ()
    assert folder.check() == []


def deny(*arguments: object) -> None:
    raise PermissionError(13, "Permission denied")


def test_a_missing_folder_is_not_an_empty_one(folder):
    """When the folder is gone, nothing is removed."""
    folder.write("a.txt", "Alpha comes first.")
    folder.sync()
    folder.documents.rename(folder.documents.with_name("elsewhere"))
    with pytest.raises(DocumentsMissing, match="cannot be listed: no such file or directory"):
        folder.sync()
    assert list(texts_served(folder)) == ["a.txt"]


def test_an_empty_folder_is_reported_as_such(folder):
    """It is legal, and most often a mistake."""
    assert folder.sync().line().endswith("0 failed (the folder holds no documents)")
    assert folder.check() == []


def test_a_folder_below_that_cannot_be_listed_keeps_its_documents(folder, monkeypatch):
    """It is named as failed; what was in it goes on serving."""
    folder.write("below/a.txt", "Alpha comes first.")
    folder.sync()
    scandir = os.scandir

    def scandir_but(place):
        return deny() if str(place).endswith("below") else scandir(place)

    monkeypatch.setattr("os.scandir", scandir_but)
    assert folder.sync().failed == (("below", "cannot be listed (permission denied)"),)
    assert list(texts_served(folder)) == ["below/a.txt"]


def test_rows_of_a_jsonl_file_are_documents(folder):
    """A row that goes is gone; the rows that stay are not embedded again."""
    first, second = ('{"id": "1", "text": "Alpha comes first."}', '{"id": "2", "text": "Beta comes second."}')
    folder.write("rows.jsonl", f"{first}\n{second}\n")
    folder.sync()
    folder.write("rows.jsonl", f"{second}\n")
    assert folder.newly_embedded() == []
    assert list(texts_served(folder)) == ["rows.jsonl#2"]
    assert folder.check() == []


def test_more_texts_than_are_embedded_at_once(folder):
    """Large files are embedded in parts, small ones together; each text once."""
    rows = [f'{{"id": "{row}", "text": "Row {row} speaks."}}' for row in range(2 * EMBEDDED_AT_ONCE + 7)]
    folder.write("rows.jsonl", "\n".join(rows))
    for number in range(5):
        folder.write(f"{number}.txt", f"File {number} speaks.")
    assert len(set(folder.newly_embedded())) == len(folder.embedding.embedded) == len(rows) + 5
    assert folder.check() == []


class FailingEmbedding(FakeEmbedding):
    """Fails after a number of calls."""

    def __init__(self, calls: int, identity: str = "fake-1") -> None:
        super().__init__(identity)
        self.calls = calls

    def embed(self, texts):
        self.calls -= 1
        if self.calls < 0:
            raise EmbeddingFailed("the model is away")
        return super().embed(texts)


def test_when_embedding_fails_the_older_version_serves(folder):
    """The change is made by the first sync whose embedding works."""
    folder.write("a.txt", "Alpha comes first.")
    folder.sync()
    folder.write("a.txt", "Alpha comes last.")
    folder.embedding = FailingEmbedding(0)
    with pytest.raises(EmbeddingFailed):
        folder.sync()
    assert texts_served(folder) == {"a.txt": "Alpha comes first."}
    folder.embedding = FakeEmbedding()
    assert folder.sync().changed == 1
    assert folder.check() == []


def test_what_was_embedded_before_a_failure_is_kept(folder):
    """The next sync embeds only the rest."""
    rows = [f'{{"id": "{row}", "text": "Row {row} speaks."}}' for row in range(EMBEDDED_AT_ONCE + 10)]
    folder.write("rows.jsonl", "\n".join(rows))
    folder.embedding = FailingEmbedding(1)
    with pytest.raises(EmbeddingFailed):
        folder.sync()
    folder.embedding = FakeEmbedding()
    assert len(folder.newly_embedded()) == 10


def test_vectors_that_are_no_numbers_are_refused(folder, monkeypatch):
    """A model that gives nonsense must not poison the index."""
    folder.write("a.txt", "Alpha comes first.")
    monkeypatch.setattr(FakeEmbedding, "embed", lambda self, texts: np.full((len(texts), 64), np.nan, np.float32))
    with pytest.raises(EmbeddingFailed, match="no usable vectors"):
        folder.sync()


def test_another_model_embeds_everything_again_without_reading(folder, monkeypatch):
    """The catalog's passages are enough, and all vectors are the new model's."""
    folder.write("a.txt", "Alpha comes first.")
    folder.write("b.txt", "Beta comes second.")
    settle(monkeypatch)
    folder.sync()
    folder.embedding = FakeEmbedding("other-2")
    monkeypatch.setattr("index.readers.Reader.read", refuse)
    assert sorted(folder.newly_embedded()) == ["Alpha comes first.", "Beta comes second."]
    assert folder.check() == []


def test_while_another_model_embeds_no_vector_is_found(folder):
    """Vectors of two models are never mixed: a failure half-way leaves the keywords."""
    folder.write("a.txt", "Alpha comes first.")
    folder.sync()
    folder.embedding = FailingEmbedding(0, "other-2")
    vectors = ChromaVectors(folder.home / "chroma", serving=True)
    with Catalog.open(folder.catalog_path) as catalog:
        Projection(catalog, vectors, "fake-1").run()
        assert vectors.available
        with pytest.raises(EmbeddingFailed):
            folder.made_with(catalog, Projection(catalog, vectors, "other-2")).run()
        assert not vectors.available
        assert ExactVectors(catalog, "other-2").search(np.ones(64, np.float32), 10) == []
        assert catalog.keyword_search("alpha", 10)
    assert model_of(folder) == "fake-1"
    folder.embedding = FakeEmbedding("other-2")
    folder.sync()
    assert folder.check() == []


def test_better_readers_read_every_file_again(folder):
    """Unchanged files count as unchanged all the same, and unchanged texts are not embedded again."""
    folder.write("a.txt", "Alpha comes first.")
    folder.sync()
    with Catalog.open(folder.catalog_path) as catalog:
        record = catalog.files()["a.txt"]
        catalog.replace(record, [])  # what a poorer reader made of it
    folder.reading_version = 2
    assert folder.sync().line() == "0 added, 0 changed, 0 removed, 1 unchanged, 0 failed"
    assert list(texts_served(folder)) == ["a.txt"]
    assert folder.check() == []


def test_embeddings_of_texts_that_are_gone_are_dropped(folder):
    """The catalog does not grow for ever."""
    folder.write("a.txt", "Alpha comes first.")
    folder.sync()
    folder.write("a.txt", "Alpha comes last.")
    folder.sync()
    folder.write("a.txt", "Alpha comes first.")
    assert folder.newly_embedded() == ["Alpha comes first."]


def test_progress_grows_to_the_end(folder):
    """Listeners see the share that is done, never going back."""
    for number in range(600):
        folder.write(f"{number}.txt", f"File {number} speaks.")
    seen = []
    folder.sync(seen.append)
    percents = [progress.percent for progress in seen]
    assert percents == sorted(percents)
    assert len(set(percents)) > 2
    assert percents[-1] == 100


def test_progress_is_told_from_the_start_and_all_along_one_large_file(folder):
    """Before anything is embedded the listener knows that there is work; then it hears of each step."""
    rows = [f'{{"id": "{row}", "text": "Row {row} speaks."}}' for row in range(3 * EMBEDDED_AT_ONCE)]
    folder.write("rows.jsonl", "\n".join(rows))
    heard = []
    folder.sync(lambda progress: heard.append((progress.percent, len(folder.embedding.embedded))))
    assert heard[:4] == [(0, 0), *((100 * n // 3, n * EMBEDDED_AT_ONCE) for n in (1, 2, 3))]


def test_long_texts_make_short_steps(folder, monkeypatch):
    """A step is so much work, however many texts that are: whoever waits sees it move."""
    monkeypatch.setattr("index.sync.EMBEDDED_CHARACTERS", 1000)
    for number in range(6):
        folder.write(f"{number}.txt", f"File {number} speaks at some length. " * 12)
    heard = []
    folder.sync(lambda progress: heard.append(len(folder.embedding.embedded)))
    assert heard == [0, 2, 4, 6, 6]


def test_without_work_there_is_no_progress(folder):
    """Whoever waits sees no bar for looking at an unchanged folder."""
    folder.write("a.txt", "Alpha comes first.")
    folder.sync()
    heard = []
    folder.sync(heard.append)
    assert heard == []


def test_a_deleted_vector_store_is_made_again_without_embedding(folder):
    """The catalog is the truth."""
    folder.write("a.txt", "Alpha comes first.")
    folder.sync()
    shutil.rmtree(folder.home / "chroma")
    assert folder.newly_embedded() == []
    assert folder.check() == []


def test_nothing_to_do_does_not_import_chroma(folder):
    """A process that asks one question has no seconds for it."""
    folder.write("a.txt", "Alpha comes first.")
    folder.sync()
    code = (
        "import sys; from pathlib import Path; from tests.indexed_folder import IndexedFolder; "
        "report = IndexedFolder(Path(sys.argv[1])).sync(); print(report.unchanged, 'chromadb' in sys.modules)"
    )
    child = subprocess.run([sys.executable, "-c", code, str(folder.documents.parent)], capture_output=True, text=True)
    assert child.stdout == "1 False\n", child.stderr
