"""policies."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "knowledge_policies",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("category", sa.String(length=26), nullable=False),
        sa.Column("audience", sa.String(length=8), nullable=False),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("remind", sa.Integer(), nullable=False),
        sa.Column("withdraw", sa.Integer(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_policies")),
    )
    with op.batch_alter_table("knowledge_policies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_knowledge_policies_category"), ["category"], unique=False)
        batch_op.create_index(batch_op.f("ix_knowledge_policies_updated_at_id"), ["updated_at", "id"], unique=False)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("knowledge_policies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_knowledge_policies_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_policies_category"))

    op.drop_table("knowledge_policies")
