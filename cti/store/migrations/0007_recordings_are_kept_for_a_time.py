"""Recordings are kept for a time, or held beyond it; some lie in a storage service."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Nothing is held, and all lie here."""
    op.add_column("recordings", sa.Column("held", sa.String(200), nullable=False, server_default=""))
    op.create_index("ix_recordings_place_id", "recordings", ["place", "id"])


def downgrade() -> None:
    """As before."""
    op.drop_index("ix_recordings_place_id", "recordings")
    op.drop_column("recordings", "held")
