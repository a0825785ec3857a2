"""Timers."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "timers",
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("last_error", sa.String(400), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", name="pk_timers"),
    )
    op.create_index("ix_timers_due_at_kind", "timers", ["due_at", "kind"])


def downgrade() -> None:
    """Remove it."""
    op.drop_table("timers")
