"""Comments on records."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "comments",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("record", sa.String(26), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("mentions", sa.JSON, nullable=False),
        sa.Column("person", sa.String(26), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("edited_at", TIME),
        sa.Column("removed_at", TIME),
    )
    op.create_index("ix_comments_kind_record_at_id", "comments", ["kind", "record", "at", "id"])


def downgrade() -> None:
    """Remove it."""
    op.drop_table("comments")
