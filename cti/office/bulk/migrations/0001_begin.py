"""Acts with many records at once."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "bulk_runs",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("person", sa.String(26), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("act", sa.String(40), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index("ix_bulk_runs_made_at", "bulk_runs", ["made_at"])
    op.create_table(
        "bulk_records",
        sa.Column("run", sa.String(26), primary_key=True),
        sa.Column("record", sa.String(26), primary_key=True),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("detail", sa.String(400), nullable=False),
        sa.Column("back", sa.Text, nullable=False),
    )
    op.create_index("ix_bulk_records_run_state_place", "bulk_records", ["run", "state", "place"])


def downgrade() -> None:
    """Remove them."""
    op.drop_table("bulk_records")
    op.drop_table("bulk_runs")
