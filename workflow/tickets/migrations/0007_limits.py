"""Limits of tickets by type and region."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "ticket_limits",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("created_by", sa.String(26), nullable=False, server_default=""),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("removed_at", TIME),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("type", sa.String(20), nullable=False),
        sa.Column("place", sa.String(6), nullable=False),
        sa.Column("title_most", sa.Integer),
        sa.Column("answer_least", sa.Integer),
        sa.Column("extensions", sa.Integer),
        sa.Column("extension_days", sa.Integer),
        sa.Column("bounces", sa.Integer),
        sa.Column("redos", sa.Integer),
        sa.Column("revisit_calls", sa.Integer),
        sa.Column("reminders", sa.Integer),
        sa.Column("evidence", sa.JSON),
        sa.PrimaryKeyConstraint("id", name="pk_ticket_limits"),
    )
    op.create_index("ix_ticket_limits_updated_at_id", "ticket_limits", ["updated_at", "id"])


def downgrade() -> None:
    """Remove it."""
    op.drop_table("ticket_limits")
