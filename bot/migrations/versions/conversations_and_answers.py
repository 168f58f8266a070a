"""The first tables: conversations, and their questions with what was answered."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("begun_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="conversations_key"),
    )
    op.create_table(
        "answers",
        sa.Column("number", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("conversation", sa.String(200), nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("asked_at", sa.DateTime, nullable=False),
        sa.Column("answered_at", sa.DateTime),
        sa.Column("standalone_question", sa.Text),
        sa.Column("text", sa.Text),
        sa.Column("answered", sa.Boolean),
        sa.Column("writer", sa.String(20)),
        sa.Column("model", sa.Text),
        sa.Column("confidence", sa.Float),
        sa.Column("total_ms", sa.Float),
        sa.Column("record", sa.LargeBinary),
        sa.PrimaryKeyConstraint("number", name="answers_key"),
        sa.UniqueConstraint("id", name="answers_unique_id"),
        sa.ForeignKeyConstraint(
            ["conversation"], ["conversations.id"], name="answers_refer_to_conversations", ondelete="CASCADE"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("answers_by_conversation_number", "answers", ["conversation", "number"])
    op.create_index("answers_by_asked_at", "answers", ["asked_at"])
