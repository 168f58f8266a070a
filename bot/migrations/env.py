"""What Alembic runs to change the tables of the history, on the connection that the caller puts into its attributes."""

from alembic import context

from bot.history_tables import METADATA
from bot.history_version import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"], target_metadata=METADATA, version_table=VERSION_TABLE
)
context.run_migrations()
