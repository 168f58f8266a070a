"""The database below the history: connections, transactions, and what its errors mean in words."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from bot.errors import HistoryUnavailable
from bot.history_version import bring_up_to_date

# What SQLite's errors mean, by the beginning of their names.
_SQLITE_WORDS = {
    "SQLITE_BUSY": "another process is writing to {}; try again when it has finished",
    "SQLITE_LOCKED": "another process is writing to {}; try again when it has finished",
    "SQLITE_NOTADB": "{} is damaged (it is no database); delete it to begin a new history",
    "SQLITE_CORRUPT": "{} is damaged; delete it to begin a new history",
    "SQLITE_FULL": "the disk is full: nothing more can be written to {}",
    "SQLITE_READONLY": "{} cannot be written: it is read-only",
    "SQLITE_CANTOPEN": "{} cannot be opened: its folder is missing or not accessible",
}


class HistoryDatabase:
    """Transactions on one database, from any thread. Raises only HistoryUnavailable, whose words hold no password."""

    def __init__(self, url: str) -> None:
        """Connect, and make or change the tables where needed."""
        self._url = _parsed(url)
        with self._translated():
            self._engine = _engine(self._url)
            self._writer = self._engine.execution_options(writes=True)
            try:
                bring_up_to_date(self._writer)
            except BaseException:
                self.close()
                raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One version of everything, whatever others write meanwhile."""
        with self._translated(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Everything that is written inside the block, or nothing if it raises."""
        with self._translated(), self._writer.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close the connections that are not in use. Closing twice is harmless."""
        self._engine.dispose()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, UnicodeEncodeError) as error:  # the second of an id that is no text
            raise HistoryUnavailable(_in_words(error, self._url)) from error


def _parsed(url: str) -> URL:
    """What SQLAlchemy says about a URL may repeat the password in it, so the words are ours."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise HistoryUnavailable("the address of the history is no URL of SQLAlchemy, `dialect://…`") from None
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise HistoryUnavailable("the address of the history names no file, `sqlite:///path`")
    return parsed


def _engine(url: URL) -> Engine:
    """Raises HistoryUnavailable for a database or a driver that is not there."""
    try:
        engine = create_engine(url, hide_parameters=True, pool_pre_ping=True)
    except NoSuchModuleError:
        raise HistoryUnavailable(f"SQLAlchemy knows no database {url.drivername!r}") from None
    except ImportError as error:
        raise HistoryUnavailable(f"the driver of {url.drivername} is not installed: {error}") from error
    except (TypeError, ValueError) as error:
        raise HistoryUnavailable(f"the address of the history has an option that {url.drivername} lacks") from error
    if engine.dialect.is_async:
        raise HistoryUnavailable(f"{url.drivername} is an asynchronous driver; the history needs another one")
    if url.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # transactions begin where `_begin_sqlite` says so and nowhere else
    with suppress(connection.OperationalError):  # others have just opened a new file: one of them succeeds
        connection.execute("PRAGMA journal_mode = WAL")
    # NORMAL: what was committed survives the end of the process. A power cut may take the last commits, which
    # nothing outside has been told of.
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # what is forgotten does not linger in the file
    connection.execute(f"PRAGMA journal_size_limit = {64 * 2**20}")


def _begin_sqlite(connection: Connection) -> None:
    """A transaction that turns to writing later could find that another one has written since, and fail at once."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _in_words(error: Exception, url: URL) -> str:
    cause = getattr(error, "orig", None) or error
    name = getattr(cause, "sqlite_errorname", None) or ""
    for beginning, words in _SQLITE_WORDS.items():
        if name.startswith(beginning):
            return words.format(_shown(url))
    reason = " ".join(str(cause).split())
    return f"the history in {_shown(url)} cannot be used: {_without_password(reason, url)}"


def _shown(url: URL) -> str:
    """The file, or the address without password and options."""
    if url.get_backend_name() != "sqlite":
        return url.set(query={}).render_as_string(hide_password=True)
    return str(url.database)


def _without_password(words: str, url: URL) -> str:
    return words.replace(url.password, "***") if url.password else words
