"""Recordings are found by what is known of their calls, and by what plugins know."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table; the recorder fills it."""
    op.create_table(
        "recording_facts",
        sa.Column("key", sa.String(24), primary_key=True),
        sa.Column("value", sa.String(80), primary_key=True),
        sa.Column("recording", sa.String(26), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_recording_facts_recording", "recording_facts", ["recording"])
    op.create_index("ix_recordings_organisation_started_at_id", "recordings", ["organisation", "started_at", "id"])
    op.create_index("ix_recordings_agent_started_at_id", "recordings", ["agent", "started_at", "id"])
    op.create_index("ix_recordings_kind_started_at_id", "recordings", ["kind", "started_at", "id"])


def downgrade() -> None:
    """As before."""
    for columns in ("kind", "agent", "organisation"):
        op.drop_index(f"ix_recordings_{columns}_started_at_id", "recordings")
    op.drop_table("recording_facts")
