"""Numbers that other systems know of each period."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "connector_readings",
        sa.Column("connector", sa.String(60), nullable=False),
        sa.Column("reading", sa.String(60), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("value", sa.Float, nullable=False),
        sa.Column("read_at", TIME, nullable=False),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.PrimaryKeyConstraint("connector", "reading", "day", name="pk_connector_readings"),
    )
    op.create_index("ix_connector_readings_at", "connector_readings", ["at"])


def downgrade() -> None:
    """Remove it."""
    op.drop_table("connector_readings")
