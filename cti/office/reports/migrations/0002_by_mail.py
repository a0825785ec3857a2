"""Reports that go by mail."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Nobody has said so of those that there are."""
    op.add_column("reports", sa.Column("mail", sa.Boolean, nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """None goes."""
    op.drop_column("reports", "mail")
