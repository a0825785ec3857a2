"""Tickets by matter, names of matters, rises."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "trend_tickets",
        sa.Column("ticket", sa.String(26), primary_key=True),
        sa.Column("matter", sa.String(26), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("place", sa.String(12), nullable=False),
        sa.Column("category", sa.String(26), nullable=False),
        sa.Column("by_hand", sa.Boolean, nullable=False),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
    )
    for columns in (["matter", "at"], ["at", "ticket"], ["organisation", "at"], ["changed_at", "ticket"]):
        op.create_index(f"ix_trend_tickets_{'_'.join(columns)}", "trend_tickets", columns)
    op.create_table(
        "trend_names",
        sa.Column("matter", sa.String(26), primary_key=True),
        sa.Column("name", sa.String(60), nullable=False),
    )
    op.create_table(
        "trend_rises",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("subject", sa.String(26), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("began_at", moment, nullable=False),
        sa.Column("ended_at", moment),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("usual", sa.Float, nullable=False),
        sa.Column("most", sa.Integer, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("note", sa.String(300), nullable=False),
        sa.Column("handled_by", sa.String(40), nullable=False),
        sa.Column("handled_at", moment),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
    )
    for columns in (
        ["began_at", "id"], ["organisation", "began_at"], ["kind", "subject", "ended_at"], ["state", "began_at", "id"],
    ):  # fmt: skip
        op.create_index(f"ix_trend_rises_{'_'.join(columns)}", "trend_rises", columns)


def downgrade() -> None:
    """Take them away."""
    for name in ("trend_rises", "trend_names", "trend_tickets"):
        op.drop_table(name)
