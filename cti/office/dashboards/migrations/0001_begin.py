"""Dashboards."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "dashboards",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("title", sa.String(40), nullable=False),
        sa.Column("person", sa.String(26), nullable=False),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("home_of", sa.String(90), nullable=True),
        sa.Column("tiles", sa.JSON, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("ix_dashboards_person", "dashboards", ["person"])
    op.create_index("ix_dashboards_organisation_role", "dashboards", ["organisation", "role"])
    op.create_index("ix_dashboards_home_of", "dashboards", ["home_of"], unique=True)


def downgrade() -> None:
    """Remove it."""
    op.drop_table("dashboards")
