"""Reports that count only what fulfils conditions."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Those that there are count all."""
    op.add_column("reports", sa.Column("only", sa.JSON, nullable=False, server_default=sa.text("'[]'")))


def downgrade() -> None:
    """All count all."""
    op.drop_column("reports", "only")
