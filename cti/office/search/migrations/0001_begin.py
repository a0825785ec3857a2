"""What can be found by words."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0001"
down_revision = None

SQLITE = (
    "CREATE VIRTUAL TABLE search_words USING fts5(tokens, content='search_entries', content_rowid='id', "
    "tokenize='ascii', prefix='6')",
    "CREATE TRIGGER search_words_added AFTER INSERT ON search_entries BEGIN "
    "INSERT INTO search_words(rowid, tokens) VALUES (new.id, new.tokens); END",
    "CREATE TRIGGER search_words_removed AFTER DELETE ON search_entries BEGIN "
    "INSERT INTO search_words(search_words, rowid, tokens) VALUES ('delete', old.id, old.tokens); END",
)
POSTGRESQL = ("CREATE INDEX search_words ON search_entries USING gin (tokens)",)


def upgrade() -> None:
    """Make the table and its full-text index."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.create_table(
        "search_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("record", sa.String(40), nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("tokens", sa.Text if sqlite else TSVECTOR, nullable=False),
    )
    op.create_index("ix_search_entries_kind_record_part", "search_entries", ["kind", "record", "part"], unique=True)
    for line in SQLITE if sqlite else POSTGRESQL:
        op.execute(line)


def downgrade() -> None:
    """Remove them."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_words")
    op.drop_table("search_entries")
