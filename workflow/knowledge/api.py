"""Routes of the knowledge base."""

from __future__ import annotations

import pydantic

from cti.base.http.routes import SIGNED_IN, Body, Page, Paged, Query, Route
from cti.base.visitor import Visitor
from cti.office.identity.directory import load_organisations
from cti.office.processes.records import FORM_LIMIT, Filled, case_routes
from cti.office.records import RecordPage, record_routes
from cti.office.records.routes import without_changes
from cti.office.screens import Choice
from cti.office.tree.api import tree_routes
from cti.office.tree.views import TreeNode
from workflow.knowledge import rules
from workflow.knowledge.beside import Beside, Surroundings
from workflow.knowledge.categories import (
    BASE,
    CATEGORIES,
    INDUSTRIES,
    LIFE_EVENTS,
    UNITS,
    Categories,
    Industries,
    LifeEvents,
)
from workflow.knowledge.documents.drafts import DocumentFields, DocumentPreview, Documents, LookedAt, TakenIn
from workflow.knowledge.drafting.templates import TEMPLATES, TemplateFields, Templates, TemplateView
from workflow.knowledge.editions import EditionLine, Editions, EditionText, OtherQuery
from workflow.knowledge.grants import ARTICLE_OPTIONS, GRANTS, WHOM, Grants, GrantView
from workflow.knowledge.notices import NOTICES, Notices
from workflow.knowledge.published import Published
from workflow.knowledge.reviewing.alike import Alike, AlikeArticles
from workflow.knowledge.reviewing.confirming import POLICIES, Policies
from workflow.knowledge.service import Articles
from workflow.knowledge.views import ARTICLES, PUBLISHED, TYPES, ArticleView

UNITS_MOST = 500
ONE, READ = f"{ARTICLES}/{{id}}", f"{PUBLISHED}/{{id}}"


class WordsQuery(Query):
    """A part of a name."""

    search: str = pydantic.Field(default="", max_length=60)


class Picked(Body):
    """The call in which it will be cited; empty without one."""

    call: str = pydantic.Field(default="", max_length=26)


