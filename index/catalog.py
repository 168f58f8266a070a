"""The catalog: the system of record of documents, passages, embeddings and keywords, in one SQLite file."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection
from types import TracebackType
from typing import Self

from index import schema
from index.database import Database
from index.document import Document, Passage
from index.document_summary import DocumentSummary
from index.embedding_table import EmbeddingTable, Vector
from index.errors import IndexMissing, IndexProblem
from index.keyword_index import KeywordIndex
from index.outbox import Outbox, Pending, raise_change
from index.rows import document_of, document_row, embedding_id, keyword_title, label_of, passage_of, passage_row
from index.selection import Restriction, Selection


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What was last seen of a file below the documents folder; `path` is relative, with forward slashes.

    `sha256` is of its bytes, empty when they could not be read. `failure` says why it is no document, or no
    longer.
    """

    path: str
    size: int
    mtime_ns: int
    sha256: str
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How much the catalog holds; `failures` of the files could not be read when last seen."""

    files: int
    failures: int
    documents: int
    passages: int


class Catalog:
    """Files, their documents and passages, the passages' embeddings and keywords.

    Every method that writes is one transaction, on disk when it returns; if it raises, nothing has changed.
    Any thread may read, and never waits for writing; one thread at a time writes, in one process at a time
    (see `index.ownership`). All methods raise IndexProblem: IndexDamaged for a broken file, IndexBusy when
    another process is writing, UnreadableDocument for what cannot be stored, and a plain line when the disk
    is full.

    Embeddings belong to texts, not to passages: their id is `embedding_id(passage)`, so a text that stands in
    two documents, or in a file that was renamed, is embedded once. What Chroma has to be told of a change is
    recorded in the same transaction as the change; see `pending_projection`.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._keywords = KeywordIndex(database)
        self._embeddings = EmbeddingTable(database)
        self._outbox = Outbox(database)

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> Self:
        """Open the catalog at `path`, creating file and folders unless `read_only`.

        Reading works beside a process that writes. Raises IndexMissing when there is nothing to read,
        IndexDamaged when the file is no catalog or a newer version's.
        """
        if read_only and not path.exists():
            raise IndexMissing(f"there is no index in {path.parent} yet")
        if not read_only:
            _make_folder(path.parent)
        database = Database(path, read_only=read_only)
        try:
            _prepare(database, path, read_only)
        except BaseException:
            database.close()
            raise
        return cls(database)

    def close(self) -> None:
        """Close the file for all threads; whatever is asked afterwards raises IndexProblem."""
        self._database.close()
        self._keywords.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Inside the block this thread reads one version, whatever is committed meanwhile.

        Without it, what one call has found may be superseded before the next. Keep the block short.
        """
        with self._database.snapshot():
            yield

    # What is in the folder

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Commit all that is written inside the block at once: many small files then cost one fsync together.

        An error that leaves the block undoes all of it. Questions do not wait, but other writing threads do,
        so neither read files nor embed inside.
        """
        with self._database.transaction():
            yield

    @property
    def change(self) -> int:
        """Raised by every committed change of what can be found: the key of any cache over the catalog."""
        with self._database.reading() as connection:
            change: int = connection.execute("SELECT change FROM meta").fetchone()[0]
        return change

    def files(self) -> dict[str, FileRecord]:
        """What was last seen of each file, by path."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT path, size, mtime_ns, sha256, failure FROM files ORDER BY path"
            ).fetchall()
        return {row[0]: FileRecord(*row) for row in rows}

    def replace(self, file: FileRecord, documents: Sequence[tuple[Document, Sequence[Passage]]]) -> None:
        """Supersede all documents of `file` by these, with their passages.

        Add the passages' embeddings before, else they can be found by keywords only until they are added.
        Raises UnreadableDocument when a document has the id of another.
        """
        with self._database.writing() as connection:
            change = raise_change(connection)
            new = [embedding_id(passage) for _, passages in documents for passage in passages]
            with self._outbox.recording(connection, change, _texts_of(connection, file.path).union(new)):
                self._delete_documents(connection, file.path)
                _put_file(connection, file)
                self._insert_documents(connection, change, file.path, documents)

    def fail(self, file: FileRecord) -> None:
        """Record that the file cannot be read (`failure` says why); its older documents keep serving."""
        self.touch(file)

    def touch(self, file: FileRecord) -> None:
        """Record what was seen of a file whose documents have not changed."""
        with self._database.writing() as connection:
            _put_file(connection, file)

    def rename(self, old_path: str, file: FileRecord) -> None:
        """Give the documents of `old_path` the ids that follow from `file.path`; nothing is embedded again.

        Only for a file that is read the same way under both names. What the new path held before is
        superseded.
        """
        with self._database.writing() as connection:
            if file.path != old_path:
                self.remove(file.path)
            moved = connection.execute("UPDATE files SET path = ? WHERE path = ?", (file.path, old_path))
            if not moved.rowcount:
                raise IndexProblem(f"{old_path} is not in the index")
            _put_file(connection, file)
            self._rename_documents(connection, raise_change(connection), old_path, file.path)

    def remove(self, path: str) -> None:
        """Forget a file and its documents; harmless if it is not known."""
        with self._database.writing() as connection:
            change = raise_change(connection)
            with self._outbox.recording(connection, change, _texts_of(connection, path)):
                self._delete_documents(connection, path)
                connection.execute("DELETE FROM files WHERE path = ?", (path,))

    # Documents and passages

    def document(self, document_id: str) -> Document | None:
        """The version that is being served, equal to the one that was given; None if there is none."""
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT id, text, title, markup, pages FROM documents WHERE id = ?", (document_id,)
            ).fetchone()
        return None if row is None else document_of(row)

    def documents(self, limit: int | None = None, offset: int = 0) -> list[DocumentSummary]:
        """Documents in the order of their ids."""
        return self._summaries("ORDER BY id LIMIT ? OFFSET ?", -1 if limit is None else limit, offset)

    def document_ids(self) -> list[str]:
        """The ids of all documents, in their order (which is that of Python, too); no text is read for them."""
        with self._database.reading() as connection:
            return [id for (id,) in connection.execute("SELECT id FROM documents ORDER BY id")]

    def summaries(self, ids: Iterable[str]) -> list[DocumentSummary]:
        """The documents of these ids, in the order of ids; those that are not there are left out."""
        return self._summaries("WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id", json.dumps(list(ids)))

    def documents_of(self, file: str) -> list[DocumentSummary]:
        """The documents in the file of that path, in the order of their ids."""
        return self._summaries("WHERE file = ? ORDER BY id", file)

    def _summaries(self, which: str, *values: str | int) -> list[DocumentSummary]:
        with self._database.reading() as connection:
            rows = connection.execute(
                f"""
                SELECT id, title, file, documents.sha256,
                       (SELECT count(*) FROM passages WHERE document = documents.number), change, mtime_ns,
                       json_array_length(pages)
                FROM documents JOIN files ON path = file {which}
                """,  # noqa: S608 - made of constants
                values,
            ).fetchall()
        return [DocumentSummary(name, label_of(name, title), *rest) for name, title, *rest in rows]

    @property
    def counts(self) -> Counts:
        """How many files, documents and passages there are."""
        with self._database.reading() as connection:
            row = connection.execute(
                """
                SELECT (SELECT count(*) FROM files), (SELECT count(failure) FROM files),
                       (SELECT count(*) FROM documents), (SELECT count(*) FROM passages)
                """
            ).fetchone()
        return Counts(*row)

    def passages(self, numbers: Iterable[int]) -> dict[int, Passage]:
        """The passages of these numbers; those that have been superseded are left out."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT * FROM passages_with_documents WHERE number IN (SELECT value FROM json_each(?))",
                (json.dumps(list(numbers)),),
            ).fetchall()
        return {number: passage_of(row) for number, *row in rows}

    def passage_numbers(self) -> list[int]:
        """The numbers of all passages that are served."""
        with self._database.reading() as connection:
            return [number for (number,) in connection.execute("SELECT number FROM passages ORDER BY number")]

    def selection(self, restriction: Restriction) -> Selection:
        """The passages of the documents that `restriction` allows; it is asked about every document there is."""
        with self._database.reading() as connection:
            documents = connection.execute("SELECT number, id FROM documents").fetchall()
            return self._keywords.selection(connection, [number for number, id in documents if restriction.allows(id)])

    def texts_of(self, numbers: Iterable[int]) -> list[str]:
        """The embedding ids of the passages of these numbers, each once, in order."""
        with self._database.reading() as connection:
            rows = connection.execute(
                """
                SELECT DISTINCT embedding_id FROM json_each(?) AS wanted
                CROSS JOIN passages ON number = wanted.value ORDER BY embedding_id
                """,
                (json.dumps(list(numbers)),),
            ).fetchall()
        return [name for (name,) in rows]

    def passages_of(self, embedding_ids: Iterable[str]) -> dict[str, list[int]]:
        """The numbers of the passages with these texts, by document and place; unused texts are left out."""
        with self._database.reading() as connection:
            rows = connection.execute(
                """
                SELECT embedding_id, number FROM passages_with_documents
                WHERE embedding_id IN (SELECT value FROM json_each(?)) ORDER BY document, start
                """,
                (json.dumps(list(embedding_ids)),),
            ).fetchall()
        found: dict[str, list[int]] = {}
        for name, number in rows:
            found.setdefault(name, []).append(number)
        return found

    # Embeddings

    def model(self) -> str | None:
        """The identity of the model that the index is made with; None before the first."""
        with self._database.reading() as connection:
            model: str | None = connection.execute("SELECT model FROM meta").fetchone()[0]
        return model

    def set_model(self, model: str) -> None:
        """From now on the index is made with `model`; where that is another one, all of Chroma is pending."""
        with self._database.writing() as connection:
            changed = connection.execute("UPDATE meta SET model = ? WHERE model IS NOT ?", (model, model)).rowcount
            if changed:
                self._outbox.request_all(connection, raise_change(connection))

    def unembedded(self, model: str, embedding_ids: Collection[str]) -> set[str]:
        """Those of the texts that `model` has not embedded yet."""
        return self._embeddings.missing(model, embedding_ids)

    def unembedded_passages(self, model: str, limit: int) -> list[Passage]:
        """Passages being served whose text `model` has not embedded yet, one for each text."""
        with self._database.reading() as connection:
            rows = connection.execute(
                """
                SELECT * FROM passages_with_documents AS passages WHERE NOT EXISTS (
                    SELECT 1 FROM embeddings
                    WHERE model = ? AND embeddings.embedding_id = passages.embedding_id
                )
                GROUP BY embedding_id ORDER BY number LIMIT ?
                """,
                (model, limit),
            ).fetchall()
        return [passage_of(row) for _, *row in rows]

    def add_embeddings(self, model: str, vectors: Mapping[str, Vector]) -> None:
        """Keep vectors by embedding id; those that are there already stay as they are."""
        self._embeddings.add(model, vectors)

    def vectors(self, model: str) -> tuple[list[str], Vector]:
        """The embeddings in use: their ids, in order, and one row for each (0 x 0 if there are none)."""
        return self._embeddings.vectors(model)

    def text_vectors(self, model: str, embedding_ids: Iterable[str]) -> tuple[list[str], Vector]:
        """The vectors of texts, as `vectors` gives them; texts that `model` has not embedded are left out."""
        return self._embeddings.of_texts(model, embedding_ids)

    def passage_vectors(self, model: str, numbers: Iterable[int]) -> dict[int, Vector]:
        """The vectors of passages by number; passages that `model` has not embedded are left out."""
        return self._embeddings.of_passages(model, numbers)

    def embeddings_in_use(self, model: str) -> set[str]:
        """What Chroma should hold when nothing is pending."""
        return self._embeddings.in_use(model)

    def collect_garbage(self) -> int:
        """Drop embeddings that no passage uses, and say how many; not when `replace` is about to use them."""
        return self._embeddings.collect_garbage()

    # Keeping Chroma equal

    def pending_projection(self, limit: int) -> list[Pending]:
        """What Chroma has to be told next; texts that the current model has not embedded yet have to wait."""
        return self._outbox.pending(limit)

    def mark_projected(self, done: Iterable[Pending]) -> None:
        """Forget what Chroma has been told, except what has been asked for again in the meantime."""
        self._outbox.forget(done)

    def reproject_all(self) -> None:
        """Make all of Chroma pending, and nothing else: it is about to be rebuilt from nothing."""
        self._outbox.restart()

    # Keywords

    def keyword_search(self, question: str, limit: int) -> list[tuple[int, float]]:
        """Passage numbers with their BM25 score (above 0), best first. Any text is a question."""
        return self._keywords.search(question, limit)

    def keyword_search_within(self, question: str, limit: int, selection: Selection) -> list[tuple[int, float]]:
        """The same in an index of the selected passages alone, inside the snapshot that `selection` is from."""
        return self._keywords.search_within(question, limit, selection)

    def keyword_texts(self) -> dict[int, str]:
        """All that the keyword index holds: for each passage number the text as it was indexed."""
        return self._keywords.texts()

    def stems(self, text: str) -> list[str]:
        """The words of a text, in order, as the keyword index knows them: lower case, no accents, stemmed."""
        return self._keywords.stems(text)

    def document_frequencies(self, stems: Collection[str]) -> tuple[dict[str, int], int]:
        """In how many passages each of the `stems` stands, and how many passages there are."""
        return self._keywords.frequencies(stems)

    # Writing documents

    def _delete_documents(self, connection: Connection, file: str) -> None:
        self._keywords.remove_documents_of(connection, file)
        connection.execute("DELETE FROM documents WHERE file = ?", (file,))

    def _insert_documents(
        self,
        connection: Connection,
        change: int,
        file: str,
        documents: Sequence[tuple[Document, Sequence[Passage]]],
    ) -> None:
        numbered = list(enumerate(documents, _next_number(connection, "documents")))
        connection.executemany(
            "INSERT INTO documents (number, file, change, id, title, text, sha256, markup, pages) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            ((number, file, change, *document_row(document)) for number, (document, _) in numbered),
        )
        owned = ((number, passage) for number, (_, passages) in numbered for passage in passages)
        self._insert_passages(connection, list(enumerate(owned, _next_number(connection, "passages"))))

    def _insert_passages(self, connection: Connection, numbered: Sequence[tuple[int, tuple[int, Passage]]]) -> None:
        connection.executemany(
            'INSERT INTO passages (number, document, start, "end", text, headings, page, embedding_id) '
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            ((number, document, *passage_row(passage)) for number, (document, passage) in numbered),
        )
        self._keywords.add(
            connection,
            (
                (number, keyword_title(passage.title, passage.headings), passage.text)
                for number, (_, passage) in numbered
            ),
        )

    def _rename_documents(self, connection: Connection, change: int, old_path: str, new_path: str) -> None:
        """Ids follow the path, and so do the labels of documents without a title of their own."""
        rows = connection.execute("SELECT number, id FROM documents WHERE file = ?", (new_path,)).fetchall()
        connection.executemany(
            "UPDATE documents SET id = ?, change = ? WHERE number = ?",
            ((new_path + name.removeprefix(old_path), change, number) for number, name in rows),
        )
        untitled = connection.execute(
            "SELECT number, document, headings FROM passages_with_documents WHERE file = ? AND title IS NULL",
            (new_path,),
        ).fetchall()
        self._keywords.retitle(
            connection,
            {number: keyword_title(label_of(name, None), json.loads(headings)) for number, name, headings in untitled},
        )


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise IndexProblem(f"{folder} cannot be made: {error.strerror}") from error


