"""What can be counted: articles, editions, what is read and cited, questions, corrections, searches, visits."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.expressions.types import BOOLEAN, MOMENT, NUMBER, TEXT
from cti.base.visitor import Visitor
from cti.office.figures import Fact, FactSource
from cti.office.references import ORGANISATIONS, PEOPLE, REGIONS, Reference
from workflow.knowledge.asking.corrections import Corrections
from workflow.knowledge.asking.models import CorrectionRow, QuestionRow
from workflow.knowledge.asking.questions import Questions
from workflow.knowledge.asking.views import ASKED, KINDS, MENDING
from workflow.knowledge.categories import CATEGORIES
from workflow.knowledge.finding.models import SearchRow
from workflow.knowledge.helpful.models import VoteRow
from workflow.knowledge.hotlines.names import HOTLINES
from workflow.knowledge.models import ArticleRow, CategoryRow, EditionRow, PublishedRow, UseRow
from workflow.knowledge.rules import STATISTICS
from workflow.knowledge.service import Articles
from workflow.knowledge.statistics.models import VisitRow
from workflow.knowledge.types import Types
from workflow.knowledge.views import AUDIENCES, STAGES, STATES

WHATS = {"viewed": "查看", "picked": "准备引用", "cited": "引用"}
PLACES = {"console": "知识检索", "desk": "座席来电", "public": "公众", "bot": "机器人"}
POINTS = {"viewed": 1, "picked": 2, "cited": 3}
"""What a use counts in the index of activity (活跃指数)."""
NO_WORDS = "[]"
WHO = {"true": "热线内部", "false": "公众"}


class CategoryPaths(Reference):
    """Categories by their whole names: whose articles somebody counts, their categories he knows."""

    title = "归口"
    choices = CATEGORIES

    async def titles(self, session: AsyncSession, visitor: Visitor, ids: Collection[str]) -> Mapping[str, str]:
        """The paths of categories by their ids."""
        wanted = select(CategoryRow.id, CategoryRow.path).where(CategoryRow.id.in_(ids))
        return dict((await session.execute(wanted)).tuples().all())

    async def named(self, session: AsyncSession, visitor: Visitor, words: str) -> list[str]:
        """The ids of the categories with that path."""
        return list(await session.scalars(select(CategoryRow.id).where(CategoryRow.path == words).limit(2)))


class TypeTitles(Reference):
    """Types of articles, as their forms call them."""

    title = "知识类型"
    choices = ""

    def __init__(self, types: Types) -> None:
        self._types = types

    def bound(self, services: Mapping[str, Any]) -> Reference:
        """As it is: it reads types, and no other records."""
        return self

    async def titles(self, session: AsyncSession, visitor: Visitor, ids: Collection[str]) -> Mapping[str, str]:
        """Titles of the forms."""
        return {one: self._types.title(one) for one in ids}

    async def named(self, session: AsyncSession, visitor: Visitor, words: str) -> list[str]:
        """The types with that title."""
        return [one.value for one in self._types.all() if one.title == words]


def sources(articles: Articles, questions: Questions, corrections: Corrections) -> tuple[FactSource, ...]:
    """All of them, each within the scope of the lists of the same rows."""
    return (
        _articles(articles), _editions(articles), _uses(articles.types), _questions(questions),
        _corrections(corrections), _votes(articles), _visits(), _searches(),
    )  # fmt: skip


def _of_article(types: Types) -> dict[str, Fact]:
    """What is known of the article that a row is, or is about."""
    return {
        "number": Fact("知识编号", TEXT, ArticleRow.number, shown=True),
        "title": Fact("标题", TEXT, ArticleRow.title, shown=True),
        "type": Fact("知识类型", TEXT, ArticleRow.type, words=TypeTitles(types), split=True),
        "category": Fact("归口", TEXT, ArticleRow.category, words=CategoryPaths(), split=True, shown=True),
        "unit": Fact("责任单位", TEXT, ArticleRow.unit, words=ORGANISATIONS, split=True, shown=True),
        "audience": Fact("使用范围", TEXT, ArticleRow.audience, words=AUDIENCES, split=True),
        "region": Fact("知识所属区划", TEXT, ArticleRow.region, words=REGIONS, split=True),
        "hotline": Fact("来源热线", TEXT, ArticleRow.hotline, words=HOTLINES, split=True),
    }


def _filled(column: Any) -> ColumnElement[bool]:
    return cast(column, String) != NO_WORDS


def _articles(articles: Articles) -> FactSource:
    complete = and_(ArticleRow.summary != "", _filled(ArticleRow.keywords), _filled(ArticleRow.questions))
    overdue = exists().where(PublishedRow.id == ArticleRow.id, PublishedRow.overdue.is_(True))
    facts = {
        **_of_article(articles.types),
        "editor": Fact("采编人", TEXT, ArticleRow.created_by, words=PEOPLE, split=True, shown=True),
        "stage": Fact("办理阶段", TEXT, ArticleRow.stage, words=STAGES, split=True),
        "state": Fact("上架状态", TEXT, ArticleRow.state, words=STATES, split=True, shown=True),
        "live": Fact("已上架", BOOLEAN, ArticleRow.state == "live"),
        "complete": Fact("摘要、关键词、问法齐全", BOOLEAN, complete, split=True, shown=True),
        "to_confirm": Fact("有确认策略", BOOLEAN, ArticleRow.confirm_by.is_not(None), split=True),
        "overdue": Fact("逾期未确认", BOOLEAN, overdue, split=True, shown=True),
        "confirm_by": Fact("确认期限", MOMENT, ArticleRow.confirm_by, shown=True),
        "edition": Fact("版次", NUMBER, ArticleRow.edition),
        "created_at": Fact("创建时间", MOMENT, ArticleRow.created_at, shown=True),
        "published_at": Fact("上架时间", MOMENT, ArticleRow.published_at, shown=True),
        "withdrawn_at": Fact("下架时间", MOMENT, ArticleRow.withdrawn_at),
    }

    def readable(visitor: Visitor) -> list[ColumnElement[bool]]:
        return articles.readable(visitor, STATISTICS)

    return FactSource(
        "knowledge_articles", "知识", STATISTICS, ArticleRow.__table__, ArticleRow.id, facts, readable, articles.screen
    )


def _editions(articles: Articles) -> FactSource:
    facts = {
        **_of_article(articles.types),
        "editor": Fact("采编人", TEXT, EditionRow.written_by, words=PEOPLE, split=True, shown=True),
        "reviewer": Fact("审核人", TEXT, EditionRow.approved_by, words=PEOPLE, split=True, shown=True),
        "first": Fact("新知识", BOOLEAN, EditionRow.edition == 1, split=True, shown=True),
        "approved_at": Fact("审核时间", MOMENT, EditionRow.approved_at, shown=True),
    }

    def readable(visitor: Visitor) -> list[ColumnElement[bool]]:
        return articles.readable(visitor, STATISTICS)

    rows = EditionRow.__table__.join(ArticleRow.__table__, EditionRow.article == ArticleRow.id)
    return FactSource(
        "knowledge_editions", "知识版次", STATISTICS, rows, EditionRow.id, facts, readable, articles.screen,
        EditionRow.article, with_removed=True,
    )  # fmt: skip


def _uses(types: Types) -> FactSource:
    facts = {
        **_of_article(types),
        "what": Fact("使用方式", TEXT, UseRow.what, words=WHATS, split=True, shown=True),
        "times": Fact("次数", NUMBER, UseRow.times),
        "points": Fact("活跃分", NUMBER, case(POINTS, value=UseRow.what, else_=0) * UseRow.times),
        "inside": Fact("使用者", BOOLEAN, UseRow.person != "", words=WHO, split=True, shown=True),
        "organisation": Fact("使用者单位", TEXT, UseRow.organisation, words=ORGANISATIONS, split=True, shown=True),
        "reader_region": Fact("使用者区划", TEXT, UseRow.region, words=REGIONS, split=True),
        "at": Fact("时间", MOMENT, UseRow.at, shown=True),
    }

    def readable(visitor: Visitor) -> list[ColumnElement[bool]]:
        return visitor.reach(STATISTICS).limits(UseRow)

    rows = UseRow.__table__.join(ArticleRow.__table__, UseRow.article == ArticleRow.id)
    return FactSource(
        "knowledge_uses", "知识使用", STATISTICS, rows, UseRow.id, facts, readable, "knowledge", UseRow.article,
        with_removed=True,
    )  # fmt: skip


def _questions(questions: Questions) -> FactSource:
    in_time = or_(QuestionRow.due_at.is_(None), QuestionRow.answered_at <= QuestionRow.due_at)
    facts = {
        "number": Fact("提问编号", TEXT, QuestionRow.number, shown=True),
        "title": Fact("问题", TEXT, QuestionRow.title, shown=True),
        "unit": Fact("责任单位", TEXT, QuestionRow.holder, words=ORGANISATIONS, split=True, shown=True),
        "category": Fact("归口", TEXT, QuestionRow.category, words=CategoryPaths(), split=True),
        "region": Fact("提问区划", TEXT, QuestionRow.region, words=REGIONS, split=True),
        "stage": Fact("状态", TEXT, QuestionRow.stage, words=ASKED, split=True, shown=True),
        "urgent": Fact("紧急", BOOLEAN, QuestionRow.urgent, split=True),
        "overdue": Fact("已超时", BOOLEAN, QuestionRow.overdue, split=True),
        "in_time": Fact(
            "按时回答", BOOLEAN, and_(QuestionRow.answered_at.is_not(None), in_time), split=True, shown=True
        ),
        "became_article": Fact("形成知识", BOOLEAN, QuestionRow.article != "", split=True),
        "created_at": Fact("提问时间", MOMENT, QuestionRow.created_at, shown=True),
        "answered_at": Fact("回答时间", MOMENT, QuestionRow.answered_at, shown=True),
    }
    return FactSource(
        "knowledge_questions", "知识提问", STATISTICS, QuestionRow.__table__, QuestionRow.id, facts, questions.readable,
        questions.screen,
    )  # fmt: skip


def _corrections(corrections: Corrections) -> FactSource:
    in_time = or_(CorrectionRow.due_at.is_(None), CorrectionRow.handled_at <= CorrectionRow.due_at)
    handled = CorrectionRow.handled_at.is_not(None)
    facts = {
        "number": Fact("纠错编号", TEXT, CorrectionRow.number, shown=True),
        "title": Fact("知识名称", TEXT, CorrectionRow.name, shown=True),
        "unit": Fact("责任单位", TEXT, CorrectionRow.unit, words=ORGANISATIONS, split=True, shown=True),
        "region": Fact("知识所属区划", TEXT, CorrectionRow.region, words=REGIONS, split=True),
        "kind": Fact("问题分类", TEXT, CorrectionRow.kind, words=KINDS, split=True, shown=True),
        "stage": Fact("处理状态", TEXT, CorrectionRow.stage, words=MENDING, split=True, shown=True),
        "in_time": Fact("按时处理", BOOLEAN, and_(handled, in_time), split=True, shown=True),
        "created_at": Fact("提交时间", MOMENT, CorrectionRow.created_at, shown=True),
        "handled_at": Fact("处理日期", MOMENT, CorrectionRow.handled_at, shown=True),
    }
    return FactSource(
        "knowledge_corrections", "知识纠错", STATISTICS, CorrectionRow.__table__, CorrectionRow.id, facts,
        corrections.readable, corrections.screen,
    )  # fmt: skip


def _votes(articles: Articles) -> FactSource:
    facts = {
        **_of_article(articles.types),
        "edition": Fact("版次", NUMBER, VoteRow.edition, shown=True),
        "helped": Fact("有帮助", BOOLEAN, VoteRow.helped, split=True, shown=True),
        "explained": Fact("说明了原因", BOOLEAN, VoteRow.correction != "", split=True, shown=True),
        "inside": Fact("使用者", BOOLEAN, VoteRow.inside, words=WHO, split=True, shown=True),
        "at": Fact("时间", MOMENT, VoteRow.at, shown=True),
    }

    def readable(visitor: Visitor) -> list[ColumnElement[bool]]:
        return articles.readable(visitor, STATISTICS)

    rows = VoteRow.__table__.join(ArticleRow.__table__, VoteRow.article == ArticleRow.id)
    return FactSource(
        "knowledge_votes", "知识评价", STATISTICS, rows, VoteRow.id, facts, readable, "knowledge", VoteRow.article,
        with_removed=True,
    )  # fmt: skip


def _visits() -> FactSource:
    facts = {
        "inside": Fact("使用者", BOOLEAN, VisitRow.inside, words=WHO, split=True, shown=True),
        "organisation": Fact("使用者单位", TEXT, VisitRow.organisation, words=ORGANISATIONS, split=True, shown=True),
        "region": Fact("使用者区划", TEXT, VisitRow.region, words=REGIONS, split=True, shown=True),
        "new_in_month": Fact("当月首次", BOOLEAN, VisitRow.new_in_month),
        "visits": Fact("访问次数", NUMBER, VisitRow.visits, shown=True),
        "at": Fact("时间", MOMENT, VisitRow.at, shown=True),
    }

    def readable(visitor: Visitor) -> list[ColumnElement[bool]]:
        return visitor.reach(STATISTICS).limits(VisitRow)

    return FactSource("knowledge_visits", "知识访问", STATISTICS, VisitRow.__table__, VisitRow.id, facts, readable)


def _searches() -> FactSource:
    facts = {
        "words": Fact("检索词", TEXT, SearchRow.words, shown=True),
        "found": Fact("找到条数", NUMBER, SearchRow.found, shown=True),
        "inside": Fact("使用者", BOOLEAN, SearchRow.person != "", words=WHO, split=True, shown=True),
        "place": Fact("在哪里检索", TEXT, SearchRow.place, words=PLACES, split=True, shown=True),
        "organisation": Fact("使用者单位", TEXT, SearchRow.organisation, words=ORGANISATIONS, split=True),
        "region": Fact("使用者区划", TEXT, SearchRow.region, words=REGIONS, split=True),
        "at": Fact("时间", MOMENT, SearchRow.at, shown=True),
    }

    def readable(visitor: Visitor) -> list[ColumnElement[bool]]:
        return visitor.reach(STATISTICS).limits(SearchRow)

    return FactSource("knowledge_searches", "知识检索", STATISTICS, SearchRow.__table__, SearchRow.id, facts, readable)
