"""Messages and inboxes."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "messages",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("key", sa.String(120)),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("link", sa.String(200), nullable=False),
        sa.Column("urgency", sa.String(8), nullable=False),
        sa.Column("sender", sa.String(40), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("told_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
    )
    op.create_index("ix_messages_told_at_id", "messages", ["told_at", "id"])
    op.create_index("uq_messages_key", "messages", ["key"], unique=True)
    op.create_table(
        "inbox",
        sa.Column("person", sa.String(26), nullable=False),
        sa.Column("message", sa.String(26), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("read_at", TIME),
        sa.PrimaryKeyConstraint("person", "message", name="pk_inbox"),
        sa.ForeignKeyConstraint(["message"], ["messages.id"], name="fk_inbox_message_messages"),
    )
    op.create_index("ix_inbox_person_at_message", "inbox", ["person", "at", "message"])
    op.create_index("ix_inbox_message", "inbox", ["message"])
    unread = sa.text("read_at IS NULL")
    op.create_index(
        "ix_inbox_unread", "inbox", ["person", "at", "message"], sqlite_where=unread, postgresql_where=unread
    )


def downgrade() -> None:
    """Remove them."""
    op.drop_table("inbox")
    op.drop_table("messages")
