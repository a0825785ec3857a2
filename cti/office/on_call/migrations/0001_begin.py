"""Turns on call."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "on_call",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("person", sa.String(26), nullable=False),
        sa.Column("person_name", sa.String(40), nullable=False),
        sa.Column("begins_at", TIME, nullable=False),
        sa.Column("ends_at", TIME, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("created_by", sa.String(26), nullable=False, server_default=""),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("removed_at", TIME),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_on_call"),
    )
    for columns in (("begins_at", "id"), ("updated_at", "id"), ("organisation", "ends_at")):
        op.create_index(f"ix_on_call_{'_'.join(columns)}", "on_call", columns)


def downgrade() -> None:
    """Remove it."""
    op.drop_table("on_call")
