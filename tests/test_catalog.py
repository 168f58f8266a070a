"""The catalog on real SQLite: what goes in comes out, all or nothing, whatever happens in between."""

import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from index.catalog import Catalog, FileRecord
from index.database import Database
from index.document import Document, Markup, Page, Passage
from index.errors import IndexBusy, IndexDamaged, IndexMissing, IndexProblem, UnreadableDocument
from index.rows import embedding_id
from index.schema import refuse_lacking_sqlite

MODEL = "model-1"
ROOT = Path(__file__).parents[1]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "home" / "catalog.sqlite3"


@pytest.fixture
def catalog(path):
    with Catalog.open(path) as opened:
        opened.set_model(MODEL)
        yield opened


def record(path: str, sha256: str = "0" * 64, **changes) -> FileRecord:
    return FileRecord(path, size=1, mtime_ns=1, sha256=sha256, **changes)


def cut(document: Document) -> list[Passage]:
    """One passage a line, without its line break."""
    passages, start = [], 0
    for line in document.text.split("\n"):
        end = start + len(line)
        if line:
            passages.append(Passage(document.id, document.label, document.sha256, start, end, line))
        start = end + 1
    return passages


def vector(name: str) -> np.ndarray:
    return np.frombuffer(bytes.fromhex(name), np.uint8).astype(np.float32)


def put(catalog: Catalog, path: str, *lines: str, title: str | None = None, embed: bool = True) -> list[Passage]:
    """Index one file of one document with a passage for each line, as a sync would."""
    document = Document(path, "\n".join(lines), title)
    passages = cut(document)
    if embed:
        embed_all(catalog, passages)
    catalog.replace(record(path), [(document, passages)])
    return passages


def embed_all(catalog: Catalog, passages: list[Passage], model: str = MODEL) -> None:
    names = catalog.unembedded(model, {embedding_id(passage) for passage in passages})
    catalog.add_embeddings(model, {name: vector(name) for name in names})


def project(catalog: Catalog, chroma: dict[str, np.ndarray], limit: int = 1000) -> None:
    """What a projector does with Chroma."""
    pending = catalog.pending_projection(limit)
    for each in pending:
        if each.vector is None:
            chroma.pop(each.embedding_id, None)
        else:
            chroma[each.embedding_id] = each.vector
    catalog.mark_projected(pending)


def texts_found(catalog: Catalog, question: str) -> list[str]:
    with catalog.snapshot():
        numbers = [number for number, _ in catalog.keyword_search(question, 100)]
        passages = catalog.passages(numbers)
    return [passages[number].text for number in numbers]


# What goes in comes out

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=texts, title=st.none() | texts, headings=st.lists(texts, max_size=3), name=texts)
def test_documents_and_passages_come_back_equal(catalog, text, title, headings, name):
    """Whatever the text holds, NUL and line separators included, it comes back character by character."""
    document = Document(f"folder/rows.jsonl#{name}", text, title, Markup.MARKDOWN, (Page(3, 0, len(text)),))
    end = len(text)
    passage = Passage(document.id, document.label, document.sha256, 0, end, text, tuple(headings), 3, document.markup)
    catalog.replace(record("folder/rows.jsonl"), [(document, [passage])])
    assert catalog.document(document.id) == document
    places = catalog.passages_of([embedding_id(passage)])
    assert list(catalog.passages(places[embedding_id(passage)]).values()) == [passage]


def test_unknown_things_are_none_or_left_out(catalog):
    """Asking for what is not there is no error."""
    assert catalog.document("nowhere.md") is None
    assert catalog.passages([1, 2]) == {}
    assert catalog.passages_of(["0" * 64]) == {}
    assert catalog.keyword_search("anything", 10) == []
    assert catalog.vectors(MODEL)[0] == []
    assert catalog.embeddings_in_use(MODEL) == set()


