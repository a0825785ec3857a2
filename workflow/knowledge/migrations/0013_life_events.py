"""Life events, under which articles are filed."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

moment = sa.DateTime(timezone=True)
SAYING = ("knowledge_articles", "knowledge_editions", "knowledge_published")
FOUND = ("knowledge_articles", "knowledge_published")
TREE = "knowledge_life_events"


def _record() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_by", sa.String(26), nullable=False, server_default=""),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.Column("removed_at", moment),
    ]


def upgrade() -> None:
    """Forward."""
    op.create_table(
        TREE,
        *_record(),
        sa.Column("parent", sa.String(26)),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("initials", sa.String(80), nullable=False),
        sa.Column("path", sa.String(648), nullable=False, server_default=""),
        sa.Column("line", sa.String(216), nullable=False, server_default=""),
        sa.Column("off", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("merged_into", sa.String(26)),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TREE}")),
    )
    for columns in (["organisation", "parent", "place", "id"], ["path", "id"], ["line"], ["updated_at", "id"]):
        op.create_index(op.f(f"ix_{TREE}_{'_'.join(columns)}"), TREE, columns)
    for table in SAYING:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("life_event", sa.String(26), nullable=False, server_default=""))
    for table in FOUND:
        op.create_index(op.f(f"ix_{table}_life_event"), table, ["life_event"])


def downgrade() -> None:
    """Back."""
    for table in FOUND:
        op.drop_index(op.f(f"ix_{table}_life_event"), table)
    for table in SAYING:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("life_event")
    op.drop_table(TREE)
