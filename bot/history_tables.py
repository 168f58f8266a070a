"""The tables of the history as they are now; how they came to be so is told in `bot/migrations`.

The columns are what is searched for, put in order, counted or said again in a conversation. Everything else of an
answer is in its `record`, which is read as a whole and never searched.
"""

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

# The same names in every database, so that migrations can name what they change.
METADATA = MetaData(
    naming_convention={
        "ix": "%(table_name)s_by_%(column_0_N_name)s",
        "uq": "%(table_name)s_unique_%(column_0_N_name)s",
        "fk": "%(table_name)s_refer_to_%(referred_table_name)s",
        "pk": "%(table_name)s_key",
    }
)

CONVERSATIONS = Table(
    "conversations",
    METADATA,
    Column("id", String(200), primary_key=True),
    Column("begun_at", DateTime, nullable=False),
)

# Numbers are in the order of asking and never used twice. Times are in UTC; databases do not agree on zones.
# Everything that an answer adds is null until there is one.
ANSWERS = Table(
    "answers",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(200), nullable=False, unique=True),
    Column("conversation", ForeignKey(CONVERSATIONS.c.id, ondelete="CASCADE"), nullable=False),
    Column("question", Text, nullable=False),
    Column("asked_at", DateTime, nullable=False),
    Column("answered_at", DateTime),
    Column("standalone_question", Text),
    Column("text", Text),
    Column("answered", Boolean),
    Column("writer", String(20)),
    Column("model", Text),
    Column("confidence", Float),
    Column("total_ms", Float),
    Column("record", LargeBinary),
    Index(None, "conversation", "number"),
    Index(None, "asked_at"),
    sqlite_autoincrement=True,
)