def test_documents_are_listed_in_the_order_of_their_ids(catalog):
    """A listing can be read in pages, and shows labels and how many passages there are."""
    put(catalog, "b.md", "one", "two", title="Bees")
    put(catalog, "a.md", "one")
    put(catalog, "c.md", "one")
    listed = catalog.documents()
    assert [(each.id, each.title, each.passages) for each in listed] == [
        ("a.md", "a", 1),
        ("b.md", "Bees", 2),
        ("c.md", "c", 1),
    ]
    assert catalog.documents(limit=1, offset=1) == listed[1:2]


def test_documents_are_listed_by_id_and_by_file(catalog):
    """As much as is asked for, and nothing for what is not there."""
    rows = [Document(f"b.jsonl#{row}", "text") for row in ("2", "10")]
    catalog.replace(record("b.jsonl"), [(row, []) for row in rows])
    paged = Document("a.pdf", "text", pages=(Page(1, 0, 2), Page(2, 2, 4)))
    catalog.replace(record("a.pdf"), [(paged, [])])
    assert catalog.document_ids() == ["a.pdf", "b.jsonl#10", "b.jsonl#2"]
    assert catalog.summaries(["b.jsonl#2", "x.md", "a.pdf"]) == [catalog.documents()[0], catalog.documents()[2]]
    assert [each.id for each in catalog.documents_of("b.jsonl")] == ["b.jsonl#10", "b.jsonl#2"]
    assert [(each.file, each.pages) for each in catalog.documents()] == [("a.pdf", 2), *[("b.jsonl", 0)] * 2]
    assert catalog.summaries([]) == catalog.documents_of("x.md") == []


def test_counts_tell_files_failures_documents_and_passages(catalog):
    """Failures are counted among the files."""
    put(catalog, "a.md", "one", "two")
    catalog.fail(record("b.pdf", failure="it is encrypted"))
    counts = catalog.counts
    assert (counts.files, counts.failures, counts.documents, counts.passages) == (2, 1, 1, 2)


# Superseding


def test_a_replaced_version_is_gone(catalog):
    """Old passages are found neither by word, nor by text, nor by number, and numbers are not used again."""
    (old,) = put(catalog, "a.md", "the heron stands")
    (number,) = catalog.passages_of([embedding_id(old)])[embedding_id(old)]
    put(catalog, "a.md", "the stork stands")
    assert texts_found(catalog, "heron") == []
    assert texts_found(catalog, "stork") == ["the stork stands"]
    assert catalog.passages_of([embedding_id(old)]) == {}
    assert catalog.passages([number]) == {}


def test_numbers_are_not_used_again_even_when_nothing_is_left(catalog):
    """A number found before a removal never means another passage after it."""
    (old,) = put(catalog, "a.md", "heron")
    (number,) = catalog.passages_of([embedding_id(old)])[embedding_id(old)]
    catalog.remove("a.md")
    put(catalog, "b.md", "stork")
    assert catalog.passages([number]) == {}


def test_a_failure_keeps_the_old_version_serving(catalog):
    """The failing file's reason is recorded, its last good documents are still found."""
    put(catalog, "a.pdf", "the heron stands")
    change = catalog.change
    catalog.fail(record("a.pdf", "f" * 64, failure="it is encrypted"))
    assert catalog.files()["a.pdf"].failure == "it is encrypted"
    assert texts_found(catalog, "heron") == ["the heron stands"]
    assert catalog.change == change


def test_a_good_version_ends_a_failure(catalog):
    """After a replace the file's record is the new one."""
    catalog.fail(record("a.pdf", failure="it is encrypted"))
    put(catalog, "a.pdf", "the heron stands")
    assert catalog.files() == {"a.pdf": record("a.pdf")}


def test_touching_changes_only_the_record(catalog):
    """A file with another time but the same bytes changes nothing that can be found."""
    put(catalog, "a.md", "heron")
    change = catalog.change
    seen = FileRecord("a.md", size=5, mtime_ns=99, sha256="0" * 64)
    catalog.touch(seen)
    assert catalog.files() == {"a.md": seen}
    assert catalog.change == change
    assert texts_found(catalog, "heron") == ["heron"]


