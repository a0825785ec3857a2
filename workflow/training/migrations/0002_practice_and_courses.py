"""Practice, materials, courses, certificates."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "training_cards",
        sa.Column("person", sa.String(length=26), nullable=False),
        sa.Column("question", sa.String(length=26), nullable=False),
        sa.Column("box", sa.Integer(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("right", sa.Integer(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person", "question", name=op.f("pk_training_cards")),
    )
    with op.batch_alter_table("training_cards", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_training_cards_person_due"),
            ["person", "due"],
            unique=False,
            sqlite_where=sa.text("box > 0"),
            postgresql_where=sa.text("box > 0"),
        )
        batch_op.create_index(batch_op.f("ix_training_cards_question"), ["question"], unique=False)

    op.create_table(
        "training_certificates",
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("course", sa.String(length=26), nullable=False),
        sa.Column("course_title", sa.String(length=120), nullable=False),
        sa.Column("person", sa.String(length=26), nullable=False),
        sa.Column("person_name", sa.String(length=80), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_certificates")),
    )
    with op.batch_alter_table("training_certificates", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_training_certificates_course_updated_at_id"), ["course", "updated_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_training_certificates_number"), ["number"], unique=True)
        batch_op.create_index(
            batch_op.f("ix_training_certificates_person_updated_at_id"), ["person", "updated_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_training_certificates_updated_at_id"), ["updated_at", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_training_certificates_valid_until_id"), ["valid_until", "id"], unique=False
        )

    op.create_table(
        "training_courses",
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("category", sa.String(length=26), nullable=False),
        sa.Column("keywords", sa.JSON(), nullable=False),
        sa.Column("about", sa.String(length=1000), nullable=False),
        sa.Column("materials", sa.JSON(), nullable=False),
        sa.Column("exam", sa.String(length=26), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("certificate", sa.Boolean(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("organisations", sa.JSON(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("people", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_courses")),
    )
    with op.batch_alter_table("training_courses", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_training_courses_state_updated_at_id"), ["state", "updated_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_training_courses_updated_at_id"), ["updated_at", "id"], unique=False)

    op.create_table(
        "training_enrolments",
        sa.Column("course", sa.String(length=26), nullable=False),
        sa.Column("person", sa.String(length=26), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_enrolments")),
    )
    with op.batch_alter_table("training_enrolments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_training_enrolments_course_person"), ["course", "person"], unique=True)
        batch_op.create_index(
            batch_op.f("ix_training_enrolments_course_updated_at_id"), ["course", "updated_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_training_enrolments_person_updated_at_id"), ["person", "updated_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_training_enrolments_state_due_at"), ["state", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_training_enrolments_updated_at_id"), ["updated_at", "id"], unique=False)

    op.create_table(
        "training_materials",
        sa.Column("sort", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("category", sa.String(length=26), nullable=False),
        sa.Column("keywords", sa.JSON(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("speed", sa.Float(), nullable=False),
        sa.Column("credits", sa.Float(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_materials")),
    )
    with op.batch_alter_table("training_materials", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_training_materials_category_id"), ["category", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_training_materials_sort_updated_at_id"), ["sort", "updated_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_training_materials_state_updated_at_id"), ["state", "updated_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_training_materials_updated_at_id"), ["updated_at", "id"], unique=False)

    op.create_table(
        "training_practice_days",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("person", sa.String(length=26), nullable=False),
        sa.Column("day", sa.DateTime(timezone=True), nullable=False),
        sa.Column("category", sa.String(length=26), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("right", sa.Integer(), nullable=False),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_practice_days")),
    )
    with op.batch_alter_table("training_practice_days", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_training_practice_days_day_id"), ["day", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_training_practice_days_person_day_category"), ["person", "day", "category"], unique=True
        )

    op.create_table(
        "training_studies",
        sa.Column("person", sa.String(length=26), nullable=False),
        sa.Column("material", sa.String(length=26), nullable=False),
        sa.Column("sort", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Float(), nullable=False),
        sa.Column("spans", sa.JSON(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("credits", sa.Float(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("token", sa.String(length=26), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_studies")),
    )
    with op.batch_alter_table("training_studies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_training_studies_done_at_id"), ["done_at", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_training_studies_material_updated_at_id"), ["material", "updated_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_training_studies_person_material"), ["person", "material"], unique=True)
        batch_op.create_index(batch_op.f("ix_training_studies_updated_at_id"), ["updated_at", "id"], unique=False)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("training_studies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_studies_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_training_studies_person_material"))
        batch_op.drop_index(batch_op.f("ix_training_studies_material_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_training_studies_done_at_id"))

    op.drop_table("training_studies")
    with op.batch_alter_table("training_practice_days", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_practice_days_person_day_category"))
        batch_op.drop_index(batch_op.f("ix_training_practice_days_day_id"))

    op.drop_table("training_practice_days")
    with op.batch_alter_table("training_materials", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_materials_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_training_materials_state_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_training_materials_sort_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_training_materials_category_id"))

    op.drop_table("training_materials")
    with op.batch_alter_table("training_enrolments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_enrolments_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_training_enrolments_state_due_at"))
        batch_op.drop_index(batch_op.f("ix_training_enrolments_person_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_training_enrolments_course_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_training_enrolments_course_person"))

    op.drop_table("training_enrolments")
    with op.batch_alter_table("training_courses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_courses_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_training_courses_state_updated_at_id"))

    op.drop_table("training_courses")
    with op.batch_alter_table("training_certificates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_certificates_valid_until_id"))
        batch_op.drop_index(batch_op.f("ix_training_certificates_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_training_certificates_person_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_training_certificates_number"))
        batch_op.drop_index(batch_op.f("ix_training_certificates_course_updated_at_id"))

    op.drop_table("training_certificates")
    with op.batch_alter_table("training_cards", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_cards_question"))
        batch_op.drop_index(
            batch_op.f("ix_training_cards_person_due"),
            sqlite_where=sa.text("box > 0"),
            postgresql_where=sa.text("box > 0"),
        )

    op.drop_table("training_cards")
