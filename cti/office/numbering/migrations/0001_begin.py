"""Numbers of records."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "number_series",
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("series", sa.String(120), nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("kind", "series", name="pk_number_series"),
    )
    op.create_table(
        "taken_numbers",
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("series", sa.String(120), nullable=False),
        sa.Column("serial", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("number", sa.String(80), nullable=False),
        sa.Column("record", sa.String(26), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.PrimaryKeyConstraint("kind", "series", "serial", name="pk_taken_numbers"),
    )
    op.create_index("ix_taken_numbers_kind_number", "taken_numbers", ["kind", "number"], unique=True)
    op.create_index("ix_taken_numbers_kind_record", "taken_numbers", ["kind", "record"])


def downgrade() -> None:
    """Remove them."""
    op.drop_table("taken_numbers")
    op.drop_table("number_series")
