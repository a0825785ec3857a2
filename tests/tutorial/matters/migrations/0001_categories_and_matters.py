"""Categories and matters."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "matter_categories",
        sa.Column("parent", sa.String(length=26), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("initials", sa.String(length=80), nullable=False),
        sa.Column("path", sa.String(length=648), server_default="", nullable=False),
        sa.Column("line", sa.String(length=216), server_default="", nullable=False),
        sa.Column("off", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("merged_into", sa.String(length=26), nullable=True),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter_categories")),
    )
    with op.batch_alter_table("matter_categories", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_matter_categories_line"), ["line"], unique=False)
        batch_op.create_index(batch_op.f("ix_matter_categories_path_id"), ["path", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_matter_categories_updated_at_id"), ["updated_at", "id"], unique=False)

    op.create_table(
        "matters",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("type", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("category", sa.String(length=26), nullable=True),
        sa.Column("caller_name", sa.String(length=80), nullable=False),
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("caller_index", sa.String(length=32), nullable=False),
        sa.Column("call", sa.String(length=26), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("overdue", sa.Boolean(), nullable=False),
        sa.Column("lead", sa.String(length=40), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matters")),
    )
    with op.batch_alter_table("matters", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_matters_caller_index"), ["caller_index"], unique=False)
        batch_op.create_index(batch_op.f("ix_matters_due_at_id"), ["due_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_matters_lead_updated_at_id"), ["lead", "updated_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_matters_number"), ["number"], unique=True)
        batch_op.create_index(batch_op.f("ix_matters_state_updated_at_id"), ["state", "updated_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_matters_type_updated_at_id"), ["type", "updated_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_matters_overdue_due_at_id"), ["overdue", "due_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_matters_created_at_id"), ["created_at", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_matters_category_updated_at_id"), ["category", "updated_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_matters_updated_at_id"), ["updated_at", "id"], unique=False)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("matters", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_matters_type_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_matters_overdue_due_at_id"))
        batch_op.drop_index(batch_op.f("ix_matters_created_at_id"))
        batch_op.drop_index(batch_op.f("ix_matters_category_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_matters_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_matters_state_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_matters_number"))
        batch_op.drop_index(batch_op.f("ix_matters_lead_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_matters_due_at_id"))
        batch_op.drop_index(batch_op.f("ix_matters_caller_index"))

    op.drop_table("matters")
    with op.batch_alter_table("matter_categories", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_matter_categories_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_matter_categories_path_id"))
        batch_op.drop_index(batch_op.f("ix_matter_categories_line"))

    op.drop_table("matter_categories")
