"""How often each was called back, when again, and by which call."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

DATE = sa.DateTime(timezone=True)
INDEXES = {
    "ix_missed_callers_state_due_at_id": ["state", "due_at", "id"],
    "ix_missed_callers_due_at_id": ["due_at", "id"],
    "ix_missed_callers_taken_by_state_due_at": ["taken_by", "state", "due_at"],
    "ix_missed_callers_attempt": ["attempt"],
    "ix_missed_callers_called_back": ["called_back"],
}


def upgrade() -> None:
    """Whoever waits since before may be called at once."""
    op.add_column("missed_callers", sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("missed_callers", sa.Column("due_at", DATE, nullable=True))
    op.execute("UPDATE missed_callers SET due_at = last_at")
    for name, length in (("attempt", 26), ("called_back", 26), ("last_result", 16)):
        op.add_column("missed_callers", sa.Column(name, sa.String(length), nullable=False, server_default=""))
    with op.batch_alter_table("missed_callers") as batch:
        batch.alter_column("due_at", existing_type=DATE, nullable=False)
    for name, columns in INDEXES.items():
        op.create_index(name, "missed_callers", columns)


def downgrade() -> None:
    """Who is dialled waits again."""
    for name in INDEXES:
        op.drop_index(name, "missed_callers")
    op.execute("UPDATE missed_callers SET state = 'taken' WHERE state IN ('dialling', 'talked')")
    for name in ("last_result", "called_back", "attempt", "due_at", "attempts"):
        op.drop_column("missed_callers", name)
