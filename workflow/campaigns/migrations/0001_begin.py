"""Campaigns, whom they call, each attempt, and who wants no calls."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

STANDS = sa.text("removed_at IS NULL")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "campaign_attempts",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("campaign", sa.String(length=26), nullable=False),
        sa.Column("target", sa.String(length=26), nullable=False),
        sa.Column("number_index", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agent_name", sa.String(length=40), nullable=False),
        sa.Column("call", sa.String(length=26), nullable=False),
        sa.Column("result", sa.String(length=16), nullable=False),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_attempts")),
    )
    with op.batch_alter_table("campaign_attempts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_campaign_attempts_at_id"), ["at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_campaign_attempts_campaign_at_id"), ["campaign", "at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_campaign_attempts_number_index_at"), ["number_index", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_campaign_attempts_target_at_id"), ["target", "at", "id"], unique=False)

    op.create_table(
        "campaign_do_not_call",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("number_index", sa.String(length=32), nullable=False),
        sa.Column("number_last_four", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_do_not_call")),
    )
    with op.batch_alter_table("campaign_do_not_call", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_campaign_do_not_call_number_index"), ["number_index"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_campaign_do_not_call_number_last_four"), ["number_last_four"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_campaign_do_not_call_updated_at_id"), ["updated_at", "id"], unique=False)

    op.create_table(
        "campaign_targets",
        sa.Column("campaign", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("number_index", sa.String(length=32), nullable=False),
        sa.Column("number_last_four", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("about", sa.String(length=1000), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.String(length=16), nullable=False),
        sa.Column("attempt", sa.String(length=26), nullable=False),
        sa.Column("call", sa.String(length=26), nullable=False),
        sa.Column("agent", sa.String(length=26), nullable=False),
        sa.Column("agent_name", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_targets")),
    )
    with op.batch_alter_table("campaign_targets", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_campaign_targets_agent_state_updated_at_id"),
            ["agent", "state", "updated_at", "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_campaign_targets_attempt"), ["attempt"], unique=False)
        batch_op.create_index(batch_op.f("ix_campaign_targets_call"), ["call"], unique=False)
        batch_op.create_index(
            "uq_campaign_targets_number",
            ["campaign", "number_index"],
            unique=True,
            sqlite_where=STANDS,
            postgresql_where=STANDS,
        )
        batch_op.create_index(
            batch_op.f("ix_campaign_targets_campaign_state_due_at_id"),
            ["campaign", "state", "due_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_campaign_targets_campaign_updated_at_id"), ["campaign", "updated_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_campaign_targets_code_updated_at_id"), ["code", "updated_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_campaign_targets_due_at_id"), ["due_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_campaign_targets_last_at_id"), ["last_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_campaign_targets_number_index"), ["number_index"], unique=False)
        batch_op.create_index(batch_op.f("ix_campaign_targets_number_last_four"), ["number_last_four"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_campaign_targets_state_updated_at_id"), ["state", "updated_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_campaign_targets_updated_at_id"), ["updated_at", "id"], unique=False)

    op.create_table(
        "campaigns",
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("mode", sa.String(length=12), nullable=False),
        sa.Column("queue", sa.String(length=60), nullable=False),
        sa.Column("calendar", sa.String(length=40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("busy_minutes", sa.Integer(), nullable=False),
        sa.Column("no_answer_minutes", sa.Integer(), nullable=False),
        sa.Column("other_minutes", sa.Integer(), nullable=False),
        sa.Column("script", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
    )
    with op.batch_alter_table("campaigns", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_campaigns_mode_updated_at_id"), ["mode", "updated_at", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_campaigns_state_updated_at_id"), ["state", "updated_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_campaigns_updated_at_id"), ["updated_at", "id"], unique=False)


def downgrade() -> None:
    """Remove them."""
    with op.batch_alter_table("campaigns", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campaigns_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_campaigns_state_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_campaigns_mode_updated_at_id"))

    op.drop_table("campaigns")
    with op.batch_alter_table("campaign_targets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campaign_targets_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_campaign_targets_state_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_campaign_targets_number_last_four"))
        batch_op.drop_index(batch_op.f("ix_campaign_targets_number_index"))
        batch_op.drop_index(batch_op.f("ix_campaign_targets_last_at_id"))
        batch_op.drop_index(batch_op.f("ix_campaign_targets_due_at_id"))
        batch_op.drop_index(batch_op.f("ix_campaign_targets_code_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_campaign_targets_campaign_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_campaign_targets_campaign_state_due_at_id"))
        batch_op.drop_index("uq_campaign_targets_number")
        batch_op.drop_index(batch_op.f("ix_campaign_targets_call"))
        batch_op.drop_index(batch_op.f("ix_campaign_targets_attempt"))
        batch_op.drop_index(batch_op.f("ix_campaign_targets_agent_state_updated_at_id"))

    op.drop_table("campaign_targets")
    with op.batch_alter_table("campaign_do_not_call", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campaign_do_not_call_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_campaign_do_not_call_number_last_four"))
        batch_op.drop_index(batch_op.f("ix_campaign_do_not_call_number_index"))

    op.drop_table("campaign_do_not_call")
    with op.batch_alter_table("campaign_attempts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campaign_attempts_target_at_id"))
        batch_op.drop_index(batch_op.f("ix_campaign_attempts_number_index_at"))
        batch_op.drop_index(batch_op.f("ix_campaign_attempts_campaign_at_id"))
        batch_op.drop_index(batch_op.f("ix_campaign_attempts_at_id"))

    op.drop_table("campaign_attempts")
