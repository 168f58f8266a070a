"""The vectors of texts, by the model that made them and the id of the text."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from index.database import Database
from index.outbox import raise_change, texts_in_use

Vector = NDArray[np.float32]


class EmbeddingTable:
    """A table of the catalog; little-endian 32-bit floats."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def missing(self, model: str, embedding_ids: Collection[str]) -> set[str]:
        """Those of the texts that `model` has not embedded yet."""
        with self._database.reading() as connection:
            rows = connection.execute(
                """
                SELECT value FROM json_each(?) AS wanted WHERE NOT EXISTS (
                    SELECT 1 FROM embeddings WHERE model = ? AND embedding_id = wanted.value
                )
                """,
                (json.dumps(list(embedding_ids)), model),
            ).fetchall()
        return {name for (name,) in rows}

    def add(self, model: str, vectors: Mapping[str, Vector]) -> None:
        """Those that are there already stay as they are."""
        with self._database.writing() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO embeddings (model, embedding_id, vector) VALUES (?, ?, ?)",
                ((model, name, np.asarray(vector, "<f4").tobytes()) for name, vector in vectors.items()),
            )
            if texts_in_use(connection, vectors):
                raise_change(connection)

    def vectors(self, model: str) -> tuple[list[str], Vector]:
        """Those in use: their ids, in order, and one row for each (0 x 0 if there are none)."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT embedding_id, vector FROM embeddings_in_use WHERE model = ? ORDER BY embedding_id",
                (model,),
            ).fetchall()
        return _matrix(rows)

    def of_texts(self, model: str, embedding_ids: Iterable[str]) -> tuple[list[str], Vector]:
        """As `vectors`, of these texts alone; texts that `model` has not embedded are left out."""
        with self._database.reading() as connection:
            rows = connection.execute(
                """
                SELECT embedding_id, vector FROM json_each(?) AS wanted
                CROSS JOIN embeddings ON model = ? AND embedding_id = wanted.value ORDER BY embedding_id
                """,
                (json.dumps(list(embedding_ids)), model),
            ).fetchall()
        return _matrix(rows)

    def of_passages(self, model: str, numbers: Iterable[int]) -> dict[int, Vector]:
        """By number; passages that `model` has not embedded are left out."""
        with self._database.reading() as connection:
            rows = connection.execute(
                """
                SELECT number, vector FROM json_each(?) AS wanted
                CROSS JOIN passages ON number = wanted.value
                CROSS JOIN embeddings ON model = ? AND embeddings.embedding_id = passages.embedding_id
                """,  # CROSS keeps the order: SQLite would rather look at every embedding of the model
                (json.dumps(list(numbers)), model),
            ).fetchall()
        return {number: np.frombuffer(vector, "<f4") for number, vector in rows}

    def in_use(self, model: str) -> set[str]:
        """The ids of texts that stand in a passage."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT embedding_id FROM embeddings_in_use WHERE model = ?", (model,))
            return {name for (name,) in rows}

    def collect_garbage(self) -> int:
        """Drop those that no passage uses, and say how many."""
        with self._database.writing() as connection:
            return connection.execute(
                """
                DELETE FROM embeddings WHERE NOT EXISTS (
                    SELECT 1 FROM passages WHERE passages.embedding_id = embeddings.embedding_id
                )
                """
            ).rowcount


def _matrix(rows: Sequence[tuple[str, bytes]]) -> tuple[list[str], Vector]:
    if not rows:
        return [], np.empty((0, 0), np.float32)
    matrix = np.frombuffer(b"".join(vector for _, vector in rows), "<f4").reshape(len(rows), -1)
    return [name for name, _ in rows], matrix
