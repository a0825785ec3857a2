"""Rosters, shifts, swaps, leave, attendance."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "roster_attendance",
        sa.Column("person", sa.String(length=26), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("title", sa.String(length=20), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("late", sa.Integer(), nullable=False),
        sa.Column("early", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_attendance")),
    )
    with op.batch_alter_table("roster_attendance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roster_attendance_begins_at_id"), ["begins_at", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_roster_attendance_organisation_begins_at_id"),
            ["organisation", "begins_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_roster_attendance_person_begins_at_id"), ["person", "begins_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_roster_attendance_state_begins_at_id"), ["state", "begins_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_roster_attendance_updated_at_id"), ["updated_at", "id"], unique=False)

    op.create_table(
        "roster_balances",
        sa.Column("person", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("days", sa.Float(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_balances")),
    )
    with op.batch_alter_table("roster_balances", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roster_balances_person_year"), ["person", "year"], unique=False)
        batch_op.create_index(batch_op.f("ix_roster_balances_updated_at_id"), ["updated_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_roster_balances_year_id"), ["year", "id"], unique=False)

    op.create_table(
        "roster_changes",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("roster", sa.String(length=26), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=26), nullable=False),
        sa.Column("by_name", sa.String(length=80), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_changes")),
    )
    with op.batch_alter_table("roster_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roster_changes_roster_id"), ["roster", "id"], unique=False)

    op.create_table(
        "roster_corrections",
        sa.Column("person", sa.String(length=26), nullable=False),
        sa.Column("shift", sa.String(length=26), nullable=False),
        sa.Column("shift_words", sa.String(length=80), nullable=False),
        sa.Column("mark", sa.String(length=4), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("opinion", sa.String(length=300), nullable=False),
        sa.Column("decided_by", sa.String(length=80), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_corrections")),
    )
    with op.batch_alter_table("roster_corrections", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_roster_corrections_person_updated_at_id"), ["person", "updated_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_roster_corrections_state_updated_at_id"), ["state", "updated_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_roster_corrections_updated_at_id"), ["updated_at", "id"], unique=False)

    op.create_table(
        "roster_duty_log",
        sa.Column("person", sa.String(length=26), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("situation", sa.Text(), nullable=False),
        sa.Column("handover", sa.Text(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_duty_log")),
    )
    with op.batch_alter_table("roster_duty_log", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roster_duty_log_begins_at_id"), ["begins_at", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_roster_duty_log_person_begins_at_id"), ["person", "begins_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_roster_duty_log_updated_at_id"), ["updated_at", "id"], unique=False)

    op.create_table(
        "roster_leaves",
        sa.Column("person", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("days", sa.Float(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("opinion", sa.String(length=300), nullable=False),
        sa.Column("decided_by", sa.String(length=80), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_leaves")),
    )
    with op.batch_alter_table("roster_leaves", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roster_leaves_begins_id"), ["begins", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_roster_leaves_ends_id"), ["ends", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_roster_leaves_kind_updated_at_id"), ["kind", "updated_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_roster_leaves_person_begins_id"), ["person", "begins", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_roster_leaves_state_updated_at_id"), ["state", "updated_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_roster_leaves_updated_at_id"), ["updated_at", "id"], unique=False)

    op.create_table(
        "roster_marks",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("person", sa.String(length=26), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_marks")),
    )
    with op.batch_alter_table("roster_marks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roster_marks_person_at"), ["person", "at"], unique=False)

    op.create_table(
        "roster_shifts",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("roster", sa.String(length=26), nullable=False),
        sa.Column("person", sa.String(length=26), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("slot", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=20), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("tied", sa.Boolean(), nullable=False),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_shifts")),
    )
    with op.batch_alter_table("roster_shifts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roster_shifts_ends_at_id"), ["ends_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_roster_shifts_organisation_day"), ["organisation", "day"], unique=False)
        batch_op.create_index(batch_op.f("ix_roster_shifts_person_day"), ["person", "day"], unique=False)
        batch_op.create_index(batch_op.f("ix_roster_shifts_roster_day"), ["roster", "day"], unique=False)

    op.create_table(
        "roster_swaps",
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("person", sa.String(length=26), nullable=False),
        sa.Column("shift", sa.String(length=26), nullable=False),
        sa.Column("shift_words", sa.String(length=80), nullable=False),
        sa.Column("other", sa.String(length=26), nullable=False),
        sa.Column("other_shift", sa.String(length=26), nullable=False),
        sa.Column("other_words", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("opinion", sa.String(length=300), nullable=False),
        sa.Column("decided_by", sa.String(length=80), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_swaps")),
    )
    with op.batch_alter_table("roster_swaps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roster_swaps_other_shift"), ["other_shift"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_roster_swaps_other_updated_at_id"), ["other", "updated_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_roster_swaps_person_updated_at_id"), ["person", "updated_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_roster_swaps_shift"), ["shift"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_roster_swaps_state_updated_at_id"), ["state", "updated_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_roster_swaps_updated_at_id"), ["updated_at", "id"], unique=False)

    op.create_table(
        "roster_terms",
        sa.Column("person", sa.String(length=26), nullable=False),
        sa.Column("week_hours", sa.Float(), nullable=False),
        sa.Column("joined", sa.Date(), nullable=True),
        sa.Column("left", sa.Date(), nullable=True),
        sa.Column("nights", sa.Boolean(), nullable=False),
        sa.Column("planned", sa.Boolean(), nullable=False),
        sa.Column("skills", sa.JSON(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_terms")),
    )
    with op.batch_alter_table("roster_terms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roster_terms_person"), ["person"], unique=False)
        batch_op.create_index(batch_op.f("ix_roster_terms_updated_at_id"), ["updated_at", "id"], unique=False)

    op.create_table(
        "roster_wishes",
        sa.Column("person", sa.String(length=26), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("wish", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_wishes")),
    )
    with op.batch_alter_table("roster_wishes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roster_wishes_day_id"), ["day", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_roster_wishes_person_day"), ["person", "day"], unique=False)
        batch_op.create_index(batch_op.f("ix_roster_wishes_updated_at_id"), ["updated_at", "id"], unique=False)

    op.create_table(
        "rosters",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("types", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("making", sa.Integer(), nullable=False),
        sa.Column("job", sa.String(length=26), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("cover", sa.Float(), nullable=True),
        sa.Column("missing", sa.Integer(), nullable=True),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rosters")),
    )
    with op.batch_alter_table("rosters", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rosters_month_id"), ["month", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rosters_state_updated_at_id"), ["state", "updated_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rosters_updated_at_id"), ["updated_at", "id"], unique=False)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("rosters", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rosters_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_rosters_state_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_rosters_month_id"))

    op.drop_table("rosters")
    with op.batch_alter_table("roster_wishes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roster_wishes_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_roster_wishes_person_day"))
        batch_op.drop_index(batch_op.f("ix_roster_wishes_day_id"))

    op.drop_table("roster_wishes")
    with op.batch_alter_table("roster_terms", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roster_terms_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_roster_terms_person"))

    op.drop_table("roster_terms")
    with op.batch_alter_table("roster_swaps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roster_swaps_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_roster_swaps_state_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_roster_swaps_shift"))
        batch_op.drop_index(batch_op.f("ix_roster_swaps_person_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_roster_swaps_other_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_roster_swaps_other_shift"))

    op.drop_table("roster_swaps")
    with op.batch_alter_table("roster_shifts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roster_shifts_roster_day"))
        batch_op.drop_index(batch_op.f("ix_roster_shifts_person_day"))
        batch_op.drop_index(batch_op.f("ix_roster_shifts_organisation_day"))
        batch_op.drop_index(batch_op.f("ix_roster_shifts_ends_at_id"))

    op.drop_table("roster_shifts")
    with op.batch_alter_table("roster_marks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roster_marks_person_at"))

    op.drop_table("roster_marks")
    with op.batch_alter_table("roster_leaves", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roster_leaves_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_roster_leaves_state_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_roster_leaves_person_begins_id"))
        batch_op.drop_index(batch_op.f("ix_roster_leaves_kind_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_roster_leaves_ends_id"))
        batch_op.drop_index(batch_op.f("ix_roster_leaves_begins_id"))

    op.drop_table("roster_leaves")
    with op.batch_alter_table("roster_duty_log", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roster_duty_log_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_roster_duty_log_person_begins_at_id"))
        batch_op.drop_index(batch_op.f("ix_roster_duty_log_begins_at_id"))

    op.drop_table("roster_duty_log")
    with op.batch_alter_table("roster_corrections", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roster_corrections_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_roster_corrections_state_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_roster_corrections_person_updated_at_id"))

    op.drop_table("roster_corrections")
    with op.batch_alter_table("roster_changes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roster_changes_roster_id"))

    op.drop_table("roster_changes")
    with op.batch_alter_table("roster_balances", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roster_balances_year_id"))
        batch_op.drop_index(batch_op.f("ix_roster_balances_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_roster_balances_person_year"))

    op.drop_table("roster_balances")
    with op.batch_alter_table("roster_attendance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roster_attendance_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_roster_attendance_state_begins_at_id"))
        batch_op.drop_index(batch_op.f("ix_roster_attendance_person_begins_at_id"))
        batch_op.drop_index(batch_op.f("ix_roster_attendance_organisation_begins_at_id"))
        batch_op.drop_index(batch_op.f("ix_roster_attendance_begins_at_id"))

    op.drop_table("roster_attendance")
