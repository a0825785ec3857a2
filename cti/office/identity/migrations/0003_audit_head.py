"""The audit: each entry names the hash before it, and the head of the chain stands apart, so that no end is cut off."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

BEFORE = "(SELECT b.hash FROM audit b WHERE b.sequence < audit.sequence ORDER BY b.sequence DESC LIMIT 1)"


def upgrade() -> None:
    """Add them; the head is sealed at the next start."""
    op.add_column("audit", sa.Column("previous", sa.String(64), nullable=False, server_default=""))
    op.execute(f"UPDATE audit SET previous = COALESCE({BEFORE}, '')")  # noqa: S608 # a constant
    op.create_index("ix_audit_organisation_sequence", "audit", ["organisation", "sequence"])
    op.create_index("ix_audit_person_sequence", "audit", ["person", "sequence"])
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("entries", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
    op.execute(
        "INSERT INTO audit_head (id, sequence, entries, hash, seal) "
        "SELECT 1, COALESCE(MAX(sequence), 0), COUNT(*), "
        "COALESCE((SELECT hash FROM audit ORDER BY sequence DESC LIMIT 1), ''), '' FROM audit"
    )


def downgrade() -> None:
    """Remove them."""
    op.drop_table("audit_head")
    op.drop_index("ix_audit_person_sequence", "audit")
    op.drop_index("ix_audit_organisation_sequence", "audit")
    op.drop_column("audit", "previous")
