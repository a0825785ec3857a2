"""Cases, their events and deadlines."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "cases",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("root", sa.String(26), nullable=False),
        sa.Column("parent", sa.String(26), nullable=False),
        sa.Column("role", sa.String(30), nullable=False),
        sa.Column("about", sa.String(40), nullable=False),
        sa.Column("record", sa.String(40), nullable=False),
        sa.Column("process", sa.String(60), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("step", sa.String(60), nullable=False),
        sa.Column("holder", sa.String(40), nullable=False),
        sa.Column("person", sa.String(26), nullable=False),
        sa.Column("variables", sa.Text, nullable=False),
        sa.Column("counts", sa.Text, nullable=False),
        sa.Column("clocks", sa.Text, nullable=False),
        sa.Column("opened_at", moment, nullable=False),
        sa.Column("entered_at", moment, nullable=False),
        sa.Column("outcome", sa.String(60), nullable=False),
        sa.Column("ended_at", moment),
        sa.Column("events", sa.Integer, nullable=False),
        sa.Column("head", sa.String(64), nullable=False),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
    )
    for columns in (
        ("root",),
        ("about", "record"),
        ("process", "outcome", "step"),
        ("holder", "outcome", "step"),
        ("person", "outcome"),
    ):
        op.create_index(f"ix_cases_{'_'.join(columns)}", "cases", list(columns))
    op.create_table(
        "case_events",
        sa.Column("root", sa.String(26), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("case_id", sa.String(26), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("person", sa.String(26), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("root", "sequence", name="pk_case_events"),
    )
    op.create_index("ix_case_events_at", "case_events", ["at"])
    op.create_table(
        "case_deadlines",
        sa.Column("case_id", sa.String(26), nullable=False),
        sa.Column("clock", sa.String(60), nullable=False),
        sa.Column("root", sa.String(26), nullable=False),
        sa.Column("holder", sa.String(40), nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("started_at", moment, nullable=False),
        sa.Column("warn_at", moment),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("warned", sa.Boolean, nullable=False),
        sa.Column("missed", sa.Boolean, nullable=False),
        sa.Column("ended_at", moment),
        sa.Column("organisation", sa.String(40), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "clock", name="pk_case_deadlines"),
    )
    op.create_index("ix_case_deadlines_root", "case_deadlines", ["root"])
    op.create_index("ix_case_deadlines_state_due_at", "case_deadlines", ["state", "due_at"])
    op.create_index("ix_case_deadlines_holder_state_due_at", "case_deadlines", ["holder", "state", "due_at"])


def downgrade() -> None:
    """Remove them."""
    for table in ("case_deadlines", "case_events", "cases"):
        op.drop_table(table)