def test_a_second_document_of_the_same_id_is_refused_and_nothing_changes(catalog):
    """All of the failing replacement is undone: text, words, what Chroma is told, the change number."""
    put(catalog, "rows.jsonl", "heron")
    project(catalog, {})
    before = (catalog.change, catalog.files(), catalog.counts)
    twice = Document("rows.jsonl#1", "stork")
    with pytest.raises(UnreadableDocument, match="same id"):
        catalog.replace(record("rows.jsonl", "f" * 64), [(twice, cut(twice)), (twice, [])])
    assert (catalog.change, catalog.files(), catalog.counts) == before
    assert texts_found(catalog, "heron stork") == ["heron"]
    assert catalog.pending_projection(10) == []


@pytest.mark.parametrize("where", ["text", "id"])
def test_half_a_character_is_refused_in_words(catalog, where):
    """A lone surrogate cannot be stored; the reason can be shown."""
    document = Document("a.md", "broken \ud800") if where == "text" else Document("a\udcff.md", "sound")
    with pytest.raises(UnreadableDocument, match="half a character"):
        catalog.replace(record(document.id), [(document, cut(document))])
    assert catalog.counts.documents == 0


# Renaming and removing


def test_renaming_moves_ids_and_labels_and_embeds_nothing(catalog):
    """The new name is found in the title, the old one is not; Chroma is told nothing."""
    put(catalog, "notes/heron.md", "a bird")
    project(catalog, {})
    catalog.rename("notes/heron.md", record("archive/stork.md"))
    assert catalog.document("notes/heron.md") is None
    assert catalog.document("archive/stork.md").text == "a bird"
    assert texts_found(catalog, "stork") == ["a bird"]
    assert texts_found(catalog, "heron") == []
    assert list(catalog.files()) == ["archive/stork.md"]
    assert catalog.pending_projection(10) == []


def test_renaming_keeps_a_title_of_its_own(catalog):
    """A document that names itself keeps its name."""
    put(catalog, "a.md", "a bird", title="The heron")
    catalog.rename("a.md", record("b.md"))
    assert [each.title for each in catalog.documents()] == ["The heron"]
    assert texts_found(catalog, "heron") == ["a bird"]


def test_renaming_moves_every_row(catalog):
    """Rows keep the part of their id behind the path."""
    rows = [Document(f"old.jsonl#{name}", f"text {name}") for name in ("1", "old.jsonl", "\0")]
    catalog.replace(record("old.jsonl"), [(row, cut(row)) for row in rows])
    catalog.rename("old.jsonl", record("new.jsonl"))
    moved = {each.id for each in catalog.documents()}
    assert moved == {"new.jsonl#1", "new.jsonl#old.jsonl", "new.jsonl#\0"}


def test_renaming_onto_another_file_supersedes_it(catalog):
    """`mv a b` over an existing b leaves one file."""
    put(catalog, "a.md", "heron")
    put(catalog, "b.md", "stork")
    chroma: dict[str, np.ndarray] = {}
    project(catalog, chroma)
    catalog.rename("a.md", record("b.md"))
    project(catalog, chroma)
    assert texts_found(catalog, "heron stork") == ["heron"]
    assert list(catalog.files()) == ["b.md"]
    assert chroma.keys() == catalog.embeddings_in_use(MODEL)


def test_renaming_what_is_not_there_is_refused(catalog):
    """A caller that is wrong about the old path is told, and nothing is left half done."""
    put(catalog, "b.md", "stork")
    with pytest.raises(IndexProblem, match=r"a\.md is not in the index"):
        catalog.rename("a.md", record("b.md"))
    assert texts_found(catalog, "stork") == ["stork"]


