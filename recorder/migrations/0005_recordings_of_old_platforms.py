"""Recordings of old platforms: imports, what was wrong with their rows, and what the old platform said of each."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "recording_imports",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_by", sa.String(26), nullable=False, server_default=""),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.Column("removed_at", moment),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("source", sa.String(60), nullable=False),
        sa.Column("folder", sa.String(200), nullable=False),
        sa.Column("prefix", sa.String(200), nullable=False),
        sa.Column("agent_first", sa.Boolean, nullable=False),
        sa.Column("columns", sa.JSON, nullable=False),
        sa.Column("words", sa.JSON, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("dry", sa.Boolean, nullable=False),
        *(sa.Column(one, sa.Integer, nullable=False) for one in ("place", "good", "changed", "again", "bad", "faults")),
        sa.Column("message", sa.String(400), nullable=False),
        sa.Column("begun_at", moment),
        sa.Column("ended_at", moment),
    )
    op.create_index("ix_recording_imports_updated_at_id", "recording_imports", ["updated_at", "id"])
    op.create_table(
        "recording_import_faults",
        sa.Column("batch", sa.String(26), primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("row", sa.Integer, nullable=False),
        sa.Column("field", sa.String(60), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
    )
    op.create_table(
        "recordings_imported",
        sa.Column("recording", sa.String(26), primary_key=True),
        sa.Column("owner", sa.String(40), nullable=False),
        sa.Column("source", sa.String(60), nullable=False),
        sa.Column("old", sa.String(80), nullable=False),
        sa.Column("batch", sa.String(26), nullable=False),
        sa.Column("said", sa.Text, nullable=False),
    )
    op.create_index("uq_recordings_imported_old", "recordings_imported", ["owner", "source", "old"], unique=True)
    op.create_index("ix_recordings_imported_batch_recording", "recordings_imported", ["batch", "recording"])


def downgrade() -> None:
    """Remove them."""
    for name in ("recordings_imported", "recording_import_faults", "recording_imports"):
        op.drop_table(name)
