"""begin."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "knowledge_articles",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("case", sa.String(length=26), nullable=False),
        sa.Column("step", sa.String(length=80), nullable=False),
        sa.Column("stage", sa.String(length=60), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirm_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.String(length=500), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("category", sa.String(length=26), nullable=False),
        sa.Column("industry", sa.String(length=26), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("audience", sa.String(length=8), nullable=False),
        sa.Column("contact", sa.String(length=120), nullable=False),
        sa.Column("keywords", sa.JSON(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_articles")),
    )
    with op.batch_alter_table("knowledge_articles", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_knowledge_articles_category"), ["category"], unique=False)
        batch_op.create_index(batch_op.f("ix_knowledge_articles_confirm_by_id"), ["confirm_by", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_knowledge_articles_created_by_updated_at_id"),
            ["created_by", "updated_at", "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_knowledge_articles_industry"), ["industry"], unique=False)
        batch_op.create_index(batch_op.f("ix_knowledge_articles_number"), ["number"], unique=True)
        batch_op.create_index(
            batch_op.f("ix_knowledge_articles_organisation_updated_at_id"),
            ["organisation", "updated_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_knowledge_articles_stage_updated_at_id"), ["stage", "updated_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_knowledge_articles_state_updated_at_id"), ["state", "updated_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_knowledge_articles_unit_updated_at_id"), ["unit", "updated_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_knowledge_articles_updated_at_id"), ["updated_at", "id"], unique=False)

    op.create_table(
        "knowledge_categories",
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_categories")),
    )
    with op.batch_alter_table("knowledge_categories", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_knowledge_categories_line"), ["line"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_knowledge_categories_organisation_parent_place_id"),
            ["organisation", "parent", "place", "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_knowledge_categories_path_id"), ["path", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_knowledge_categories_updated_at_id"), ["updated_at", "id"], unique=False)

    op.create_table(
        "knowledge_editions",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("article", sa.String(length=26), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("written_by", sa.String(length=26), nullable=False),
        sa.Column("approved_by", sa.String(length=26), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.String(length=500), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("category", sa.String(length=26), nullable=False),
        sa.Column("industry", sa.String(length=26), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("audience", sa.String(length=8), nullable=False),
        sa.Column("contact", sa.String(length=120), nullable=False),
        sa.Column("keywords", sa.JSON(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_editions")),
        sa.UniqueConstraint("article", "edition", name=op.f("uq_knowledge_editions_article_edition")),
    )
    op.create_table(
        "knowledge_favourites",
        sa.Column("person", sa.String(length=26), nullable=False),
        sa.Column("article", sa.String(length=26), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person", "article", name=op.f("pk_knowledge_favourites")),
    )
    op.create_table(
        "knowledge_grants",
        sa.Column("article", sa.String(length=26), nullable=False),
        sa.Column("category", sa.String(length=26), nullable=False),
        sa.Column("sort", sa.String(length=12), nullable=False),
        sa.Column("whom", sa.String(length=40), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_grants")),
    )
    with op.batch_alter_table("knowledge_grants", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_knowledge_grants_article"), ["article"], unique=False)
        batch_op.create_index(batch_op.f("ix_knowledge_grants_category"), ["category"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_knowledge_grants_sort_whom_paused"), ["sort", "whom", "paused"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_knowledge_grants_updated_at_id"), ["updated_at", "id"], unique=False)

    op.create_table(
        "knowledge_industries",
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_industries")),
    )
    with op.batch_alter_table("knowledge_industries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_knowledge_industries_line"), ["line"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_knowledge_industries_organisation_parent_place_id"),
            ["organisation", "parent", "place", "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_knowledge_industries_path_id"), ["path", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_knowledge_industries_updated_at_id"), ["updated_at", "id"], unique=False)

    op.create_table(
        "knowledge_notices",
        sa.Column("article", sa.String(length=26), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("audience", sa.String(length=8), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_notices")),
    )
    with op.batch_alter_table("knowledge_notices", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_knowledge_notices_article_created_at"), ["article", "created_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_knowledge_notices_created_at_id"), ["created_at", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_knowledge_notices_organisation_created_at_id"),
            ["organisation", "created_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_knowledge_notices_region_created_at_id"), ["region", "created_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_knowledge_notices_updated_at_id"), ["updated_at", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_knowledge_notices_what_created_at_id"), ["what", "created_at", "id"], unique=False
        )

    op.create_table(
        "knowledge_published",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("publisher", sa.String(length=26), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("overdue", sa.Boolean(), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.String(length=500), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("category", sa.String(length=26), nullable=False),
        sa.Column("industry", sa.String(length=26), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("audience", sa.String(length=8), nullable=False),
        sa.Column("contact", sa.String(length=120), nullable=False),
        sa.Column("keywords", sa.JSON(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_published")),
    )
    with op.batch_alter_table("knowledge_published", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_knowledge_published_category"), ["category"], unique=False)
        batch_op.create_index(batch_op.f("ix_knowledge_published_industry"), ["industry"], unique=False)
        batch_op.create_index(batch_op.f("ix_knowledge_published_number"), ["number"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_knowledge_published_organisation_published_at_id"),
            ["organisation", "published_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_knowledge_published_published_at_id"), ["published_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_knowledge_published_region_published_at_id"), ["region", "published_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_knowledge_published_unit_published_at_id"), ["unit", "published_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_knowledge_published_updated_at_id"), ["updated_at", "id"], unique=False)

    op.create_table(
        "knowledge_uses",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("article", sa.String(length=26), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=8), nullable=False),
        sa.Column("person", sa.String(length=26), nullable=False),
        sa.Column("record_kind", sa.String(length=40), nullable=False),
        sa.Column("record", sa.String(length=26), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_uses")),
    )
    with op.batch_alter_table("knowledge_uses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_knowledge_uses_article_at"), ["article", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_knowledge_uses_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_knowledge_uses_person_at"), ["person", "at"], unique=False)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("knowledge_uses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_knowledge_uses_person_at"))
        batch_op.drop_index(batch_op.f("ix_knowledge_uses_at"))
        batch_op.drop_index(batch_op.f("ix_knowledge_uses_article_at"))

    op.drop_table("knowledge_uses")
    with op.batch_alter_table("knowledge_published", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_knowledge_published_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_published_unit_published_at_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_published_region_published_at_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_published_published_at_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_published_organisation_published_at_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_published_number"))
        batch_op.drop_index(batch_op.f("ix_knowledge_published_industry"))
        batch_op.drop_index(batch_op.f("ix_knowledge_published_category"))

    op.drop_table("knowledge_published")
    with op.batch_alter_table("knowledge_notices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_knowledge_notices_what_created_at_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_notices_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_notices_region_created_at_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_notices_organisation_created_at_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_notices_created_at_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_notices_article_created_at"))

    op.drop_table("knowledge_notices")
    with op.batch_alter_table("knowledge_industries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_knowledge_industries_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_industries_path_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_industries_organisation_parent_place_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_industries_line"))

    op.drop_table("knowledge_industries")
    with op.batch_alter_table("knowledge_grants", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_knowledge_grants_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_grants_sort_whom_paused"))
        batch_op.drop_index(batch_op.f("ix_knowledge_grants_category"))
        batch_op.drop_index(batch_op.f("ix_knowledge_grants_article"))

    op.drop_table("knowledge_grants")
    op.drop_table("knowledge_favourites")
    op.drop_table("knowledge_editions")
    with op.batch_alter_table("knowledge_categories", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_knowledge_categories_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_categories_path_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_categories_organisation_parent_place_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_categories_line"))

    op.drop_table("knowledge_categories")
    with op.batch_alter_table("knowledge_articles", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_knowledge_articles_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_articles_unit_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_articles_state_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_articles_stage_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_articles_organisation_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_articles_number"))
        batch_op.drop_index(batch_op.f("ix_knowledge_articles_industry"))
        batch_op.drop_index(batch_op.f("ix_knowledge_articles_created_by_updated_at_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_articles_confirm_by_id"))
        batch_op.drop_index(batch_op.f("ix_knowledge_articles_category"))

    op.drop_table("knowledge_articles")
