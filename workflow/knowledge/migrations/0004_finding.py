"""Searches, synonyms, questions with their answers."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "knowledge_judged",
        sa.Column("asked", sa.String(length=500), nullable=False),
        sa.Column("article", sa.String(length=26), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_judged")),
    )
    with op.batch_alter_table("knowledge_judged", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_knowledge_judged_article"), ["article"], unique=False)
        batch_op.create_index(batch_op.f("ix_knowledge_judged_updated_at_id"), ["updated_at", "id"], unique=False)

    op.create_table(
        "knowledge_searches",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("words", sa.String(length=60), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=26), nullable=False),
        sa.Column("place", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_searches")),
    )
    with op.batch_alter_table("knowledge_searches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_knowledge_searches_at_words"), ["at", "words"], unique=False)
        batch_op.create_index(batch_op.f("ix_knowledge_searches_found_at"), ["found", "at"], unique=False)

    op.create_table(
        "knowledge_synonyms",
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("plain", sa.String(length=700), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_synonyms")),
    )
    with op.batch_alter_table("knowledge_synonyms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_knowledge_synonyms_updated_at_id"), ["updated_at", "id"], unique=False)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("knowledge_synonyms", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_knowledge_synonyms_updated_at_id"))

    op.drop_table("knowledge_synonyms")
    with op.batch_alter_table("knowledge_searches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_knowledge_searches_found_at"))
        batch_op.drop_index(batch_op.f("ix_knowledge_searches_at_words"))

    op.drop_table("knowledge_searches")
    with op.batch_alter_table("knowledge_judged", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_knowledge_judged_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_judged_article"))

    op.drop_table("knowledge_judged")
