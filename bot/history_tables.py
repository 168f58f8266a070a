"""The tables of the history as they are now; how they came to be so is told in `bot/migrations`.

The columns are what is searched for, put in order, counted or said again in a conversation. Everything else of an
answer is in its `record`, which is read as a whole and never searched.
"""

from sqlalchemy import (
    JSON,
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
    Column("owner", String(200), nullable=False),
    Index(None, "owner", "begun_at"),
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

# What people have said about an answer: one row for each of them.
FEEDBACK = Table(
    "feedback",
    METADATA,
    Column("answer", ForeignKey(ANSWERS.c.number, ondelete="CASCADE"), primary_key=True),
    Column("person", String(200), primary_key=True),
    Column("up", Boolean),
    Column("voted_at", DateTime),
    Column("reason", Text),
    Column("missing_at", DateTime),
)

# What has been accepted once and is not accepted again: ids of events, identities of messages.
CLAIMS = Table(
    "claims",
    METADATA,
    Column("key", String(255), primary_key=True),
    Column("claimed_at", DateTime, nullable=False),
    Index(None, "claimed_at"),
)

# Questions in the order in which they are answered. One without an outcome is unfinished: it waits, or an owner works
# on it, in the revision and under the lease that it then has. `running_thread` is its thread, while an owner works on
# it: as no two are alike, whatever processes do at the same time, one question of a thread is worked on.
QUESTIONS = Table(
    "questions",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(200), nullable=False, unique=True),
    Column("key", String(255), nullable=False, unique=True),
    Column("thread", String(255), nullable=False),
    Column("person", String(255), nullable=False),
    Column("text", Text, nullable=False),
    Column("content", JSON, nullable=False),
    Column("asked_at", DateTime, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("reply", JSON, nullable=False),
    Column("outcome", String(40)),
    Column("stopped_at", DateTime),
    Column("owner", String(200)),
    Column("held_revision", Integer),
    Column("lease_until", DateTime),
    Column("running_thread", String(255), unique=True),
    Column("told", Boolean, nullable=False),  # its owner, to stop working on it
    Column("taken_from", String(200)),  # an owner who does not know it yet
    Index(None, "outcome", "number"),
    Index(None, "thread", "number"),
    Index(None, "person", "number"),
    Index(None, "owner"),
    Index(None, "taken_from"),
    Index(None, "asked_at"),
)

# Where Slack's app is installed. The first three are as the store of Slack's SDK wants them.
SLACK_BOTS = Table(
    "slack_bots",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("client_id", String(32), nullable=False),
    Column("app_id", String(32), nullable=False),
    Column("enterprise_id", String(32)),
    Column("enterprise_name", String(200)),
    Column("team_id", String(32)),
    Column("team_name", String(200)),
    Column("bot_token", String(200)),
    Column("bot_id", String(32)),
    Column("bot_user_id", String(32)),
    Column("bot_scopes", String(1000)),
    Column("bot_refresh_token", String(200)),
    Column("bot_token_expires_at", DateTime),
    Column("is_enterprise_install", Boolean, nullable=False),
    Column("installed_at", DateTime, nullable=False),
    Index("slack_bots_idx", "client_id", "enterprise_id", "team_id", "installed_at"),
)
SLACK_INSTALLATIONS = Table(
    "slack_installations",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("client_id", String(32), nullable=False),
    Column("app_id", String(32), nullable=False),
    Column("enterprise_id", String(32)),
    Column("enterprise_name", String(200)),
    Column("enterprise_url", String(200)),
    Column("team_id", String(32)),
    Column("team_name", String(200)),
    Column("bot_token", String(200)),
    Column("bot_id", String(32)),
    Column("bot_user_id", String(32)),
    Column("bot_scopes", String(1000)),
    Column("bot_refresh_token", String(200)),
    Column("bot_token_expires_at", DateTime),
    Column("user_id", String(32), nullable=False),
    Column("user_token", String(200)),
    Column("user_scopes", String(1000)),
    Column("user_refresh_token", String(200)),
    Column("user_token_expires_at", DateTime),
    Column("incoming_webhook_url", String(200)),
    Column("incoming_webhook_channel", String(200)),
    Column("incoming_webhook_channel_id", String(200)),
    Column("incoming_webhook_configuration_url", String(200)),
    Column("is_enterprise_install", Boolean, nullable=False),
    Column("token_type", String(32)),
    Column("installed_at", DateTime, nullable=False),
    Index("slack_installations_idx", "client_id", "enterprise_id", "team_id", "user_id", "installed_at"),
)
SLACK_OAUTH_STATES = Table(
    "slack_oauth_states",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("state", String(200), nullable=False),
    Column("expire_at", DateTime, nullable=False),
)

# Who is exchanging the token of an installation for a new one, and until when nobody else may.
SLACK_ROTATIONS = Table(
    "slack_rotations",
    METADATA,
    Column("installation", String(100), primary_key=True),
    Column("owner", String(32), nullable=False),
    Column("until", DateTime, nullable=False),
)
