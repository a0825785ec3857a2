"""Jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("key", sa.String(80)),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("next_at", moment, nullable=False),
        sa.Column("ended_at", moment),
        sa.Column("last_error", sa.String(400), nullable=False),
    )
    op.create_index("ix_jobs_state_next_at", "jobs", ["state", "next_at"])
    op.create_index("ix_jobs_created_at_id", "jobs", ["created_at", "id"])
    op.create_index("uq_jobs_kind_key", "jobs", ["kind", "key"], unique=True)


def downgrade() -> None:
    """Remove it."""
    op.drop_table("jobs")