def test_removing_forgets_everything_of_a_file(catalog):
    """Record, documents, passages and words; twice is once."""
    put(catalog, "a.md", "heron")
    catalog.remove("a.md")
    catalog.remove("a.md")
    assert catalog.files() == {}
    assert catalog.counts.passages == 0
    assert texts_found(catalog, "heron") == []


# Embeddings


def test_vectors_come_back_in_the_order_of_their_ids(catalog):
    """Exactly the embeddings in use, each row where its id is."""
    passages = put(catalog, "a.md", "heron", "stork", "crane")
    catalog.add_embeddings(MODEL, {"ff" * 32: vector("ff" * 32)})
    ids, matrix = catalog.vectors(MODEL)
    assert ids == sorted(embedding_id(passage) for passage in passages)
    assert np.array_equal(matrix, np.stack([vector(name) for name in ids]))
    assert catalog.embeddings_in_use(MODEL) == set(ids)


def test_the_vectors_of_some_passages_are_found_by_number(catalog):
    """A passage that the model has not embedded is left out."""
    passages = put(catalog, "a.md", "heron", "stork")
    names = [embedding_id(passage) for passage in passages]
    ((heron,), (stork,)) = (catalog.passages_of(names)[name] for name in names)
    assert np.array_equal(catalog.passage_vectors(MODEL, [stork])[stork], vector(names[1]))
    assert catalog.passage_vectors(MODEL, [heron, stork, 999]).keys() == {heron, stork}
    assert catalog.passage_vectors("model-2", [heron]) == {}


def test_embeddings_of_models_are_kept_apart(catalog):
    """What one model has embedded another has not."""
    (passage,) = put(catalog, "a.md", "heron")
    assert catalog.unembedded(MODEL, [embedding_id(passage)]) == set()
    assert catalog.unembedded("model-2", [embedding_id(passage)]) == {embedding_id(passage)}
    assert catalog.unembedded_passages(MODEL, 10) == []
    assert catalog.unembedded_passages("model-2", 10) == [passage]


def test_a_text_in_two_documents_is_embedded_once(catalog):
    """The passages to embed hold each text once, whatever the number of its places."""
    put(catalog, "a.md", "heron", embed=False)
    put(catalog, "b.md", "heron", embed=False)
    assert len(catalog.unembedded_passages(MODEL, 10)) == 1


def test_an_embedding_stays_as_it_was_first_added(catalog):
    """Adding again changes nothing, so that a repeated step is harmless."""
    (passage,) = put(catalog, "a.md", "heron")
    before = catalog.vectors(MODEL)[1].copy()
    catalog.add_embeddings(MODEL, {embedding_id(passage): before[0] + 1})
    assert np.array_equal(catalog.vectors(MODEL)[1], before)


def test_a_late_embedding_raises_the_change_number(catalog):
    """A cache of vectors would otherwise never see it."""
    passages = put(catalog, "a.md", "heron", embed=False)
    change = catalog.change
    embed_all(catalog, passages)
    assert catalog.change > change


def test_garbage_is_what_no_passage_uses(catalog):
    """Superseded texts lose their vectors, those that still stand somewhere keep them."""
    put(catalog, "a.md", "heron", "stork")
    put(catalog, "b.md", "heron")
    catalog.remove("a.md")
    assert catalog.collect_garbage() == 1
    assert catalog.collect_garbage() == 0
    assert len(catalog.vectors(MODEL)[0]) == 1


# What Chroma is told


def test_new_texts_are_upserted_and_lost_ones_deleted(catalog):
    """Between two versions only what differs is told."""
    chroma: dict[str, np.ndarray] = {}
    put(catalog, "a.md", "heron", "stork")
    project(catalog, chroma)
    assert chroma.keys() == catalog.embeddings_in_use(MODEL)
    old = set(chroma)
    put(catalog, "a.md", "heron", "crane")
    pending = catalog.pending_projection(10)
    assert sorted(each.vector is None for each in pending) == [False, True]
    project(catalog, chroma)
    assert len(old & chroma.keys()) == 1
    assert chroma.keys() == catalog.embeddings_in_use(MODEL)


