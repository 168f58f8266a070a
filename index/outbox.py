"""The outbox: what Chroma has to be told of changes in the catalog, recorded together with the changes."""

import json
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from sqlite3 import Connection

import numpy as np
from numpy.typing import NDArray

from index.database import Database


@dataclass(frozen=True, slots=True, eq=False)
class Pending:
    """An entry of Chroma that may differ from the catalog: upsert `vector`; where it is None, delete it.

    `change` tells one request from a later one for the same id.
    """

    embedding_id: str
    vector: NDArray[np.float32] | None
    change: int


# What is to be done is not stored; it follows from the passages when it is read, so it cannot be out of date.
_PENDING = """
SELECT outbox.embedding_id, change, in_use, vector FROM (
    SELECT *, EXISTS (SELECT 1 FROM passages WHERE passages.embedding_id = outbox.embedding_id) AS in_use
    FROM outbox
) AS outbox
LEFT JOIN embeddings
    ON embeddings.embedding_id = outbox.embedding_id AND embeddings.model = (SELECT model FROM meta)
WHERE vector IS NOT NULL OR NOT in_use
ORDER BY outbox.embedding_id LIMIT ?
"""


class Outbox:
    """Methods with a `connection` are part of the writing transaction that it belongs to."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def pending(self, limit: int) -> list[Pending]:
        """What is to be told next; texts that the current model has not embedded yet have to wait."""
        with self._database.reading() as connection:
            rows = connection.execute(_PENDING, (limit,)).fetchall()
        return [
            Pending(name, np.frombuffer(vector, "<f4") if in_use else None, change)
            for name, change, in_use, vector in rows
        ]

    def forget(self, done: Iterable[Pending]) -> None:
        """Except what has been asked for again in the meantime."""
        with self._database.writing() as connection:
            connection.executemany(
                "DELETE FROM outbox WHERE embedding_id = ? AND change = ?",
                ((pending.embedding_id, pending.change) for pending in done),
            )

    def restart(self) -> None:
        """Make everything pending, and nothing else."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM outbox")
            self.request_all(connection, raise_change(connection))

    def request_all(self, connection: Connection, change: int) -> None:
        """Every text that stands in a passage."""
        connection.execute(
            "INSERT OR REPLACE INTO outbox (embedding_id, change) SELECT DISTINCT embedding_id, ? FROM passages",
            (change,),
        )

    @contextmanager
    def recording(self, connection: Connection, change: int, texts: Collection[str]) -> Iterator[None]:
        """Those of the texts become pending that come into use in the block, or go out of it."""
        before = texts_in_use(connection, texts)
        yield
        connection.executemany(
            "INSERT OR REPLACE INTO outbox (embedding_id, change) VALUES (?, ?)",
            ((name, change) for name in before ^ texts_in_use(connection, texts)),
        )


def raise_change(connection: Connection) -> int:
    """The number of a change that is being made of what can be found."""
    connection.execute("UPDATE meta SET change = change + 1")
    change: int = connection.execute("SELECT change FROM meta").fetchone()[0]
    return change


def texts_in_use(connection: Connection, texts: Iterable[str]) -> set[str]:
    """Those that stand in a passage, by their embedding ids."""
    rows = connection.execute(
        """
        SELECT value FROM json_each(?) AS wanted
        WHERE EXISTS (SELECT 1 FROM passages WHERE embedding_id = wanted.value)
        """,
        (json.dumps(list(texts)),),
    )
    return {name for (name,) in rows}
