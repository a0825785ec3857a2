"""How chats were answered."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("chats", schema=None) as batch_op:
        batch_op.add_column(sa.Column("left", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("first_answer", sa.Float(), nullable=True))
        batch_op.add_column(sa.Column("answers", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("answer_seconds", sa.Float(), server_default="0", nullable=False))


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("chats", schema=None) as batch_op:
        batch_op.drop_column("answer_seconds")
        batch_op.drop_column("answers")
        batch_op.drop_column("first_answer")
        batch_op.drop_column("left")
