"""The ids of a call's recordings stand in its index: of many calls the recordings themselves are not read for them."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """The new one first: nobody looks without any."""
    op.create_index("ix_recordings_call_id", "recordings", ["call", "id"])
    op.drop_index("ix_recordings_call", "recordings")


def downgrade() -> None:
    """As before."""
    op.create_index("ix_recordings_call", "recordings", ["call"])
    op.drop_index("ix_recordings_call_id", "recordings")
