"""The tables of the catalog and the version of their layout."""

import sqlite3
from collections.abc import Collection
from pathlib import Path

from index.errors import IndexDamaged, IndexProblem
from index.keywords import TOKENIZER

VERSION = 1
_APPLICATION = 0x466F6F74  # "Foot" in the file's header tells a catalog from any other SQLite file
_OLDEST_SQLITE = (3, 37, 0)  # STRICT tables
TITLE_WEIGHT = 2.0  # of label and headings, in BM25; between 1 and 3 it matters little

# Numbers of passages are never used twice (AUTOINCREMENT): one that was found and then superseded is gone, it
# does not become another. Pages and headings are only ever read whole, so they are JSON.
#
# `outbox` names the embeddings whose entry in Chroma may differ from the catalog, and the change that made it
# so.
#
# `keywords` holds one row a passage under the passage's number, with its own copy of the words: FTS5 then
# forgets exactly what it was told, even if the rules by which the words are made have changed since.
_TABLES = f"""
CREATE TABLE meta (
    change INTEGER NOT NULL,
    model TEXT
) STRICT;
INSERT INTO meta VALUES (0, NULL);

CREATE TABLE files (
    path TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    failure TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE documents (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    file TEXT NOT NULL REFERENCES files ON UPDATE CASCADE,
    title TEXT,
    text TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    markup TEXT NOT NULL,
    pages TEXT NOT NULL,
    change INTEGER NOT NULL
) STRICT;
CREATE INDEX documents_by_file ON documents (file);

CREATE TABLE passages (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    text TEXT NOT NULL,
    headings TEXT NOT NULL,
    page INTEGER,
    embedding_id TEXT NOT NULL,
    UNIQUE (document, start, "end")
) STRICT;
CREATE INDEX passages_by_embedding ON passages (embedding_id);
CREATE VIEW passages_with_documents AS
    SELECT passages.number, documents.id AS document, documents.title, documents.sha256, start, "end",
           passages.text, headings, page, markup, embedding_id, file
    FROM passages JOIN documents ON documents.number = passages.document;

CREATE TABLE embeddings (
    model TEXT NOT NULL,
    embedding_id TEXT NOT NULL,
    vector BLOB NOT NULL,
    UNIQUE (model, embedding_id)
) STRICT;
CREATE VIEW embeddings_in_use AS
    SELECT model, embedding_id, vector FROM embeddings
    WHERE EXISTS (SELECT 1 FROM passages WHERE passages.embedding_id = embeddings.embedding_id);

CREATE TABLE outbox (
    embedding_id TEXT PRIMARY KEY,
    change INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE keywords USING fts5 (title, text, tokenize = "{TOKENIZER}");
INSERT INTO keywords (keywords, rank) VALUES ('rank', 'bm25({TITLE_WEIGHT}, 1.0)');
CREATE VIRTUAL TABLE vocabulary USING fts5vocab (keywords, row);

PRAGMA application_id = {_APPLICATION};
PRAGMA user_version = {VERSION};
"""  # noqa: S608 - made of constants


def refuse_lacking_sqlite(version: tuple[int, ...], modules: Collection[str]) -> None:
    """Say at the start what Python's SQLite lacks, not in the middle of an index."""
    if version < _OLDEST_SQLITE:
        found, needed = (".".join(map(str, numbers)) for numbers in (version, _OLDEST_SQLITE))
        raise IndexProblem(f"Python's SQLite is {found}; Footnote needs {needed} or newer")
    if "fts5" not in modules:
        raise IndexProblem("Python's SQLite is built without full-text search (FTS5), which Footnote needs")


def is_empty(connection: sqlite3.Connection) -> bool:
    """Whether the file is new: nobody has made a table in it yet."""
    row = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    return bool(row[0] == 0)


def create(connection: sqlite3.Connection) -> None:
    """Make the tables of an empty file, inside the caller's transaction."""
    for statement in _TABLES.split(";\n"):
        connection.execute(statement)


def verify(connection: sqlite3.Connection, path: Path) -> None:
    """Raise IndexDamaged unless the file is a catalog that this version of Footnote understands."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application != _APPLICATION:
        raise IndexDamaged(f"{path} is a database of another program")
    if version > VERSION:
        raise IndexDamaged(f"{path} was written by a newer Footnote (layout {version}, this one knows {VERSION})")
