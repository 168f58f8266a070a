"""Whose conversations they are."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    # Threads of Slack go on; the others belong to whoever asks without saying who they are.
    op.add_column("conversations", sa.Column("owner", sa.String(200), nullable=False, server_default=""))
    op.execute("UPDATE conversations SET owner = 'slack' WHERE id LIKE 'slack-%'")
    op.create_index("conversations_by_owner_begun_at", "conversations", ["owner", "begun_at"])
