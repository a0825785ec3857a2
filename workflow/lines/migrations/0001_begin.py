"""Called numbers and trunks."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

moment = sa.DateTime(timezone=True)


def record() -> list[sa.Column[Any]]:
    """The columns of every record."""
    return [
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.Column("removed_at", moment),
    ]


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "line_numbers",
        *record(),
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("flow", sa.String(40), nullable=False),
        sa.Column("area", sa.String(4), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("origin", sa.String(8), nullable=False),
    )
    op.create_index("ix_line_numbers_updated_at_id", "line_numbers", ["updated_at", "id"])
    op.create_index("ix_line_numbers_number_id", "line_numbers", ["number", "id"])
    op.create_table(
        "line_trunks",
        *record(),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("peers", sa.JSON, nullable=False),
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("port", sa.Integer, nullable=False),
        sa.Column("register_user", sa.String(64), nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("channels", sa.Integer, nullable=False),
        sa.Column("per_second", sa.Float, nullable=False),
        sa.Column("prefix", sa.String(6), nullable=False),
        sa.Column("caller_ids", sa.JSON, nullable=False),
        sa.Column("emergency", sa.Boolean, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("origin", sa.String(8), nullable=False),
    )
    op.create_index("ix_line_trunks_updated_at_id", "line_trunks", ["updated_at", "id"])
    op.create_index("ix_line_trunks_place_id", "line_trunks", ["place", "id"])
    op.create_index("ix_line_trunks_name_id", "line_trunks", ["name", "id"])


def downgrade() -> None:
    """Remove them."""
    op.drop_table("line_trunks")
    op.drop_table("line_numbers")
