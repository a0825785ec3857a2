"""How the sound of legs was, and what that comes to on a day."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "line_measured",
        *_owned(),
        sa.Column("call", sa.String(26), nullable=False),
        sa.Column("leg", sa.String(64), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("party", sa.String(12), nullable=False),
        sa.Column("line", sa.String(64), nullable=False),
        sa.Column("agent", sa.String(16), nullable=False),
        sa.Column("far", sa.String(45), nullable=False),
        sa.Column("network", sa.String(50), nullable=False),
        sa.Column("codec", sa.String(16), nullable=False),
        sa.Column("packets", sa.Integer, nullable=False),
        sa.Column("mos", sa.Float, nullable=False),
        sa.Column("loss", sa.Float, nullable=False),
        sa.Column("jitter", sa.Float),
        sa.Column("far_loss", sa.Float),
        sa.Column("far_jitter", sa.Float),
        sa.Column("round_trip", sa.Float),
        sa.Column("silent", sa.Boolean, nullable=False),
        sa.Column("bad", sa.Boolean, nullable=False),
    )
    op.create_index("ix_line_measured_call_leg", "line_measured", ["call", "leg"], unique=True)
    op.create_index("ix_line_measured_at_id", "line_measured", ["at", "id"])
    for key in ("bad", "line", "agent", "network"):
        op.create_index(f"ix_line_measured_{key}_at_id", "line_measured", [key, "at", "id"])
    op.create_table(
        "line_measured_days",
        *_owned(),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("legs", sa.Integer, nullable=False),
        sa.Column("bad", sa.Integer, nullable=False),
        sa.Column("silent", sa.Integer, nullable=False),
        sa.Column("mos", sa.Float, nullable=False),
        sa.Column("loss", sa.Float, nullable=False),
        sa.Column("jitter", sa.Float, nullable=False),
        sa.Column("round_trip", sa.Float, nullable=False),
    )
    one = ["kind", "name", "day", "organisation"]
    op.create_index("ix_line_measured_days_kind_name_day_organisation", "line_measured_days", one, unique=True)
    op.create_index("ix_line_measured_days_day_kind", "line_measured_days", ["day", "kind"])


def downgrade() -> None:
    """Remove them."""
    op.drop_table("line_measured_days")
    op.drop_table("line_measured")


def _owned() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
    )
