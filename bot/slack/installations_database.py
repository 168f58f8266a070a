"""The database of the history, as the asynchronous stores of Slack's SDK need it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.errors import HistoryUnavailable

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}


def async_engine(url: str) -> AsyncEngine:
    """Opens nothing yet; its `dispose` is to be awaited. Raises HistoryUnavailable, whose words hold no password."""
    asynchronous = async_url(url)
    try:
        engine = create_async_engine(asynchronous, hide_parameters=True, pool_pre_ping=True)
    except ImportError as error:
        raise HistoryUnavailable(f"the driver of {asynchronous.drivername} is not installed: {error}") from error
    if asynchronous.get_backend_name() == "sqlite":
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    return engine


def async_url(url: str) -> URL:
    """The same database by a driver that does not block. Raises HistoryUnavailable if there is none for it."""
    try:
        parsed = make_url(url)
        backend, driver = parsed.get_backend_name(), parsed.get_driver_name()
    except (ArgumentError, ValueError, SQLAlchemyError):
        raise HistoryUnavailable("the address of the history is no URL of SQLAlchemy, `dialect://…`") from None
    if backend not in _DRIVERS or (backend == "postgresql" and driver != "psycopg"):
        raise HistoryUnavailable(
            "workspaces that install the app are kept beside the history, which has to be in SQLite or by "
            f"postgresql+psycopg for that, not by {parsed.drivername}"
        )
    return parsed.set(drivername=_DRIVERS[backend])


@contextmanager
def translated() -> Iterator[None]:
    """Raises HistoryUnavailable for whatever the database raises; no token is in its words."""
    try:
        yield
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        words = " ".join(str(cause).split())
        raise HistoryUnavailable(f"the workspaces that have installed the app cannot be looked up: {words}") from error


def _prepare_sqlite(connection: Any, _: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA secure_delete = ON")  # a token that is deleted does not linger in the file
    cursor.close()
