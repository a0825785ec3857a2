"""How often an article was read in a day."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("knowledge_uses", schema=None) as batch_op:
        batch_op.add_column(sa.Column("times", sa.Integer(), server_default="1", nullable=False))


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("knowledge_uses", schema=None) as batch_op:
        batch_op.drop_column("times")
