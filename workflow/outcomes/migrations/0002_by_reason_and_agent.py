"""Lists of what talks came to by reason and by agent, the latest first."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("talk_outcomes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_talk_outcomes_agent_talked_at_id"), ["agent", "talked_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_talk_outcomes_reason_talked_at_id"), ["reason", "talked_at", "id"], unique=False
        )


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("talk_outcomes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_talk_outcomes_reason_talked_at_id"))
        batch_op.drop_index(batch_op.f("ix_talk_outcomes_agent_talked_at_id"))
