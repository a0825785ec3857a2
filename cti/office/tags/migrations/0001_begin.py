"""Tags and the records on which they stand."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "tags",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_by", sa.String(26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("title", sa.String(20), nullable=False),
        sa.Column("initials", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("tone", sa.String(10), nullable=False),
        sa.Column("roles", sa.JSON, nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
    )
    op.create_index("ix_tags_updated_at_id", "tags", ["updated_at", "id"])
    op.create_index("ix_tags_title_id", "tags", ["title", "id"])
    op.create_table(
        "record_tags",
        sa.Column("kind", sa.String(40), primary_key=True),
        sa.Column("record", sa.String(26), primary_key=True),
        sa.Column("tag", sa.String(26), primary_key=True),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_record_tags_tag_kind_record", "record_tags", ["tag", "kind", "record"])


def downgrade() -> None:
    """Remove them."""
    op.drop_table("record_tags")
    op.drop_table("tags")
