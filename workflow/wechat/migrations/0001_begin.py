"""Readers of the official account, what came and is not done yet, chats with readers, template messages."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "wechat_readers",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("openid", sa.Text, nullable=False),
        sa.Column("openid_index", sa.String(32), nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("number_index", sa.String(32), nullable=False),
        sa.Column("follows", sa.Boolean, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.Column("bound_at", TIME),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_wechat_readers"),
    )
    op.create_index("ix_wechat_readers_openid_index", "wechat_readers", ["openid_index"], unique=True)
    op.create_index("ix_wechat_readers_number_index", "wechat_readers", ["number_index"])
    op.create_index("ix_wechat_readers_bound_at_id", "wechat_readers", ["bound_at", "id"])
    op.create_table(
        "wechat_received",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("done_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_wechat_received"),
    )
    op.create_index("ix_wechat_received_at", "wechat_received", ["at"])
    op.create_index("ix_wechat_received_done_at_at", "wechat_received", ["done_at", "at"])
    op.create_table(
        "wechat_talks",
        sa.Column("chat", sa.String(26), nullable=False),
        sa.Column("openid", sa.Text, nullable=False),
        sa.Column("sent", sa.Integer, nullable=False),
        sa.Column("over", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("chat", name="pk_wechat_talks"),
    )
    op.create_index("ix_wechat_talks_over_chat", "wechat_talks", ["over", "chat"])
    op.create_table(
        "wechat_letters",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("openid", sa.Text, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("about", sa.String(40), nullable=False),
        sa.Column("words", sa.String(80), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("next_at", TIME, nullable=False),
        sa.Column("last_error", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_wechat_letters"),
    )
    op.create_index("ix_wechat_letters_key", "wechat_letters", ["key"], unique=True)
    op.create_index("ix_wechat_letters_state_next_at", "wechat_letters", ["state", "next_at"])
    op.create_index("ix_wechat_letters_created_at", "wechat_letters", ["created_at"])


def downgrade() -> None:
    """Back."""
    for table in ("wechat_letters", "wechat_talks", "wechat_received", "wechat_readers"):
        op.drop_table(table)