def _prepare(database: Database, path: Path, read_only: bool) -> None:
    """Make the tables of a new file, recognise those of an old one."""
    with database.reading() as connection:
        modules = {name for (name,) in connection.execute("SELECT name FROM pragma_module_list")}
        schema.refuse_lacking_sqlite(sqlite3.sqlite_version_info, modules)
        empty = schema.is_empty(connection)
    if empty and read_only:
        raise IndexMissing(f"there is no index in {path.parent} yet")
    if empty:
        with database.writing() as connection:
            schema.create(connection)
    with database.reading() as connection:
        schema.verify(connection, path)


def _put_file(connection: Connection, file: FileRecord) -> None:
    connection.execute(
        """
        INSERT INTO files (path, size, mtime_ns, sha256, failure) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (path) DO UPDATE SET
            (size, mtime_ns, sha256, failure)
            = (excluded.size, excluded.mtime_ns, excluded.sha256, excluded.failure)
        """,
        (file.path, file.size, file.mtime_ns, file.sha256, file.failure),
    )


def _next_number(connection: Connection, table: str) -> int:
    """One more than any that was ever used; asking once is much faster than once a row."""
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
    return row[0] + 1 if row else 1


def _texts_of(connection: Connection, file: str) -> set[str]:
    rows = connection.execute("SELECT embedding_id FROM passages_with_documents WHERE file = ?", (file,))
    return {name for (name,) in rows}
