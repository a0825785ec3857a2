"""What was written."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("missed_callers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("said", sa.String(length=4000), server_default="", nullable=False))


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("missed_callers", schema=None) as batch_op:
        batch_op.drop_column("said")
