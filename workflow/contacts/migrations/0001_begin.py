"""The phone book."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "contacts",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.Column("removed_at", moment),
        sa.Column("book", sa.String(8), nullable=False),
        sa.Column("parent", sa.String(26)),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("initials", sa.String(80), nullable=False),
        sa.Column("phone", sa.String(32), nullable=False),
        sa.Column("phones", sa.JSON, nullable=False),
        sa.Column("address", sa.String(200), nullable=False),
        sa.Column("site", sa.String(200), nullable=False),
        sa.Column("mail", sa.String(120), nullable=False),
        sa.Column("duties", sa.String(2000), nullable=False),
        sa.Column("notes", sa.String(500), nullable=False),
    )
    op.create_index("ix_contacts_book_parent_place_id", "contacts", ["book", "parent", "place", "id"])
    op.create_index("ix_contacts_updated_at_id", "contacts", ["updated_at", "id"])
    op.create_index("ix_contacts_phone", "contacts", ["phone"])


def downgrade() -> None:
    """Remove it."""
    op.drop_table("contacts")
