"""What the models say at first."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "chat_entrances",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("sites", sa.JSON(), nullable=False),
        sa.Column("flow", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=40), nullable=False),
        sa.Column("welcome", sa.String(length=200), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_entrances")),
    )
    with op.batch_alter_table("chat_entrances", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_chat_entrances_key"), ["key"], unique=True)
        batch_op.create_index(batch_op.f("ix_chat_entrances_updated_at_id"), ["updated_at", "id"], unique=False)

    op.create_table(
        "chat_messages",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("chat", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_messages")),
    )
    with op.batch_alter_table("chat_messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_chat_messages_chat_key"), ["chat", "key"], unique=True)
        batch_op.create_index(batch_op.f("ix_chat_messages_chat_number"), ["chat", "number"], unique=True)

    op.create_table(
        "chat_writers",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("entrance", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("number_index", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_writers")),
    )
    with op.batch_alter_table("chat_writers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_chat_writers_number_index"), ["number_index"], unique=False)
        batch_op.create_index(batch_op.f("ix_chat_writers_seen_at"), ["seen_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_chat_writers_token_hash"), ["token_hash"], unique=True)

    op.create_table(
        "chats",
        sa.Column("entrance", sa.String(length=26), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("flow", sa.String(length=60), nullable=False),
        sa.Column("writer", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("number_index", sa.String(length=32), nullable=False),
        sa.Column("number_last_four", sa.String(length=32), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("citizen_read", sa.Integer(), nullable=False),
        sa.Column("agent_read", sa.Integer(), nullable=False),
        sa.Column("queue", sa.String(length=60), nullable=False),
        sa.Column("agent", sa.String(length=16), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waited", sa.Float(), nullable=True),
        sa.Column("satisfaction", sa.String(length=2), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(length=8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chats")),
    )
    with op.batch_alter_table("chats", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_chats_agent_began_at_id"), ["agent", "began_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_chats_began_at_id"), ["began_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_chats_number_index_began_at"), ["number_index", "began_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_chats_number_last_four"), ["number_last_four"], unique=False)
        batch_op.create_index(batch_op.f("ix_chats_queue_began_at_id"), ["queue", "began_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_chats_score_began_at_id"), ["score", "began_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_chats_state_began_at_id"), ["state", "began_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_chats_writer_began_at"), ["writer", "began_at"], unique=False)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("chats", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_chats_writer_began_at"))
        batch_op.drop_index(batch_op.f("ix_chats_state_began_at_id"))
        batch_op.drop_index(batch_op.f("ix_chats_score_began_at_id"))
        batch_op.drop_index(batch_op.f("ix_chats_queue_began_at_id"))
        batch_op.drop_index(batch_op.f("ix_chats_number_last_four"))
        batch_op.drop_index(batch_op.f("ix_chats_number_index_began_at"))
        batch_op.drop_index(batch_op.f("ix_chats_began_at_id"))
        batch_op.drop_index(batch_op.f("ix_chats_agent_began_at_id"))

    op.drop_table("chats")
    with op.batch_alter_table("chat_writers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_chat_writers_token_hash"))
        batch_op.drop_index(batch_op.f("ix_chat_writers_seen_at"))
        batch_op.drop_index(batch_op.f("ix_chat_writers_number_index"))

    op.drop_table("chat_writers")
    with op.batch_alter_table("chat_messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_chat_messages_chat_number"))
        batch_op.drop_index(batch_op.f("ix_chat_messages_chat_key"))

    op.drop_table("chat_messages")
    with op.batch_alter_table("chat_entrances", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_chat_entrances_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_chat_entrances_key"))

    op.drop_table("chat_entrances")
