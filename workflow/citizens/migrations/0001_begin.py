"""Citizens and their numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "citizens",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.Column("removed_at", moment),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("gender", sa.String(8), nullable=False),
        sa.Column("numbers", sa.Text, nullable=False),
        sa.Column("address", sa.String(200), nullable=False),
        sa.Column("notes", sa.Text, nullable=False),
        sa.Column("tags", sa.JSON, nullable=False),
        sa.Column("vip", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("calls", sa.Integer, nullable=False, server_default="0"),
        sa.Column("last_call_at", moment),
        sa.Column("merged_into", sa.String(26)),
    )
    op.create_index("ix_citizens_updated_at_id", "citizens", ["updated_at", "id"])
    op.create_index("ix_citizens_organisation_updated_at_id", "citizens", ["organisation", "updated_at", "id"])
    op.create_index("ix_citizens_region_updated_at_id", "citizens", ["region", "updated_at", "id"])
    op.create_index("ix_citizens_vip_updated_at_id", "citizens", ["vip", "updated_at", "id"])
    op.create_index("ix_citizens_last_call_at_id", "citizens", ["last_call_at", "id"])
    op.create_index("ix_citizens_name", "citizens", ["name"], postgresql_ops={"name": "text_pattern_ops"})
    op.create_table(
        "citizen_numbers",
        sa.Column("number_index", sa.String(32), primary_key=True),
        sa.Column("citizen", sa.String(26), primary_key=True),
        sa.Column("number_last_four", sa.String(32), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_citizen_numbers_citizen", "citizen_numbers", ["citizen"])
    op.create_index("ix_citizen_numbers_number_last_four", "citizen_numbers", ["number_last_four"])


def downgrade() -> None:
    """Remove them."""
    op.drop_table("citizen_numbers")
    op.drop_table("citizens")
