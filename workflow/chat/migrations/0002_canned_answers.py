"""Canned answers."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "chat_phrases",
        sa.Column("category", sa.String(length=30), nullable=False),
        sa.Column("title", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_phrases")),
    )
    with op.batch_alter_table("chat_phrases", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_chat_phrases_organisation_shared_category_title"),
            ["organisation", "shared", "category", "title"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_chat_phrases_updated_at_id"), ["updated_at", "id"], unique=False)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("chat_phrases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_chat_phrases_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_chat_phrases_organisation_shared_category_title"))

    op.drop_table("chat_phrases")