def test_an_unchanged_text_is_not_told_again(catalog):
    """Replacing a file by the same passages leaves nothing to do."""
    put(catalog, "a.md", "heron")
    project(catalog, {})
    put(catalog, "a.md", "heron")
    assert catalog.pending_projection(10) == []


def test_a_text_in_two_files_stays_until_the_last_is_gone(catalog):
    """References are counted over all files."""
    chroma: dict[str, np.ndarray] = {}
    put(catalog, "a.md", "heron")
    put(catalog, "b.md", "heron")
    project(catalog, chroma)
    catalog.remove("a.md")
    assert catalog.pending_projection(10) == []
    catalog.remove("b.md")
    project(catalog, chroma)
    assert chroma == {}


def test_what_has_changed_again_meanwhile_stays_pending(catalog):
    """Marking an upsert as done does not lose the deletion that was asked for while it was under way."""
    put(catalog, "a.md", "heron")
    under_way = catalog.pending_projection(10)
    catalog.remove("a.md")
    catalog.mark_projected(under_way)
    (pending,) = catalog.pending_projection(10)
    assert pending.vector is None


def test_a_text_without_an_embedding_waits_for_it(catalog):
    """It is neither told nor forgotten."""
    passages = put(catalog, "a.md", "heron", embed=False)
    assert catalog.pending_projection(10) == []
    embed_all(catalog, passages)
    assert [each.embedding_id for each in catalog.pending_projection(10)] == [embedding_id(passages[0])]


def test_another_model_makes_everything_pending(catalog):
    """All of it as soon as it is embedded again; the same model nothing."""
    passages = put(catalog, "a.md", "heron", "stork")
    project(catalog, {})
    catalog.set_model(MODEL)
    assert catalog.pending_projection(10) == []
    catalog.set_model("model-2")
    assert catalog.pending_projection(10) == []
    embed_all(catalog, passages, "model-2")
    assert len(catalog.pending_projection(10)) == 2
    assert catalog.model() == "model-2"


def test_a_rebuild_is_told_everything_and_no_deletion(catalog):
    """A new store has nothing to delete."""
    put(catalog, "a.md", "heron", "stork")
    project(catalog, {})
    catalog.remove("a.md")
    put(catalog, "b.md", "crane")
    under_way = catalog.pending_projection(10)
    catalog.reproject_all()
    pending = catalog.pending_projection(10)
    assert {each.embedding_id for each in pending} == catalog.embeddings_in_use(MODEL)
    assert all(each.vector is not None for each in pending)
    catalog.mark_projected(under_way)
    assert len(catalog.pending_projection(10)) == len(pending)


