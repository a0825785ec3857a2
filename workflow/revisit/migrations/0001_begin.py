"""Strategies and plans of revisits, revisits, and each attempt."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "revisit_attempts",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("revisit", sa.String(length=26), nullable=False),
        sa.Column("plan", sa.String(length=26), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("result", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisit_attempts")),
    )
    with op.batch_alter_table("revisit_attempts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_revisit_attempts_plan_at"), ["plan", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_revisit_attempts_revisit_at_id"), ["revisit", "at", "id"], unique=False)

    op.create_table(
        "revisit_plans",
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("strategy", sa.String(length=26), nullable=False),
        sa.Column("flow", sa.String(length=60), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("category", sa.String(length=26), nullable=False),
        sa.Column("lead", sa.String(length=40), nullable=False),
        sa.Column("since_days", sa.Integer(), nullable=False),
        sa.Column("human_share", sa.Integer(), nullable=False),
        sa.Column("started_by", sa.String(length=26), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisit_plans")),
    )
    with op.batch_alter_table("revisit_plans", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_revisit_plans_state_updated_at_id"), ["state", "updated_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_revisit_plans_updated_at_id"), ["updated_at", "id"], unique=False)

    op.create_table(
        "revisit_strategies",
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("calendar", sa.String(length=40), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("rest_calendar", sa.String(length=40), nullable=False),
        sa.Column("rest_lines", sa.Integer(), nullable=False),
        sa.Column("a_minute", sa.Integer(), nullable=False),
        sa.Column("ring", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("busy_minutes", sa.Integer(), nullable=False),
        sa.Column("no_answer_minutes", sa.Integer(), nullable=False),
        sa.Column("other_minutes", sa.Integer(), nullable=False),
        sa.Column("shown", sa.String(length=24), nullable=False),
        sa.Column("accepts", sa.String(length=8), nullable=False),
        sa.Column("unreached", sa.String(length=8), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisit_strategies")),
    )
    with op.batch_alter_table("revisit_strategies", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_revisit_strategies_organisation_title"), ["organisation", "title"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_revisit_strategies_updated_at_id"), ["updated_at", "id"], unique=False)

    op.create_table(
        "revisits",
        sa.Column("plan", sa.String(length=26), nullable=False),
        sa.Column("ticket", sa.String(length=26), nullable=False),
        sa.Column("ticket_number", sa.String(length=40), nullable=False),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("number_index", sa.String(length=32), nullable=False),
        sa.Column("number_last_four", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("gender", sa.String(length=8), nullable=False),
        sa.Column("by_human", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.String(length=16), nullable=False),
        sa.Column("attempt", sa.String(length=26), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("solved", sa.String(length=8), nullable=False),
        sa.Column("satisfaction", sa.String(length=12), nullable=False),
        sa.Column("hotline", sa.String(length=12), nullable=False),
        sa.Column("why", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("verified_by", sa.String(length=40), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisits")),
    )
    with op.batch_alter_table("revisits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_revisits_attempt"), ["attempt"], unique=False)
        batch_op.create_index(batch_op.f("ix_revisits_last_at_id"), ["last_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_revisits_number_index"), ["number_index"], unique=False)
        batch_op.create_index(batch_op.f("ix_revisits_number_last_four"), ["number_last_four"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_revisits_plan_state_due_at_id"), ["plan", "state", "due_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_revisits_plan_ticket"), ["plan", "ticket"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_revisits_satisfaction_updated_at_id"), ["satisfaction", "updated_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_revisits_state_updated_at_id"), ["state", "updated_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_revisits_updated_at_id"), ["updated_at", "id"], unique=False)
        batch_op.create_index(
            "uq_revisits_open",
            ["ticket"],
            unique=True,
            sqlite_where=sa.text(
                "removed_at IS NULL AND state IN ('waiting', 'dialling', 'talking', 'proposed', 'human')"
            ),
            postgresql_where=sa.text(
                "removed_at IS NULL AND state IN ('waiting', 'dialling', 'talking', 'proposed', 'human')"
            ),
        )


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("revisits", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_revisits_open",
            sqlite_where=sa.text(
                "removed_at IS NULL AND state IN ('waiting', 'dialling', 'talking', 'proposed', 'human')"
            ),
            postgresql_where=sa.text(
                "removed_at IS NULL AND state IN ('waiting', 'dialling', 'talking', 'proposed', 'human')"
            ),
        )
        batch_op.drop_index(batch_op.f("ix_revisits_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_revisits_state_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_revisits_satisfaction_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_revisits_plan_ticket"))
        batch_op.drop_index(batch_op.f("ix_revisits_plan_state_due_at_id"))
        batch_op.drop_index(batch_op.f("ix_revisits_number_last_four"))
        batch_op.drop_index(batch_op.f("ix_revisits_number_index"))
        batch_op.drop_index(batch_op.f("ix_revisits_last_at_id"))
        batch_op.drop_index(batch_op.f("ix_revisits_attempt"))

    op.drop_table("revisits")
    with op.batch_alter_table("revisit_strategies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_revisit_strategies_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_revisit_strategies_organisation_title"))

    op.drop_table("revisit_strategies")
    with op.batch_alter_table("revisit_plans", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_revisit_plans_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_revisit_plans_state_updated_at_id"))

    op.drop_table("revisit_plans")
    with op.batch_alter_table("revisit_attempts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_revisit_attempts_revisit_at_id"))
        batch_op.drop_index(batch_op.f("ix_revisit_attempts_plan_at"))

    op.drop_table("revisit_attempts")
