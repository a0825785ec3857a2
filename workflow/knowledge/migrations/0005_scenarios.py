"""Scenarios, and the articles of each."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "knowledge_scenarios",
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("examples", sa.JSON(), nullable=False),
        sa.Column("parent", sa.String(length=26), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("initials", sa.String(length=80), nullable=False),
        sa.Column("path", sa.String(length=648), server_default="", nullable=False),
        sa.Column("line", sa.String(length=216), server_default="", nullable=False),
        sa.Column("off", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("merged_into", sa.String(length=26), nullable=True),
        *_record(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_scenarios")),
    )
    with op.batch_alter_table("knowledge_scenarios", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_knowledge_scenarios_line"), ["line"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_knowledge_scenarios_organisation_parent_place_id"),
            ["organisation", "parent", "place", "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_knowledge_scenarios_path_id"), ["path", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_knowledge_scenarios_updated_at_id"), ["updated_at", "id"], unique=False)
    op.create_table(
        "knowledge_scenario_links",
        sa.Column("scenario", sa.String(length=26), nullable=False),
        sa.Column("article", sa.String(length=26), nullable=False),
        *_record(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_scenario_links")),
    )
    with op.batch_alter_table("knowledge_scenario_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_knowledge_scenario_links_article"), ["article"], unique=False)
        batch_op.create_index(batch_op.f("ix_knowledge_scenario_links_scenario"), ["scenario"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_knowledge_scenario_links_updated_at_id"), ["updated_at", "id"], unique=False
        )


def downgrade() -> None:
    """Back."""
    op.drop_table("knowledge_scenario_links")
    op.drop_table("knowledge_scenarios")


def _record() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )
