"""Saved views."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "saved_views",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("screen", sa.String(60), nullable=False),
        sa.Column("title", sa.String(40), nullable=False),
        sa.Column("person", sa.String(26), nullable=False),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("filters", sa.JSON, nullable=False),
        sa.Column("sort", sa.String(60), nullable=False),
        sa.Column("columns", sa.JSON, nullable=False),
        sa.Column("badge", sa.Boolean, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("ix_saved_views_person", "saved_views", ["person"])
    op.create_index("ix_saved_views_organisation_role", "saved_views", ["organisation", "role"])


def downgrade() -> None:
    """Remove it."""
    op.drop_table("saved_views")
