"""The audit's head knows how many seals there are, and the last of them, so that none is taken away from the end."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the columns; seals of before have no number."""
    op.add_column("audit_head", sa.Column("seals", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("audit_head", sa.Column("sealed", sa.String(64), nullable=False, server_default=""))


def downgrade() -> None:
    """Remove them."""
    op.drop_column("audit_head", "sealed")
    op.drop_column("audit_head", "seals")