class AnyHistory(RuleBasedStateMachine):
    """Files come, change, move and go in any order; now and then Chroma is told some of it."""

    PATHS: ClassVar = st.sampled_from(["a.md", "b.md", "c.md"])
    LINES: ClassVar = st.lists(st.sampled_from(["heron", "stork", "crane", "egret"]), max_size=4, unique=True)

    @initialize()
    def start(self):
        self.folder = tempfile.TemporaryDirectory()
        self.catalog = Catalog.open(Path(self.folder.name) / "catalog.sqlite3")
        self.catalog.set_model(MODEL)
        self.chroma: dict[str, np.ndarray] = {}
        self.files: dict[str, list[str]] = {}

    @rule(path=PATHS, lines=LINES)
    def replace(self, path, lines):
        put(self.catalog, path, *lines)
        self.files[path] = lines

    @rule(path=PATHS)
    def remove(self, path):
        self.catalog.remove(path)
        self.files.pop(path, None)

    @rule(old=PATHS, new=PATHS)
    def rename(self, old, new):
        if old in self.files:
            self.catalog.rename(old, record(new))
            self.files[new] = self.files.pop(old)

    @rule(old=PATHS, lines=LINES)
    def fail_in_the_middle(self, old, lines):
        with suppress(ZeroDivisionError), self.catalog.batch():
            put(self.catalog, old, *lines)
            self.catalog.remove("b.md")
            raise ZeroDivisionError

    @rule(limit=st.integers(1, 3))
    def tell_chroma(self, limit):
        project(self.catalog, self.chroma, limit)

    @rule()
    def collect_garbage(self):
        self.catalog.collect_garbage()

    @invariant()
    def words_are_those_of_the_files(self):
        for word in ("heron", "stork", "crane", "egret"):
            holders = sum(word in lines for lines in self.files.values())
            assert len(self.catalog.keyword_search(word, 100)) == holders

    @invariant()
    def chroma_can_be_made_equal(self):
        told = dict(self.chroma)
        for each in self.catalog.pending_projection(100):
            if each.vector is None:
                told.pop(each.embedding_id, None)
            else:
                told[each.embedding_id] = each.vector
        lines = {line for lines in self.files.values() for line in lines}
        assert told.keys() == {hashlib.sha256(line.encode()).hexdigest() for line in lines}
        assert told.keys() == self.catalog.embeddings_in_use(MODEL)

    @invariant()
    def documents_are_those_of_the_files(self):
        assert {each.id for each in self.catalog.documents()} == self.files.keys()
        assert self.catalog.files().keys() == self.files.keys()

    def teardown(self):
        if hasattr(self, "catalog"):
            self.catalog.close()
            self.folder.cleanup()


TestAnyHistory = AnyHistory.TestCase
TestAnyHistory.settings = settings(max_examples=40, stateful_step_count=15)


# Transactions and threads


def test_a_batch_is_committed_together_or_not_at_all(catalog):
    """An error that leaves the block undoes what came before it."""
    put(catalog, "a.md", "heron")
    with suppress(ZeroDivisionError), catalog.batch():
        put(catalog, "a.md", "stork")
        put(catalog, "b.md", "crane")
        raise ZeroDivisionError
    assert texts_found(catalog, "heron stork crane") == ["heron"]


def test_one_failure_that_is_caught_leaves_the_rest_of_a_batch(catalog):
    """The failing operation is undone alone."""
    twice = Document("b.jsonl#1", "stork")
    with catalog.batch():
        put(catalog, "a.md", "heron")
        with pytest.raises(UnreadableDocument):
            catalog.replace(record("b.jsonl"), [(twice, cut(twice)), (twice, [])])
        catalog.fail(record("b.jsonl", failure="two rows have one id"))
    assert [each.id for each in catalog.documents()] == ["a.md"]
    assert catalog.files()["b.jsonl"].failure == "two rows have one id"


def test_reading_waits_for_no_writer(catalog):
    """While a batch is open other threads read what was committed; the writing one reads what it wrote."""
    put(catalog, "a.md", "heron")
    with catalog.batch():
        put(catalog, "a.md", "stork")
        assert in_another_thread(lambda: texts_found(catalog, "heron stork")) == ["heron"]
        assert texts_found(catalog, "heron stork") == ["stork"]
    assert in_another_thread(lambda: texts_found(catalog, "heron stork")) == ["stork"]


def test_a_snapshot_sees_one_version(catalog):
    """What is committed meanwhile appears only after the block."""
    put(catalog, "a.md", "heron")
    with catalog.snapshot():
        before = catalog.change
        in_another_thread(lambda: put(catalog, "a.md", "stork"))
        assert catalog.change == before
        with catalog.snapshot():
            assert texts_found(catalog, "heron stork") == ["heron"]
    assert texts_found(catalog, "heron stork") == ["stork"]


def test_many_threads_ask_while_one_writes(catalog):
    """Every answer is of one version, whole; nobody gets an error."""
    put(catalog, "a.md", "heron 0", "heron 0")
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            first, second = texts_found(catalog, "heron")
            assert first == second

    with ThreadPoolExecutor(4) as pool:
        askers = [pool.submit(ask) for _ in range(4)]
        for version in range(60):
            put(catalog, "a.md", f"heron {version}", f"heron {version}", embed=False)
        done.set()
        for asker in askers:
            asker.result()


