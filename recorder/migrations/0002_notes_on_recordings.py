"""Marks and notes at a second of a recording."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "recording_notes",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("recording", sa.String(26), nullable=False),
        sa.Column("second", sa.Float, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("person", sa.String(26), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_recording_notes_recording_second", "recording_notes", ["recording", "second"])


def downgrade() -> None:
    """Remove it."""
    op.drop_table("recording_notes")
