"""Into which organisation a dissolved one was merged."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the column."""
    op.add_column("organisations", sa.Column("successor", sa.String(40), nullable=False, server_default=""))


def downgrade() -> None:
    """Remove it."""
    op.drop_column("organisations", "successor")