def in_another_thread(question):
    answers = []
    thread = threading.Thread(target=lambda: answers.append(question()))
    thread.start()
    thread.join(timeout=60)
    assert answers, "the other thread waited"
    return answers[0]


# Opening, and what can be wrong with a file


def test_a_new_catalog_is_empty_and_made_with_no_model(path):
    """Opening creates file and folder, nothing else."""
    with Catalog.open(path) as catalog:
        assert catalog.model() is None
        assert catalog.files() == {}
        assert catalog.change == 0


def test_what_was_committed_is_there_after_reopening(path):
    """Nothing lives in memory only."""
    with Catalog.open(path) as catalog:
        put(catalog, "a.md", "heron")
        change = catalog.change
    with Catalog.open(path) as catalog:
        assert texts_found(catalog, "heron") == ["heron"]
        assert catalog.change == change


def test_a_reader_works_beside_a_writer(path, catalog):
    """A second opening that only reads sees each commit, and cannot write."""
    with Catalog.open(path, read_only=True) as reader:
        put(catalog, "a.md", "heron")
        assert texts_found(reader, "heron") == ["heron"]
        with pytest.raises(IndexProblem, match="reading only"):
            reader.remove("a.md")


def test_reading_what_is_not_there_says_so(path):
    """No index is not a damaged one, and asking makes no file."""
    with pytest.raises(IndexMissing, match="no index"):
        Catalog.open(path, read_only=True)
    assert not path.exists()


def test_an_empty_file_is_no_index_yet(path):
    """A writer that was killed before its first commit leaves this."""
    path.parent.mkdir()
    path.touch()
    with pytest.raises(IndexMissing):
        Catalog.open(path, read_only=True)
    with Catalog.open(path) as catalog:
        assert catalog.counts.files == 0


@pytest.mark.parametrize("read_only", [True, False])
def test_a_file_that_is_no_database_is_damaged(path, read_only):
    """One line names the file and what to do."""
    path.parent.mkdir()
    path.write_text("This is not a database. " * 100)
    with pytest.raises(IndexDamaged, match=r"catalog\.sqlite3 is damaged .* delete it") as raised:
        Catalog.open(path, read_only=read_only)
    assert "\n" not in str(raised.value)


def test_a_database_of_another_program_is_not_touched(path):
    """Somebody's own SQLite file is refused as it is."""
    path.parent.mkdir()
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE theirs (x)")
    other.close()
    with pytest.raises(IndexDamaged, match="another program"):
        Catalog.open(path)


def test_a_newer_layout_is_refused(path):
    """An old program does not guess at a new file."""
    Catalog.open(path).close()
    with sqlite3.connect(path) as newer:
        newer.execute("PRAGMA user_version = 99")
    newer.close()
    with pytest.raises(IndexDamaged, match="newer Footnote"):
        Catalog.open(path)


def test_damage_found_later_is_named_too(path):
    """Pages overwritten behind our back raise IndexDamaged, not SQLite's own error."""
    with Catalog.open(path) as catalog:
        for number in range(50):
            put(catalog, f"{number}.md", *(f"heron {number} {line}" for line in range(20)), embed=False)
    content = bytearray(path.read_bytes())
    content[8192:] = b"\xa5" * (len(content) - 8192)
    path.write_bytes(content)
    with Catalog.open(path) as catalog, pytest.raises(IndexDamaged):
        catalog.passages(range(1000))


def test_a_full_disk_is_said_and_nothing_is_lost(path):
    """The transaction rolls back; what was there is still served, and smaller things can still be written."""
    with Catalog.open(path) as catalog:
        put(catalog, "a.md", "heron")
    database = Database(path)
    with database.writing() as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + 4}")
    with Catalog(database) as catalog:
        with pytest.raises(IndexProblem, match="disk is full"):
            put(catalog, "a.md", *(f"stork {number}" for number in range(2000)), embed=False)
        assert texts_found(catalog, "heron stork") == ["heron"]
        catalog.remove("a.md")
        assert catalog.counts.passages == 0


