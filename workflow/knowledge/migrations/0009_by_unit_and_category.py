"""Notices by unit; questions by category, and those that are overdue."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("knowledge_notices", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_knowledge_notices_unit_created_at_id"), ["unit", "created_at", "id"], unique=False
        )

    with op.batch_alter_table("knowledge_questions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_knowledge_questions_category_updated_at_id"), ["category", "updated_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_knowledge_questions_overdue_updated_at_id"), ["overdue", "updated_at", "id"], unique=False
        )


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("knowledge_questions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_knowledge_questions_overdue_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_questions_category_updated_at_id"))

    with op.batch_alter_table("knowledge_notices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_knowledge_notices_unit_created_at_id"))
