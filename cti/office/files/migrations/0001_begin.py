"""Files of records, and uploads on their way."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "files",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("record", sa.String(26), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("type", sa.String(100), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("blob", sa.String(26), nullable=False),
        sa.Column("place", sa.String(10), nullable=False),
        sa.Column("scan", sa.String(10), nullable=False),
        sa.Column("found", sa.Text, nullable=False),
        sa.Column("person", sa.String(26), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("added_at", TIME, nullable=False),
        sa.Column("removed_at", TIME),
        sa.Column("removed_by", sa.String(80), nullable=False),
        sa.Column("missing_at", TIME),
        sa.UniqueConstraint("blob", name="uq_files_blob"),
    )
    op.create_index("ix_files_kind_record_added_at", "files", ["kind", "record", "added_at"])
    for column in ("scan", "place", "removed_at"):
        op.create_index(f"ix_files_{column}", "files", [column])
    op.create_table(
        "uploads",
        sa.Column("token", sa.String(40), primary_key=True),
        sa.Column("person", sa.String(26), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("blob", sa.String(26), nullable=False),
        sa.Column("type", sa.String(100), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("begun_at", TIME, nullable=False),
        sa.UniqueConstraint("blob", name="uq_uploads_blob"),
    )
    for column in ("person", "begun_at"):
        op.create_index(f"ix_uploads_{column}", "uploads", [column])


def downgrade() -> None:
    """Remove them."""
    op.drop_table("uploads")
    op.drop_table("files")
