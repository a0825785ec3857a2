"""What the models say now."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "publication_editions",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("publication", sa.String(length=26), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("written_by", sa.String(length=26), nullable=False),
        sa.Column("approved_by", sa.String(length=26), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("section", sa.String(length=12), nullable=False),
        sa.Column("matter", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.String(length=500), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("show_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("show_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_editions")),
        sa.UniqueConstraint("publication", "edition", name=op.f("uq_publication_editions_publication_edition")),
    )
    op.create_table(
        "publication_reads",
        sa.Column("publication", sa.String(length=26), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.PrimaryKeyConstraint("publication", "day", "channel", name=op.f("pk_publication_reads")),
    )
    with op.batch_alter_table("publication_reads", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_publication_reads_day"), ["day"], unique=False)

    op.create_table(
        "publications",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("ticket", sa.String(length=26), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("checked", sa.String(length=64), nullable=False),
        sa.Column("checked_by", sa.String(length=26), nullable=False),
        sa.Column("case", sa.String(length=26), nullable=False),
        sa.Column("step", sa.String(length=80), nullable=False),
        sa.Column("stage", sa.String(length=60), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("section", sa.String(length=12), nullable=False),
        sa.Column("matter", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.String(length=500), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("show_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("show_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications")),
    )
    with op.batch_alter_table("publications", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_publications_created_at_id"), ["created_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_publications_number"), ["number"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_publications_organisation_updated_at_id"), ["organisation", "updated_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_publications_region_updated_at_id"), ["region", "updated_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_publications_section_updated_at_id"), ["section", "updated_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_publications_stage_updated_at_id"), ["stage", "updated_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_publications_state_updated_at_id"), ["state", "updated_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_publications_ticket"), ["ticket"], unique=False)
        batch_op.create_index(batch_op.f("ix_publications_updated_at_id"), ["updated_at", "id"], unique=False)

    op.create_table(
        "publications_shown",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("channel_marks", sa.String(length=60), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("hot_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reads", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(length=12), nullable=False),
        sa.Column("matter", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.String(length=500), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("show_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("show_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications_shown")),
    )
    with op.batch_alter_table("publications_shown", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_publications_shown_organisation_published_at_id"),
            ["organisation", "published_at", "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_publications_shown_published_at_id"), ["published_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_publications_shown_reads_id"), ["reads", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_publications_shown_region_published_at_id"), ["region", "published_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_publications_shown_section_pinned_published_at_id"),
            ["section", "pinned", "published_at", "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_publications_shown_updated_at_id"), ["updated_at", "id"], unique=False)

    op.create_table(
        "survey_answers",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("survey", sa.String(length=26), nullable=False),
        sa.Column("respondent", sa.String(length=32), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answers")),
        sa.UniqueConstraint("survey", "respondent", name=op.f("uq_survey_answers_survey_respondent")),
    )
    with op.batch_alter_table("survey_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_answers_survey_at_id"), ["survey", "at", "id"], unique=False)

    op.create_table(
        "survey_tallies",
        sa.Column("survey", sa.String(length=26), nullable=False),
        sa.Column("question", sa.Integer(), nullable=False),
        sa.Column("option", sa.String(length=100), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("survey", "question", "option", name=op.f("pk_survey_tallies")),
    )
    op.create_table(
        "surveys",
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("intro", sa.Text(), nullable=False),
        sa.Column("audience", sa.String(length=12), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surveys")),
    )
    with op.batch_alter_table("surveys", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_surveys_organisation_updated_at_id"), ["organisation", "updated_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_surveys_region_updated_at_id"), ["region", "updated_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_surveys_state_updated_at_id"), ["state", "updated_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_surveys_updated_at_id"), ["updated_at", "id"], unique=False)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("surveys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_surveys_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_surveys_state_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_surveys_region_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_surveys_organisation_updated_at_id"))

    op.drop_table("surveys")
    op.drop_table("survey_tallies")
    with op.batch_alter_table("survey_answers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_answers_survey_at_id"))

    op.drop_table("survey_answers")
    with op.batch_alter_table("publications_shown", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_publications_shown_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_publications_shown_section_pinned_published_at_id"))
        batch_op.drop_index(batch_op.f("ix_publications_shown_region_published_at_id"))
        batch_op.drop_index(batch_op.f("ix_publications_shown_reads_id"))
        batch_op.drop_index(batch_op.f("ix_publications_shown_published_at_id"))
        batch_op.drop_index(batch_op.f("ix_publications_shown_organisation_published_at_id"))

    op.drop_table("publications_shown")
    with op.batch_alter_table("publications", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_publications_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_publications_ticket"))
        batch_op.drop_index(batch_op.f("ix_publications_state_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_publications_stage_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_publications_section_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_publications_region_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_publications_organisation_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_publications_number"))
        batch_op.drop_index(batch_op.f("ix_publications_created_at_id"))

    op.drop_table("publications")
    with op.batch_alter_table("publication_reads", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_publication_reads_day"))

    op.drop_table("publication_reads")
    op.drop_table("publication_editions")
