"""Questions that wait to be answered, what has been accepted once, and what people say about answers."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "feedback",
        sa.Column("answer", sa.Integer, nullable=False),
        sa.Column("person", sa.String(200), nullable=False),
        sa.Column("up", sa.Boolean),
        sa.Column("voted_at", sa.DateTime),
        sa.Column("reason", sa.Text),
        sa.Column("missing_at", sa.DateTime),
        sa.PrimaryKeyConstraint("answer", "person", name="feedback_key"),
        sa.ForeignKeyConstraint(["answer"], ["answers.number"], name="feedback_refer_to_answers", ondelete="CASCADE"),
    )
    op.create_table(
        "claims",
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("claimed_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("key", name="claims_key"),
    )
    op.create_index("claims_by_claimed_at", "claims", ["claimed_at"])
    op.create_table(
        "questions",
        sa.Column("number", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("thread", sa.String(255), nullable=False),
        sa.Column("person", sa.String(255), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("asked_at", sa.DateTime, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("reply", sa.JSON, nullable=False),
        sa.Column("outcome", sa.String(40)),
        sa.Column("stopped_at", sa.DateTime),
        sa.Column("owner", sa.String(200)),
        sa.Column("held_revision", sa.Integer),
        sa.Column("lease_until", sa.DateTime),
        sa.Column("running_thread", sa.String(255)),
        sa.Column("told", sa.Boolean, nullable=False),
        sa.Column("taken_from", sa.String(200)),
        sa.PrimaryKeyConstraint("number", name="questions_key"),
        sa.UniqueConstraint("id", name="questions_unique_id"),
        sa.UniqueConstraint("key", name="questions_unique_key"),
        sa.UniqueConstraint("running_thread", name="questions_unique_running_thread"),
    )
    op.create_index("questions_by_outcome_number", "questions", ["outcome", "number"])
    op.create_index("questions_by_thread_number", "questions", ["thread", "number"])
    op.create_index("questions_by_person_number", "questions", ["person", "number"])
    op.create_index("questions_by_owner", "questions", ["owner"])
    op.create_index("questions_by_taken_from", "questions", ["taken_from"])
    op.create_index("questions_by_asked_at", "questions", ["asked_at"])
