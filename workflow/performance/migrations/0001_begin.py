"""Periods, scores, what does not count, points by hand, appeals."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "performance_adjustments",
        sa.Column("score", sa.String(length=26), nullable=False),
        sa.Column("period", sa.String(length=26), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("points", sa.Float(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), server_default="asked", nullable=False),
        sa.Column("opinion", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_adjustments")),
    )
    with op.batch_alter_table("performance_adjustments", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_performance_adjustments_period_subject"), ["period", "subject"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_performance_adjustments_state_updated_at_id"), ["state", "updated_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_performance_adjustments_updated_at_id"), ["updated_at", "id"], unique=False
        )

    op.create_table(
        "performance_appeals",
        sa.Column("score", sa.String(length=26), nullable=False),
        sa.Column("period", sa.String(length=26), nullable=False),
        sa.Column("period_title", sa.String(length=100), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kpi", sa.String(length=60), nullable=False),
        sa.Column("kpi_title", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), server_default="asked", nullable=False),
        sa.Column("before", sa.Float(), nullable=True),
        sa.Column("after", sa.Float(), nullable=True),
        sa.Column("opinion", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_appeals")),
    )
    with op.batch_alter_table("performance_appeals", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_performance_appeals_created_by_updated_at_id"),
            ["created_by", "updated_at", "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_performance_appeals_score_id"), ["score", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_performance_appeals_state_updated_at_id"), ["state", "updated_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_performance_appeals_updated_at_id"), ["updated_at", "id"], unique=False)

    op.create_table(
        "performance_exclusions",
        sa.Column("number", sa.String(length=40), server_default="", nullable=False),
        sa.Column("screen", sa.String(length=60), nullable=False),
        sa.Column("record", sa.String(length=90), nullable=False),
        sa.Column("about", sa.String(length=260), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("agent", sa.String(length=16), nullable=False),
        sa.Column("subject_name", sa.String(length=80), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("case", sa.String(length=26), server_default="", nullable=False),
        sa.Column("step", sa.String(length=60), server_default="", nullable=False),
        sa.Column("stage", sa.String(length=20), server_default="asked", nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opinion", sa.Text(), server_default="", nullable=False),
        sa.Column("judged_by", sa.String(length=80), server_default="", nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_exclusions")),
    )
    with op.batch_alter_table("performance_exclusions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_performance_exclusions_created_by_updated_at_id"),
            ["created_by", "updated_at", "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_performance_exclusions_number"), ["number"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_performance_exclusions_record_screen_stage"), ["record", "screen", "stage"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_performance_exclusions_stage_updated_at_id"), ["stage", "updated_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_performance_exclusions_updated_at_id"), ["updated_at", "id"], unique=False)

    op.create_table(
        "performance_periods",
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("scheme", sa.String(length=60), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("of", sa.String(length=8), nullable=False),
        sa.Column("every", sa.String(length=8), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), server_default="draft", nullable=False),
        sa.Column("counting", sa.Integer(), server_default="0", nullable=False),
        sa.Column("trouble", sa.String(length=400), server_default="", nullable=False),
        sa.Column("scored", sa.Integer(), server_default="0", nullable=False),
        sa.Column("unscored", sa.Integer(), server_default="0", nullable=False),
        sa.Column("average", sa.Float(), nullable=True),
        sa.Column("excluded", sa.Integer(), server_default="0", nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appeal_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_periods")),
    )
    with op.batch_alter_table("performance_periods", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_performance_periods_first_id"), ["first", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_performance_periods_updated_at_id"), ["updated_at", "id"], unique=False)
        batch_op.create_index(
            "uq_performance_periods_one",
            ["scheme", "first", "organisation"],
            unique=True,
            sqlite_where=sa.text("removed_at IS NULL"),
            postgresql_where=sa.text("removed_at IS NULL"),
        )

    op.create_table(
        "performance_scores",
        sa.Column("period", sa.String(length=26), nullable=False),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("owner_region", sa.String(length=6), nullable=False),
        sa.Column("period_title", sa.String(length=100), nullable=False),
        sa.Column("scheme", sa.String(length=60), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("of", sa.String(length=8), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("person", sa.String(length=26), nullable=False),
        sa.Column("agent", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("counted", sa.Float(), nullable=False),
        sa.Column("adjusted", sa.Float(), nullable=False),
        sa.Column("total", sa.Float(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("ranked", sa.Integer(), nullable=False),
        sa.Column("excluded", sa.Integer(), nullable=False),
        sa.Column("corrected", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_scores")),
    )
    with op.batch_alter_table("performance_scores", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_performance_scores_first_id"), ["first", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_performance_scores_period_rank_id"), ["period", "rank", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_performance_scores_person_first_id"), ["person", "first", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_performance_scores_rank_id"), ["rank", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_performance_scores_subject_first_id"), ["subject", "first", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_performance_scores_updated_at_id"), ["updated_at", "id"], unique=False)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("performance_scores", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_performance_scores_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_performance_scores_subject_first_id"))
        batch_op.drop_index(batch_op.f("ix_performance_scores_rank_id"))
        batch_op.drop_index(batch_op.f("ix_performance_scores_person_first_id"))
        batch_op.drop_index(batch_op.f("ix_performance_scores_period_rank_id"))
        batch_op.drop_index(batch_op.f("ix_performance_scores_first_id"))

    op.drop_table("performance_scores")
    with op.batch_alter_table("performance_periods", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_performance_periods_one",
            sqlite_where=sa.text("removed_at IS NULL"),
            postgresql_where=sa.text("removed_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_performance_periods_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_performance_periods_first_id"))

    op.drop_table("performance_periods")
    with op.batch_alter_table("performance_exclusions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_performance_exclusions_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_performance_exclusions_stage_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_performance_exclusions_record_screen_stage"))
        batch_op.drop_index(batch_op.f("ix_performance_exclusions_number"))
        batch_op.drop_index(batch_op.f("ix_performance_exclusions_created_by_updated_at_id"))

    op.drop_table("performance_exclusions")
    with op.batch_alter_table("performance_appeals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_performance_appeals_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_performance_appeals_state_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_performance_appeals_score_id"))
        batch_op.drop_index(batch_op.f("ix_performance_appeals_created_by_updated_at_id"))

    op.drop_table("performance_appeals")
    with op.batch_alter_table("performance_adjustments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_performance_adjustments_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_performance_adjustments_state_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_performance_adjustments_period_subject"))

    op.drop_table("performance_adjustments")
