"""The few recordings that are longer than a length are found by an index."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Of many recordings this takes some seconds."""
    op.create_index("ix_recordings_seconds_id", "recordings", ["seconds", "id"])


def downgrade() -> None:
    """As before."""
    op.drop_index("ix_recordings_seconds_id", "recordings")
