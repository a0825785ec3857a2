"""Who made a record."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
TABLES = ("message_opt_outs",)


def upgrade() -> None:
    """Add the column; of those from before nobody is known."""
    for table in TABLES:
        op.add_column(table, sa.Column("created_by", sa.String(26), nullable=False, server_default=""))


def downgrade() -> None:
    """Remove it."""
    for table in TABLES:
        op.drop_column(table, "created_by")
