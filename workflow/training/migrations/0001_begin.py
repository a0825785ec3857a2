"""The question bank, papers, exams, sittings, marks and appeals."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "training_answers",
        sa.Column("sitting", sa.String(length=26), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sitting", "place", name=op.f("pk_training_answers")),
    )
    op.create_table(
        "training_appeals",
        sa.Column("exam", sa.String(length=26), nullable=False),
        sa.Column("sitting", sa.String(length=26), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=26), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("before", sa.Float(), nullable=False),
        sa.Column("of", sa.Float(), nullable=False),
        sa.Column("after", sa.Float(), nullable=True),
        sa.Column("reply", sa.String(length=500), nullable=False),
        sa.Column("decided_by", sa.String(length=26), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_appeals")),
    )
    with op.batch_alter_table("training_appeals", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_training_appeals_exam_updated_at_id"), ["exam", "updated_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_training_appeals_sitting_place"), ["sitting", "place"], unique=True)
        batch_op.create_index(
            batch_op.f("ix_training_appeals_state_updated_at_id"), ["state", "updated_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_training_appeals_updated_at_id"), ["updated_at", "id"], unique=False)

    op.create_table(
        "training_categories",
        sa.Column("parent", sa.String(length=26), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("initials", sa.String(length=80), nullable=False),
        sa.Column("path", sa.String(length=648), server_default="", nullable=False),
        sa.Column("line", sa.String(length=216), server_default="", nullable=False),
        sa.Column("off", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("merged_into", sa.String(length=26), nullable=True),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_categories")),
    )
    with op.batch_alter_table("training_categories", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_training_categories_line"), ["line"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_training_categories_organisation_parent_place_id"),
            ["organisation", "parent", "place", "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_training_categories_path_id"), ["path", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_training_categories_updated_at_id"), ["updated_at", "id"], unique=False)

    op.create_table(
        "training_essay_marks",
        sa.Column("sitting", sa.String(length=26), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("marker", sa.String(length=26), nullable=False),
        sa.Column("marker_name", sa.String(length=80), nullable=False),
        sa.Column("points", sa.Float(), nullable=False),
        sa.Column("comment", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sitting", "place", "marker", name=op.f("pk_training_essay_marks")),
    )
    op.create_table(
        "training_exams",
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("paper", sa.String(length=26), nullable=False),
        sa.Column("each", sa.Boolean(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("shuffled", sa.Boolean(), nullable=False),
        sa.Column("pass_percent", sa.Integer(), nullable=False),
        sa.Column("tells", sa.String(length=10), nullable=False),
        sa.Column("full_screen", sa.Boolean(), nullable=False),
        sa.Column("leaves", sa.Integer(), nullable=False),
        sa.Column("difference", sa.Integer(), nullable=False),
        sa.Column("appeal_days", sa.Integer(), nullable=False),
        sa.Column("organisations", sa.JSON(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("people", sa.JSON(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_exams")),
    )
    with op.batch_alter_table("training_exams", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_training_exams_purpose_updated_at_id"), ["purpose", "updated_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_training_exams_state_updated_at_id"), ["state", "updated_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_training_exams_updated_at_id"), ["updated_at", "id"], unique=False)

    op.create_table(
        "training_marks",
        sa.Column("sitting", sa.String(length=26), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("exam", sa.String(length=26), nullable=False),
        sa.Column("edition", sa.String(length=26), nullable=False),
        sa.Column("points", sa.Float(), nullable=True),
        sa.Column("of", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("sitting", "place", name=op.f("pk_training_marks")),
    )
    with op.batch_alter_table("training_marks", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_training_marks_exam_sitting_place"),
            ["exam", "sitting", "place"],
            unique=False,
            sqlite_where=sa.text("points IS NULL"),
            postgresql_where=sa.text("points IS NULL"),
        )

    op.create_table(
        "training_papers",
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("picked", sa.JSON(), nullable=False),
        sa.Column("drawn", sa.JSON(), nullable=False),
        sa.Column("points", sa.Float(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_papers")),
    )
    with op.batch_alter_table("training_papers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_training_papers_updated_at_id"), ["updated_at", "id"], unique=False)

    op.create_table(
        "training_question_editions",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("question", sa.String(length=26), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_question_editions")),
    )
    with op.batch_alter_table("training_question_editions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_training_question_editions_question_digest"), ["question", "digest"], unique=True
        )

    op.create_table(
        "training_questions",
        sa.Column("category", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.Column("option_a", sa.String(length=500), nullable=False),
        sa.Column("option_b", sa.String(length=500), nullable=False),
        sa.Column("option_c", sa.String(length=500), nullable=False),
        sa.Column("option_d", sa.String(length=500), nullable=False),
        sa.Column("option_e", sa.String(length=500), nullable=False),
        sa.Column("option_f", sa.String(length=500), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("keywords", sa.JSON(), nullable=False),
        sa.Column("used_for", sa.String(length=10), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_questions")),
    )
    with op.batch_alter_table("training_questions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_training_questions_category_kind_stars_id"),
            ["category", "kind", "stars", "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_training_questions_content"), ["content"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_training_questions_kind_updated_at_id"), ["kind", "updated_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_training_questions_stars_updated_at_id"), ["stars", "updated_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_training_questions_updated_at_id"), ["updated_at", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_training_questions_used_for_updated_at_id"), ["used_for", "updated_at", "id"], unique=False
        )

    op.create_table(
        "training_sittings",
        sa.Column("exam", sa.String(length=26), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("person", sa.String(length=26), nullable=False),
        sa.Column("person_name", sa.String(length=80), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=10), nullable=False),
        sa.Column("points", sa.Float(), nullable=True),
        sa.Column("of", sa.Float(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("leaves", sa.Integer(), nullable=False),
        sa.Column("away", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_sittings")),
    )
    with op.batch_alter_table("training_sittings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_training_sittings_ended_at_id"), ["ended_at", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_training_sittings_exam_person_attempt"), ["exam", "person", "attempt"], unique=True
        )
        batch_op.create_index(batch_op.f("ix_training_sittings_exam_state_id"), ["exam", "state", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_training_sittings_exam_updated_at_id"), ["exam", "updated_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_training_sittings_person_updated_at_id"), ["person", "updated_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_training_sittings_state_updated_at_id"), ["state", "updated_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_training_sittings_updated_at_id"), ["updated_at", "id"], unique=False)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("training_sittings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_sittings_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_training_sittings_state_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_training_sittings_person_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_training_sittings_exam_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_training_sittings_exam_state_id"))
        batch_op.drop_index(batch_op.f("ix_training_sittings_exam_person_attempt"))
        batch_op.drop_index(batch_op.f("ix_training_sittings_ended_at_id"))

    op.drop_table("training_sittings")
    with op.batch_alter_table("training_questions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_questions_used_for_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_training_questions_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_training_questions_stars_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_training_questions_kind_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_training_questions_content"))
        batch_op.drop_index(batch_op.f("ix_training_questions_category_kind_stars_id"))

    op.drop_table("training_questions")
    with op.batch_alter_table("training_question_editions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_question_editions_question_digest"))

    op.drop_table("training_question_editions")
    with op.batch_alter_table("training_papers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_papers_updated_at_id"))

    op.drop_table("training_papers")
    with op.batch_alter_table("training_marks", schema=None) as batch_op:
        batch_op.drop_index(
            batch_op.f("ix_training_marks_exam_sitting_place"),
            sqlite_where=sa.text("points IS NULL"),
            postgresql_where=sa.text("points IS NULL"),
        )

    op.drop_table("training_marks")
    with op.batch_alter_table("training_exams", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_exams_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_training_exams_state_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_training_exams_purpose_updated_at_id"))

    op.drop_table("training_exams")
    op.drop_table("training_essay_marks")
    with op.batch_alter_table("training_categories", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_categories_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_training_categories_path_id"))
        batch_op.drop_index(batch_op.f("ix_training_categories_organisation_parent_place_id"))
        batch_op.drop_index(batch_op.f("ix_training_categories_line"))

    op.drop_table("training_categories")
    with op.batch_alter_table("training_appeals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_appeals_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_training_appeals_state_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_training_appeals_sitting_place"))
        batch_op.drop_index(batch_op.f("ix_training_appeals_exam_updated_at_id"))

    op.drop_table("training_appeals")
    op.drop_table("training_answers")