def test_a_full_disk_in_a_batch_loses_the_batch_and_says_so(path):
    """Even where the error is caught inside, half a batch is not passed off as a whole one."""
    with Catalog.open(path) as catalog:
        put(catalog, "a.md", "heron")
    database = Database(path)
    with database.writing() as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + 4}")
    with Catalog(database) as catalog:
        with pytest.raises(IndexProblem, match="cannot be used"):
            write_a_batch_that_does_not_fit(catalog)
        assert texts_found(catalog, "heron crane stork") == ["heron"]


def write_a_batch_that_does_not_fit(catalog: Catalog) -> None:
    with catalog.batch():
        put(catalog, "a.md", "crane", embed=False)
        with pytest.raises(IndexProblem, match="disk is full"):
            put(catalog, "b.md", *(f"stork {number}" for number in range(2000)), embed=False)


def test_another_writing_process_is_named(path, catalog, monkeypatch):
    """Whoever writes without owning the index is told that somebody else is at it."""
    monkeypatch.setattr("index.database._BUSY_TIMEOUT_S", 0.01)
    with Catalog.open(path) as intruder, catalog.batch():
        catalog.touch(record("a.md"))
        with pytest.raises(IndexBusy, match="another process is writing"):
            intruder.touch(record("b.md"))


def test_a_closed_catalog_says_so(path):
    """At shutdown a late question gets words, and closing twice is harmless."""
    catalog = Catalog.open(path)
    catalog.close()
    catalog.close()
    for late in (lambda: catalog.change, lambda: catalog.remove("a.md"), lambda: catalog.stems("heron")):
        with pytest.raises(IndexProblem, match="closed"):
            late()


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    """A file where the folder should be is said in words."""
    (tmp_path / "home").touch()
    with pytest.raises(IndexProblem, match="home"):
        Catalog.open(tmp_path / "home" / "catalog.sqlite3")


def test_an_old_or_poor_sqlite_is_refused_at_the_start():
    """What Python's SQLite lacks is said by name."""
    with pytest.raises(IndexProblem, match=r"3\.34\.1; Footnote needs 3\.37\.0"):
        refuse_lacking_sqlite((3, 34, 1), {"fts5"})
    with pytest.raises(IndexProblem, match="FTS5"):
        refuse_lacking_sqlite((3, 40, 0), {"json_each"})
    refuse_lacking_sqlite((3, 40, 0), {"fts5"})


WRITER = """
import sys
from pathlib import Path
from index.catalog import Catalog, FileRecord
from index.document import Document, Passage
catalog = Catalog.open(Path(sys.argv[1]))
def put(path, text):
    document = Document(path, text)
    passage = Passage(document.id, document.label, document.sha256, 0, len(text), text)
    catalog.replace(FileRecord(path, 1, 1, "0"), [(document, [passage])])
put("a.md", "heron")
with catalog.batch():
    put("a.md", "stork")
    put("b.md", "crane")
    print("ready", flush=True)
    sys.stdin.read()
"""


def test_a_killed_writer_leaves_the_last_commit(path):
    """After `kill -9` in the middle of a batch the version before it is served, whole."""
    arguments = [sys.executable, "-c", WRITER, str(path)]
    with subprocess.Popen(arguments, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout.readline() == b"ready\n"
        with Catalog.open(path, read_only=True) as beside:
            assert texts_found(beside, "heron stork crane") == ["heron"]
        os.kill(writer.pid, signal.SIGKILL)
    with Catalog.open(path) as catalog:
        assert texts_found(catalog, "heron stork crane") == ["heron"]
        put(catalog, "a.md", "stork")
        assert texts_found(catalog, "heron stork crane") == ["stork"]
