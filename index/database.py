"""The SQLite file below the catalog: connections, transactions, and what its errors mean in words."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from index.errors import DiskFull, IndexBusy, IndexDamaged, IndexProblem, UnreadableDocument

_BUSY_TIMEOUT_S = 10.0
_OUTERMOST = (["BEGIN IMMEDIATE"], ["COMMIT"], ["ROLLBACK"])
_NESTED = (["SAVEPOINT step"], ["RELEASE step"], ["ROLLBACK TO step", "RELEASE step"])


class Database:
    """One writing connection and a pool of reading ones; in WAL mode reading never waits for writing.

    Any thread may read and any thread may write, one at a time. Inside `writing` and `transaction` a thread
    reads what it has written; the others see it after the commit. Only errors of `index.errors` leave this
    class.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Open the file. Unless `read_only`, one that is missing is created, but not its folder."""
        self._path = path
        self._write_lock = threading.RLock()
        self._pool_lock = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._pinned = threading.local()
        self._writer: sqlite3.Connection | None = None
        self._writing_thread: int | None = None
        self._depth = 0
        self._closed = False
        with self._translated():
            if read_only:
                self._idle.append(self._connect("ro"))
            else:
                self._writer = self._connect("rwc")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection to read with, only inside this block."""
        with self._translated(), self._readable() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Inside the block this thread reads one version, whatever is committed meanwhile. Keep it short."""
        with self._readable() as connection:
            if connection.in_transaction:  # its own writing, or a snapshot around this one
                yield
                return
            self._pinned.connection = connection
            with self._translated():
                connection.execute("BEGIN")
            try:
                yield
            finally:
                del self._pinned.connection
                connection.rollback()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction around one operation: all of it happens, or nothing."""
        with self._translated(), self.transaction() as connection:
            yield connection

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Commit everything written inside the block together; roll it back if the block raises.

        Blocks nest: an inner one that raises is undone alone if the outer one catches its error.
        """
        with self._write_lock:
            connection = self._writable()
            begin, commit, roll_back = _NESTED if self._depth else _OUTERMOST
            self._execute(begin)
            self._depth += 1
            self._writing_thread = threading.get_ident()
            try:
                yield connection
                self._execute(commit)
            except BaseException:
                if connection.in_transaction:  # SQLite itself rolls back when the disk is full
                    self._execute(roll_back)
                raise
            finally:
                self._depth -= 1
                self._writing_thread = threading.get_ident() if self._depth else None

    def close(self) -> None:
        """Close every connection, those in use when their block ends. Closing twice is harmless."""
        with self._write_lock, self._pool_lock:
            self._closed = True
            for connection in [*self._idle, *filter(None, [self._writer])]:
                connection.close()
            self._idle.clear()

    def _connect(self, mode: str) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self._path.absolute().as_uri()}?mode={mode}",
            uri=True,
            timeout=_BUSY_TIMEOUT_S,
            isolation_level=None,  # transactions begin where this file says so and nowhere else
            check_same_thread=False,  # lock and pool see to it that one thread at a time uses a connection
        )
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            if mode != "ro":
                _make_durable(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def _readable(self) -> Iterator[sqlite3.Connection]:
        """The connection of this thread's transaction if it is in one, else any."""
        if self._writer and self._writing_thread == threading.get_ident():
            yield self._writer
        elif pinned := getattr(self._pinned, "connection", None):
            yield pinned
        else:
            connection = self._borrow()
            try:
                yield connection
            finally:
                self._give_back(connection)

    def _borrow(self) -> sqlite3.Connection:
        with self._pool_lock:
            self._refuse_if_closed()
            if self._idle:
                return self._idle.pop()
        with self._translated():
            return self._connect("ro")

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._pool_lock:
            if self._closed:
                connection.close()
            else:
                self._idle.append(connection)

    def _writable(self) -> sqlite3.Connection:
        self._refuse_if_closed()
        if self._writer is None:
            raise IndexProblem("the index was opened for reading only")
        return self._writer

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise IndexProblem("the index is closed")

    def _execute(self, statements: Sequence[str]) -> None:
        with self._translated():
            for statement in statements:
                self._writable().execute(statement)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise _in_words(error, self._path) from error
        except UnicodeEncodeError as error:
            raise UnreadableDocument("its name or text holds half a character (a lone surrogate)") from error


def _make_durable(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    # FULL, not NORMAL: Chroma is told of a change right after its commit, so a power cut must not undo a
    # commit that Chroma has already acted on. The price is one fsync for each transaction.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA journal_size_limit = {64 * 2**20}")


def _in_words(error: sqlite3.Error, path: Path) -> IndexProblem:
    """The one place where SQLite's errors become ours; the low byte of a code is its kind."""
    kind = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    if kind in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return IndexBusy(f"another process is writing to {path}; try again when it has finished")
    if kind in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return IndexDamaged(f"{path} is damaged ({error}); delete it and index again")
    if kind == sqlite3.SQLITE_FULL:
        return DiskFull(f"the disk is full: nothing more can be written to {path}")
    if kind == sqlite3.SQLITE_CONSTRAINT:
        return UnreadableDocument(f"another document has the same id ({error})")
    return IndexProblem(f"{path} cannot be used: {error}")
