"""Links between records."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "record_links",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("type", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("record", sa.String(26), nullable=False),
        sa.Column("other_kind", sa.String(40), nullable=False),
        sa.Column("other", sa.String(26), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index(
        "ix_record_links_kind_record_type_other_kind_other",
        "record_links",
        ["kind", "record", "type", "other_kind", "other"],
        unique=True,
    )
    op.create_index("ix_record_links_other_kind_other", "record_links", ["other_kind", "other"])


def downgrade() -> None:
    """Remove it."""
    op.drop_table("record_links")
