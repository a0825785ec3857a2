"""Forbidden numbers, and who wanted to dial them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "forbidden_numbers",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("created_by", sa.String(26), nullable=False, server_default=""),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.Column("removed_at", moment),
        sa.Column("effect", sa.String(8), nullable=False),
        sa.Column("pattern", sa.Text, nullable=False),
        sa.Column("pattern_index", sa.String(32), nullable=False),
        sa.Column("extensions", sa.String(200), nullable=False),
        sa.Column("hours", sa.String(8), nullable=False),
        sa.Column("calendar", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("until", moment),
        sa.Column("refused", sa.Integer, nullable=False, server_default="0"),
        sa.Column("last_refused_at", moment),
    )
    op.create_index("ix_forbidden_numbers_updated_at_id", "forbidden_numbers", ["updated_at", "id"])
    op.create_index("ix_forbidden_numbers_effect_updated_at_id", "forbidden_numbers", ["effect", "updated_at", "id"])
    op.create_index("ix_forbidden_numbers_refused_id", "forbidden_numbers", ["refused", "id"])
    op.create_index("ix_forbidden_numbers_last_refused_at_id", "forbidden_numbers", ["last_refused_at", "id"])
    op.create_index("ix_forbidden_numbers_until_id", "forbidden_numbers", ["until", "id"])
    op.create_index("ix_forbidden_numbers_pattern_index", "forbidden_numbers", ["pattern_index"])
    op.create_table(
        "refused_dials",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("rule", sa.String(26), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("agent", sa.String(16), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("number_index", sa.String(32), nullable=False),
        sa.Column("number_last_four", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
    )
    op.create_index("ix_refused_dials_at_id", "refused_dials", ["at", "id"])
    op.create_index("ix_refused_dials_rule_at_id", "refused_dials", ["rule", "at", "id"])
    op.create_index("ix_refused_dials_agent_at_id", "refused_dials", ["agent", "at", "id"])
    op.create_index("ix_refused_dials_number_index_at", "refused_dials", ["number_index", "at"])
    op.create_index("ix_refused_dials_number_last_four_at", "refused_dials", ["number_last_four", "at"])


def downgrade() -> None:
    """Remove them."""
    op.drop_table("refused_dials")
    op.drop_table("forbidden_numbers")
