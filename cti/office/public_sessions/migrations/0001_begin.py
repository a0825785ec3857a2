"""Codes and sessions of citizens on the public site."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "public_codes",
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("sent_at", TIME, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("sent", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_public_codes"),
    )
    op.create_table(
        "public_sessions",
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("number_index", sa.String(32), nullable=False),
        sa.Column("browser_hash", sa.String(64), nullable=False),
        sa.Column("address", sa.String(45), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.Column("ended_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_public_sessions"),
    )
    op.create_index("ix_public_sessions_token_hash", "public_sessions", ["token_hash"], unique=True)
    op.create_index("ix_public_sessions_created_at_id", "public_sessions", ["created_at", "id"])
    op.create_index("ix_public_sessions_number_index_created_at", "public_sessions", ["number_index", "created_at"])


def downgrade() -> None:
    """Remove them."""
    op.drop_table("public_sessions")
    op.drop_table("public_codes")