def routes(
    articles: Articles,
    published: Published,
    categories: Categories,
    industries: Industries,
    life_events: LifeEvents,
    editions: Editions,
    notices: Notices,
    grants: Grants,
    policies: Policies,
    beside: Beside,
    alike: AlikeArticles,
    documents: Documents,
    templates: Templates,
) -> list[Route]:
    """Routes of editors and of readers: articles with their acts, editions, grants, categories."""

    async def details(visitor: Visitor, id: str, body: Filled) -> ArticleView:
        return await articles.fill_in(visitor, id, body.values)

    async def types(visitor: Visitor) -> list[Choice]:
        return articles.types.all()

    async def category_options(visitor: Visitor) -> list[TreeNode]:
        return await categories.nodes(visitor)

    async def industry_options(visitor: Visitor) -> list[TreeNode]:
        return await industries.nodes(visitor)

    async def life_event_options(visitor: Visitor) -> list[TreeNode]:
        return await life_events.nodes(visitor)

    async def units(visitor: Visitor, query: WordsQuery) -> list[Choice]:
        async with articles.office.store.reading() as session:
            known = (await load_organisations(session)).values()
        found = [one for one in known if not one.closed and (query.search in one.title or query.search == one.name)]
        return [Choice(value=one.name, title=one.title) for one in found[:UNITS_MOST]]

    async def keep(visitor: Visitor, id: str) -> None:
        await published.keep(visitor, id, True)

    async def let_go(visitor: Visitor, id: str) -> None:
        await published.keep(visitor, id, False)

    async def editions_of(visitor: Visitor, id: str, query: Page) -> Paged[EditionLine]:
        return Paged.cut(await editions.of(visitor, id), query)

    async def edition(visitor: Visitor, id: str, edition: int, query: OtherQuery) -> EditionText:
        return await editions.one(visitor, id, edition, query.other)

    async def bring_back(visitor: Visitor, id: str, edition: int) -> ArticleView:
        return await editions.bring_back(visitor, id, edition)

    async def grants_of(visitor: Visitor, id: str, query: Page) -> RecordPage[GrantView]:
        return await grants.of(visitor, id, query)

    async def partners(visitor: Visitor, query: WordsQuery) -> list[Choice]:
        return await grants.partners(visitor, query.search)

    async def article_options(visitor: Visitor, query: WordsQuery) -> list[Choice]:
        return await grants.articles(visitor, query.search)

    async def pause(visitor: Visitor, id: str) -> GrantView:
        return await grants.pause(visitor, id, True)

    async def resume(visitor: Visitor, id: str) -> GrantView:
        return await grants.pause(visitor, id, False)

    async def surroundings(visitor: Visitor, id: str) -> Surroundings:
        return await beside.of(visitor, id)

    async def look(visitor: Visitor, body: LookedAt) -> DocumentPreview:
        return await documents.look(visitor, body)

    async def take_in(visitor: Visitor, body: DocumentFields) -> TakenIn:
        return await documents.take_in(visitor, body)

    async def copied(visitor: Visitor, id: str) -> ArticleView:
        return await articles.copied(visitor, id)

    async def from_template(visitor: Visitor, id: str) -> ArticleView:
        return await templates.begin(visitor, id)

    async def as_template(visitor: Visitor, id: str, body: TemplateFields) -> TemplateView:
        return await templates.keep(visitor, id, body)

    async def alike_of(visitor: Visitor, id: str, query: Page) -> Paged[Alike]:
        return Paged.cut(await alike.of(visitor, id), query)

    async def pick(visitor: Visitor, id: str, body: Picked) -> None:
        await beside.pick(visitor, id, body.call)

    see, drafts, write = rules.SEE, rules.DRAFTS, rules.WRITE
    return [
        Route("GET", TYPES, types, SIGNED_IN, "知识类型"),
        Route("GET", CATEGORIES, category_options, SIGNED_IN, "选择知识归口"),
        Route("GET", INDUSTRIES, industry_options, SIGNED_IN, "选择行业"),
        Route("GET", LIFE_EVENTS, life_event_options, SIGNED_IN, "选择人生事件"),
        Route("GET", UNITS.choices, units, SIGNED_IN, "选择责任单位"),
        *record_routes(categories, f"{BASE}/categories"),
        *tree_routes(categories, f"{BASE}/categories"),
        *record_routes(industries, f"{BASE}/industries"),
        *tree_routes(industries, f"{BASE}/industries"),
        *record_routes(life_events, f"{BASE}/life_events"),
        *tree_routes(life_events, f"{BASE}/life_events"),
        Route("POST", f"{ARTICLES}/documents/preview", look, write, "查看文档将成为怎样的知识"),
        Route("POST", f"{ARTICLES}/documents", take_in, write, "导入文档为知识草稿", 201),
        *record_routes(articles, ARTICLES),
        *case_routes(articles, ARTICLES),
        Route("PUT", f"{ONE}/details", details, write, "填写知识要素", limit=FORM_LIMIT),
        Route("POST", f"{ONE}/copy", copied, write, "参照知识新建", 201),
        Route("POST", f"{ONE}/template", as_template, rules.MANAGE, "把知识存为模板", 201),
        *record_routes(templates, TEMPLATES, imports=False),
        Route("POST", f"{TEMPLATES}/{{id}}/article", from_template, write, "用模板新建知识", 201),
        Route("GET", f"{ONE}/alike", alike_of, drafts, "与知识相似的"),
        Route("GET", f"{ONE}/editions", editions_of, drafts, "知识的版次"),
        Route("GET", f"{ONE}/editions/{{edition}}", edition, drafts, "知识的一个版次"),
        Route("POST", f"{ONE}/editions/{{edition}}/back", bring_back, write, "恢复知识的一个版次"),
        *without_changes(record_routes(published, PUBLISHED, imports=False), PUBLISHED),
        *without_changes(record_routes(notices, NOTICES, imports=False), NOTICES),
        Route("GET", f"{ONE}/grants", grants_of, rules.MANAGE, "知识的共享"),
        Route("GET", WHOM, partners, rules.MANAGE, "知识可以共享给谁"),
        Route("GET", ARTICLE_OPTIONS, article_options, rules.MANAGE, "选择要共享的知识"),
        Route("POST", f"{GRANTS}/{{id}}/pause", pause, rules.MANAGE, "暂停知识共享"),
        Route("POST", f"{GRANTS}/{{id}}/resume", resume, rules.MANAGE, "恢复知识共享"),
        *record_routes(grants, GRANTS, imports=False),
        *record_routes(policies, POLICIES, imports=False),
        Route("GET", f"{READ}/beside", surroundings, see, "知识的相关内容"),
        Route("POST", f"{READ}/pick", pick, see, "准备引用知识"),
        Route("PUT", f"{READ}/favourite", keep, see, "收藏知识"),
        Route("DELETE", f"{READ}/favourite", let_go, see, "取消收藏知识"),
    ]
