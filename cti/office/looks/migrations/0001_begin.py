"""Records that stood in exported files."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "exported_records",
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("record", sa.String(26), nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("kind", "record", "sequence", name="pk_exported_records"),
    )


def downgrade() -> None:
    """Remove it."""
    op.drop_table("exported_records")
