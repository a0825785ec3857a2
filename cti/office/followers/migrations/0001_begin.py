"""Who follows which record."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "followers",
        sa.Column("kind", sa.String(40), primary_key=True),
        sa.Column("record", sa.String(26), primary_key=True),
        sa.Column("person", sa.String(26), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_followers_person_kind", "followers", ["person", "kind"])


def downgrade() -> None:
    """Remove it."""
    op.drop_table("followers")
