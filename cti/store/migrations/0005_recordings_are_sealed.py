"""Recordings are sealed, each by a key of its own; their hashes stand in the audit, and are looked at again."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """What was recorded before lies in clear until the recorder has sealed it."""
    op.add_column("recordings", sa.Column("key", sa.String(200), nullable=False, server_default=""))
    op.add_column("recordings", sa.Column("sha256", sa.String(64), nullable=False, server_default=""))
    op.add_column("recordings", sa.Column("place", sa.String(10), nullable=False, server_default="local"))
    op.add_column("recordings", sa.Column("proof", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("recordings", sa.Column("verified_at", sa.DateTime(timezone=True)))
    op.add_column("recordings", sa.Column("fault", sa.String(16), nullable=False, server_default=""))
    op.create_index("ix_recordings_proof", "recordings", ["proof"])
    op.create_index("ix_recordings_fault", "recordings", ["fault"])
    op.create_index("ix_recordings_verified_at_id", "recordings", ["verified_at", "id"])


def downgrade() -> None:
    """As before; what was sealed stays so."""
    op.drop_index("ix_recordings_verified_at_id", "recordings")
    op.drop_index("ix_recordings_fault", "recordings")
    op.drop_index("ix_recordings_proof", "recordings")
    for name in ("fault", "verified_at", "proof", "place", "sha256", "key"):
        op.drop_column("recordings", name)
