"""Which tables a history has, and the way to those of this program."""

from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from bot.errors import HistoryUnavailable

VERSION = "0004"  # the newest of bot/migrations/versions; said here, too, as finding it out costs Alembic's import
VERSION_TABLE = "footnote_version"  # not Alembic's own name, which another program may use in the same database

_MIGRATIONS = Path(__file__).with_name("migrations")
_ALEMBIC = Lock()  # it keeps the migration that is running in its module


def bring_up_to_date(engine: Engine) -> None:
    """Make or change the tables unless they are those of `VERSION`; all of it happens, or nothing.

    Raises HistoryUnavailable if a newer program has made them, and whatever SQLAlchemy raises.
    """
    if _version(engine) == VERSION:
        return
    try:
        with _ALEMBIC, engine.begin() as connection:
            _migrate(connection)
    except DBAPIError:
        if _version(engine) != VERSION:  # else another process was faster
            raise


def _version(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return _version_of(connection)


def _version_of(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    version: str | None = connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))  # noqa: S608 - constant
    return version


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    version = _version_of(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if version is not None and version not in known:
        raise HistoryUnavailable(f"the history was written by a newer Footnote (tables {version}, not {VERSION})")
    command.upgrade(config, "head")
