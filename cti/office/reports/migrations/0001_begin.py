"""Reports."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "reports",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("figures", sa.JSON, nullable=False),
        sa.Column("by", sa.JSON, nullable=False),
        sa.Column("period", sa.String(20), nullable=False),
        sa.Column("compare", sa.Boolean, nullable=False),
        sa.Column("chart", sa.String(10), nullable=False),
        sa.Column("every", sa.String(10), nullable=False),
        sa.Column("format", sa.String(10), nullable=False),
        sa.Column("roles", sa.JSON, nullable=False),
        sa.Column("people", sa.JSON, nullable=False),
        sa.Column("made_for", sa.Date),
        sa.Column("created_by", sa.String(26), nullable=False, server_default=""),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("removed_at", TIME),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reports"),
    )
    for columns in (("updated_at", "id"), ("title", "id"), ("every",)):
        op.create_index(f"ix_reports_{'_'.join(columns)}", "reports", columns)


def downgrade() -> None:
    """Remove it."""
    op.drop_table("reports")
