"""What the public site keeps for citizens."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "portal_accounts",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("number_index", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("citizen", sa.String(length=26), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_accounts")),
    )
    with op.batch_alter_table("portal_accounts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_portal_accounts_citizen"), ["citizen"], unique=False)
        batch_op.create_index(batch_op.f("ix_portal_accounts_number_index"), ["number_index"], unique=True)

    op.create_table(
        "portal_drafts",
        sa.Column("account", sa.String(length=26), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_portal_drafts")),
    )
    op.create_table(
        "portal_favourites",
        sa.Column("account", sa.String(length=26), nullable=False),
        sa.Column("article", sa.String(length=26), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account", "article", name=op.f("pk_portal_favourites")),
    )
    with op.batch_alter_table("portal_favourites", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_portal_favourites_account_at_article"), ["account", "at", "article"], unique=False
        )

    op.create_table(
        "portal_messages",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("account", sa.String(length=26), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("words", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_messages")),
    )
    with op.batch_alter_table("portal_messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_portal_messages_account_at_id"), ["account", "at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_portal_messages_account_read_at"), ["account", "read_at"], unique=False)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("portal_messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_portal_messages_account_read_at"))
        batch_op.drop_index(batch_op.f("ix_portal_messages_account_at_id"))

    op.drop_table("portal_messages")
    with op.batch_alter_table("portal_favourites", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_portal_favourites_account_at_article"))

    op.drop_table("portal_favourites")
    op.drop_table("portal_drafts")
    with op.batch_alter_table("portal_accounts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_portal_accounts_number_index"))
        batch_op.drop_index(batch_op.f("ix_portal_accounts_citizen"))

    op.drop_table("portal_accounts")
