"""What the models say now."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "quality_calibrations",
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("recording", sa.String(length=26), nullable=False),
        sa.Column("sheet", sa.String(length=60), nullable=False),
        sa.Column("inspectors", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("kappa", sa.Float(), nullable=True),
        sa.Column("agreed", sa.Float(), nullable=True),
        sa.Column("average", sa.Float(), nullable=True),
        sa.Column("spread", sa.Float(), nullable=True),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_calibrations")),
    )
    with op.batch_alter_table("quality_calibrations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_quality_calibrations_state_updated_at_id"), ["state", "updated_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_quality_calibrations_updated_at_id"), ["updated_at", "id"], unique=False)

    op.create_table(
        "quality_draws",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("plan", sa.String(length=26), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seed", sa.String(length=60), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("drawn", sa.Integer(), nullable=False),
        sa.Column("ungiven", sa.Integer(), nullable=False),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_draws")),
    )
    with op.batch_alter_table("quality_draws", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quality_draws_plan_at_id"), ["plan", "at", "id"], unique=False)

    op.create_table(
        "quality_item_scores",
        sa.Column("id", sa.String(length=90), nullable=False),
        sa.Column("review", sa.String(length=26), nullable=False),
        sa.Column("sheet", sa.String(length=60), nullable=False),
        sa.Column("item", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=40), nullable=False),
        sa.Column("agent", sa.String(length=16), nullable=False),
        sa.Column("group", sa.String(length=40), nullable=False),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("points", sa.Float(), nullable=False),
        sa.Column("possible", sa.Float(), nullable=False),
        sa.Column("fatal", sa.Boolean(), nullable=False),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_item_scores")),
    )
    with op.batch_alter_table("quality_item_scores", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quality_item_scores_review"), ["review"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_quality_item_scores_scored_at_organisation"), ["scored_at", "organisation"], unique=False
        )

    op.create_table(
        "quality_plans",
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("sheet", sa.String(length=60), nullable=False),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("agents", sa.JSON(), nullable=False),
        sa.Column("queues", sa.JSON(), nullable=False),
        sa.Column("min_seconds", sa.Integer(), nullable=True),
        sa.Column("max_seconds", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("satisfactions", sa.JSON(), nullable=False),
        sa.Column("began_from", sa.String(length=5), nullable=False),
        sa.Column("began_to", sa.String(length=5), nullable=False),
        sa.Column("ended_from", sa.String(length=5), nullable=False),
        sa.Column("ended_to", sa.String(length=5), nullable=False),
        sa.Column("silence", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(length=60), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("each", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("inspectors", sa.JSON(), nullable=False),
        sa.Column("appeal_days", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("drawn_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_plans")),
    )
    with op.batch_alter_table("quality_plans", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_quality_plans_kind_updated_at_id"), ["kind", "updated_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_quality_plans_state_updated_at_id"), ["state", "updated_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_quality_plans_updated_at_id"), ["updated_at", "id"], unique=False)

    op.create_table(
        "quality_reviews",
        sa.Column("plan", sa.String(length=26), nullable=False),
        sa.Column("calibration", sa.String(length=26), nullable=False),
        sa.Column("recording", sa.String(length=26), nullable=False),
        sa.Column("call", sa.String(length=26), nullable=False),
        sa.Column("agent", sa.String(length=16), nullable=False),
        sa.Column("person", sa.String(length=26), nullable=False),
        sa.Column("group", sa.String(length=40), nullable=False),
        sa.Column("queue", sa.String(length=60), nullable=False),
        sa.Column("talk_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("satisfaction", sa.String(length=16), nullable=False),
        sa.Column("inspector", sa.String(length=26), nullable=False),
        sa.Column("sheet", sa.String(length=60), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("appeal_days", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("fatal", sa.Boolean(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("coaching", sa.Text(), nullable=False),
        sa.Column("good", sa.Boolean(), nullable=False),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appeal_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appeal", sa.Text(), nullable=False),
        sa.Column("appealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("score_before", sa.Float(), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=26), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_why", sa.String(length=12), nullable=False),
        sa.Column("void_note", sa.Text(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_reviews")),
    )
    with op.batch_alter_table("quality_reviews", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_quality_reviews_agent_talk_at_id"), ["agent", "talk_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_quality_reviews_calibration_id"), ["calibration", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_quality_reviews_inspector_state_talk_at_id"),
            ["inspector", "state", "talk_at", "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_quality_reviews_plan_talk_at_id"), ["plan", "talk_at", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_quality_reviews_scored_at_organisation"), ["scored_at", "organisation"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_quality_reviews_state_talk_at_id"), ["state", "talk_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_quality_reviews_talk_at_id"), ["talk_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_quality_reviews_updated_at_id"), ["updated_at", "id"], unique=False)
        batch_op.create_index(
            "uq_quality_reviews_drawn",
            ["recording"],
            unique=True,
            sqlite_where=sa.text("removed_at IS NULL AND state <> 'void' AND calibration = ''"),
            postgresql_where=sa.text("removed_at IS NULL AND state <> 'void' AND calibration = ''"),
        )


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("quality_reviews", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_quality_reviews_drawn",
            sqlite_where=sa.text("removed_at IS NULL AND state <> 'void' AND calibration = ''"),
            postgresql_where=sa.text("removed_at IS NULL AND state <> 'void' AND calibration = ''"),
        )
        batch_op.drop_index(batch_op.f("ix_quality_reviews_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_quality_reviews_talk_at_id"))
        batch_op.drop_index(batch_op.f("ix_quality_reviews_state_talk_at_id"))
        batch_op.drop_index(batch_op.f("ix_quality_reviews_scored_at_organisation"))
        batch_op.drop_index(batch_op.f("ix_quality_reviews_plan_talk_at_id"))
        batch_op.drop_index(batch_op.f("ix_quality_reviews_inspector_state_talk_at_id"))
        batch_op.drop_index(batch_op.f("ix_quality_reviews_calibration_id"))
        batch_op.drop_index(batch_op.f("ix_quality_reviews_agent_talk_at_id"))

    op.drop_table("quality_reviews")
    with op.batch_alter_table("quality_plans", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quality_plans_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_quality_plans_state_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_quality_plans_kind_updated_at_id"))

    op.drop_table("quality_plans")
    with op.batch_alter_table("quality_item_scores", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quality_item_scores_scored_at_organisation"))
        batch_op.drop_index(batch_op.f("ix_quality_item_scores_review"))

    op.drop_table("quality_item_scores")
    with op.batch_alter_table("quality_draws", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quality_draws_plan_at_id"))

    op.drop_table("quality_draws")
    with op.batch_alter_table("quality_calibrations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quality_calibrations_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_quality_calibrations_state_updated_at_id"))

    op.drop_table("quality_calibrations")
