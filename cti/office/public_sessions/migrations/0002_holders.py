"""Since when a number is the same person's."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "public_holders",
        sa.Column("number_index", sa.String(32), nullable=False),
        sa.Column("held_since", TIME, nullable=False),
        sa.Column("proved_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("number_index", name="pk_public_holders"),
    )


def downgrade() -> None:
    """Remove it."""
    op.drop_table("public_holders")
