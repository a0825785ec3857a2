"""Lists of those to call back by reason and by queue, the latest first."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("missed_callers", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_missed_callers_queue_last_at_id"), ["queue", "last_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_missed_callers_reason_last_at_id"), ["reason", "last_at", "id"], unique=False
        )


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("missed_callers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_missed_callers_reason_last_at_id"))
        batch_op.drop_index(batch_op.f("ix_missed_callers_queue_last_at_id"))
