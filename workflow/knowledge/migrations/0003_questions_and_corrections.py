"""questions and corrections."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "knowledge_corrections",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("article", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("case", sa.String(length=26), nullable=False),
        sa.Column("step", sa.String(length=80), nullable=False),
        sa.Column("stage", sa.String(length=60), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("handled_by", sa.String(length=80), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_corrections")),
    )
    with op.batch_alter_table("knowledge_corrections", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_knowledge_corrections_article"), ["article"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_knowledge_corrections_created_by_updated_at_id"),
            ["created_by", "updated_at", "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_knowledge_corrections_number"), ["number"], unique=True)
        batch_op.create_index(
            batch_op.f("ix_knowledge_corrections_organisation_updated_at_id"),
            ["organisation", "updated_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_knowledge_corrections_stage_updated_at_id"), ["stage", "updated_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_knowledge_corrections_unit_stage_updated_at_id"),
            ["unit", "stage", "updated_at", "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_knowledge_corrections_updated_at_id"), ["updated_at", "id"], unique=False)

    op.create_table(
        "knowledge_questions",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=26), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("call", sa.String(length=26), nullable=False),
        sa.Column("case", sa.String(length=26), nullable=False),
        sa.Column("step", sa.String(length=80), nullable=False),
        sa.Column("stage", sa.String(length=60), nullable=False),
        sa.Column("holder", sa.String(length=40), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("overdue", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.String(length=80), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("article", sa.String(length=26), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_questions")),
    )
    with op.batch_alter_table("knowledge_questions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_knowledge_questions_created_by_updated_at_id"),
            ["created_by", "updated_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_knowledge_questions_holder_stage_updated_at_id"),
            ["holder", "stage", "updated_at", "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_knowledge_questions_number"), ["number"], unique=True)
        batch_op.create_index(
            batch_op.f("ix_knowledge_questions_organisation_updated_at_id"),
            ["organisation", "updated_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_knowledge_questions_stage_updated_at_id"), ["stage", "updated_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_knowledge_questions_updated_at_id"), ["updated_at", "id"], unique=False)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("knowledge_questions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_knowledge_questions_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_questions_stage_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_questions_organisation_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_questions_number"))
        batch_op.drop_index(batch_op.f("ix_knowledge_questions_holder_stage_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_questions_created_by_updated_at_id"))

    op.drop_table("knowledge_questions")
    with op.batch_alter_table("knowledge_corrections", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_knowledge_corrections_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_corrections_unit_stage_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_corrections_stage_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_corrections_organisation_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_corrections_number"))
        batch_op.drop_index(batch_op.f("ix_knowledge_corrections_created_by_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_corrections_article"))

    op.drop_table("knowledge_corrections")
