"""Merged hotlines as sources of articles: which of their ids became which article, imports of their tables."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

moment = sa.DateTime(timezone=True)


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
    for table, when in (("knowledge_articles", "updated_at"), ("knowledge_published", "published_at")):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("hotline", sa.String(26), nullable=False, server_default=""))
            batch.add_column(sa.Column("origin", sa.String(80), nullable=False, server_default=""))
            batch.create_index(batch.f(f"ix_{table}_hotline_{when}_id"), ["hotline", when, "id"])
    op.create_table(
        "knowledge_hotlines",
        *_record(),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("audience", sa.String(8), nullable=False),
        sa.Column("category", sa.String(26), nullable=False),
        sa.Column("keep_tree", sa.Boolean, nullable=False),
        sa.Column("columns", sa.JSON, nullable=False),
        sa.Column("categories", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_hotlines")),
    )
    op.create_table(
        "knowledge_origins",
        sa.Column("hotline", sa.String(26), nullable=False),
        sa.Column("origin", sa.String(80), nullable=False),
        sa.Column("article", sa.String(26), nullable=False),
        sa.Column("category", sa.String(300), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("made", sa.String(26), nullable=False),
        sa.Column("met", sa.String(26), nullable=False),
        sa.PrimaryKeyConstraint("hotline", "origin", name=op.f("pk_knowledge_origins")),
    )
    for columns in (["article"], ["made", "origin"], ["hotline", "met"]):
        op.create_index(op.f(f"ix_knowledge_origins_{'_'.join(columns)}"), "knowledge_origins", columns)
    op.create_table(
        "knowledge_imports",
        *_record(),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("hotline", sa.String(26), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("dry", sa.Boolean, nullable=False),
        *(sa.Column(one, sa.Integer, nullable=False) for one in ("place", "good", "changed", "again", "bad", "faults")),
        sa.Column("message", sa.String(400), nullable=False),
        sa.Column("begun_at", moment),
        sa.Column("ended_at", moment),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_imports")),
    )
    for name in ("knowledge_hotlines", "knowledge_imports"):
        op.create_index(op.f(f"ix_{name}_updated_at_id"), name, ["updated_at", "id"])
    op.create_table(
        "knowledge_import_faults",
        sa.Column("batch", sa.String(26), nullable=False),
        sa.Column("place", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("row", sa.Integer, nullable=False),
        sa.Column("field", sa.String(60), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("batch", "place", name=op.f("pk_knowledge_import_faults")),
    )


def downgrade() -> None:
    """Back."""
    for name in ("knowledge_import_faults", "knowledge_imports", "knowledge_origins", "knowledge_hotlines"):
        op.drop_table(name)
    for table, when in (("knowledge_articles", "updated_at"), ("knowledge_published", "published_at")):
        with op.batch_alter_table(table) as batch:
            batch.drop_index(batch.f(f"ix_{table}_hotline_{when}_id"))
            batch.drop_column("origin")
            batch.drop_column("hotline")
