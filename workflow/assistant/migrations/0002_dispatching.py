"""Tickets that are dispatched by themselves, and the rule by which they are."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "assistant_dispatch_rule",
        sa.Column("id", sa.String(length=8), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("threshold", sa.String(length=4), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assistant_dispatch_rule")),
    )
    op.create_table(
        "assistant_dispatches",
        sa.Column("ticket", sa.String(length=26), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("others", sa.String(length=300), nullable=False),
        sa.Column("model", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("review", sa.String(length=8), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assistant_dispatches")),
    )
    with op.batch_alter_table("assistant_dispatches", schema=None) as batch_op:
        for columns, unique in INDEXES:
            name = batch_op.f(f"ix_assistant_dispatches_{'_'.join(columns)}")
            batch_op.create_index(name, list(columns), unique=unique)


INDEXES = (
    (("ticket",), True),
    (("created_at", "id"), False),
    (("updated_at", "id"), False),
    (("state", "created_at", "id"), False),
    (("review", "created_at", "id"), False),
    (("unit", "created_at", "id"), False),
    (("model", "state", "review"), False),
)


def downgrade() -> None:
    """Remove them."""
    op.drop_table("assistant_dispatches")
    op.drop_table("assistant_dispatch_rule")
