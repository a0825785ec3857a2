"""Entries of the lists, and calls that met them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "list_entries",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.Column("removed_at", moment),
        sa.Column("list", sa.String(8), nullable=False),
        sa.Column("pattern", sa.Text, nullable=False),
        sa.Column("pattern_index", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("until", moment),
        sa.Column("hits", sa.Integer, nullable=False, server_default="0"),
        sa.Column("last_hit_at", moment),
    )
    op.create_index("ix_list_entries_updated_at_id", "list_entries", ["updated_at", "id"])
    op.create_index("ix_list_entries_list_updated_at_id", "list_entries", ["list", "updated_at", "id"])
    op.create_index("ix_list_entries_last_hit_at_id", "list_entries", ["last_hit_at", "id"])
    op.create_index("ix_list_entries_pattern_index", "list_entries", ["pattern_index"])
    op.create_table(
        "list_hits",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("entry", sa.String(26), nullable=False),
        sa.Column("list", sa.String(8), nullable=False),
        sa.Column("call", sa.String(26), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("number_index", sa.String(32), nullable=False),
        sa.Column("number_last_four", sa.String(32), nullable=False),
        sa.Column("called", sa.String(40), nullable=False),
    )
    op.create_index("ix_list_hits_at_id", "list_hits", ["at", "id"])
    op.create_index("ix_list_hits_entry_at_id", "list_hits", ["entry", "at", "id"])
    op.create_index("ix_list_hits_number_index_at", "list_hits", ["number_index", "at"])
    op.create_index("ix_list_hits_number_last_four_at", "list_hits", ["number_last_four", "at"])


def downgrade() -> None:
    """Remove them."""
    op.drop_table("list_hits")
    op.drop_table("list_entries")
