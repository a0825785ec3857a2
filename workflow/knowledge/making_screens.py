"""What the console shows to those who make articles: drafts, documents, tickets; sharing and confirming."""

from __future__ import annotations

from cti.office.records.describing import record_create, record_detail, record_list, reference_filter
from cti.office.screens import (
    Action,
    Empty,
    Field,
    Filter,
    List,
    Screen,
    Tab,
    columns_of,
    options_of,
)
from workflow.knowledge.api import ONE
from workflow.knowledge.categories import CATEGORIES
from workflow.knowledge.drafting.sourced import GOOD_TICKETS
from workflow.knowledge.drafting.template_screens import AS_TEMPLATE
from workflow.knowledge.grants import GRANTS, Grants
from workflow.knowledge.in_bulk.many_at_once import BUTTONS
from workflow.knowledge.menu import MAKING
from workflow.knowledge.reading_screens import AUDIENCE, TYPE
from workflow.knowledge.reviewing.alike import Alike
from workflow.knowledge.reviewing.confirming import POLICIES, Policies
from workflow.knowledge.rules import MANAGE, WRITE
from workflow.knowledge.scenarios.screens import LINKING
from workflow.knowledge.service import Articles
from workflow.knowledge.views import ARTICLES, STAGES, STATES
from workflow.tickets.good_tickets import GoodTicket

SHARED = Tab(
    name="grants",
    title="共享",
    kind="list",
    permission=MANAGE,
    list=List(
        source=f"{ONE}/grants",
        columns=columns_of(Grants.view, "whom_title", "sort", "paused", "created_by", "created_at"),
        empty=Empty(title="没有共享", text="本地区和下级地区都能查阅；给其他地区或单位查阅的，在知识共享中设置。"),
    ),
)
REFILE = Action(
    name="refile", title="归口变更", permission=MANAGE, kind="form", path=f"{ARTICLES}/bulk/refile",
    preview=f"{ARTICLES}/bulk/refile/preview", done="已变更归口",
    form=(Field(key="category", title="新的归口", kind="tree", required=True, options_from=CATEGORIES),),
)  # fmt: skip
PREVIEW = Tab(name="preview", title="预览", kind="component", component="knowledge/ArticlePreview", source=ONE)
ALIKE = Tab(
    name="alike",
    title="相似知识",
    kind="list",
    list=List(
        source=f"{ONE}/alike",
        columns=columns_of(Alike, "title", "unit", "likeness", "differs"),
        empty=Empty(title="没有相似的知识", text="审核时核对：标题相近的知识，和其中不一致的金额、时限列在这里。"),
        opens="/knowledge/{id}",
    ),
)
DOCUMENTS = Action(
    name="documents", title="导入文档", permission=WRITE, kind="link", method="GET", path="/knowledge_import",
)  # fmt: skip
ARTICLE_ACTIONS = (
    DOCUMENTS,
    *record_list(Articles, ARTICLES, columns=("title",), empty=Empty(title="")).actions,
)
COPY = Action(
    name="copy", title="参照新建", permission=WRITE, kind="confirm", path=f"{ONE}/copy",
    confirm="新建一条草稿，内容和要素与这一条相同，图片和有效期除外。", done="已建立草稿，在知识采编中修改",
    opens="knowledge_articles",
)  # fmt: skip
PAUSE, RESUME = (
    Action(
        name=name, title=title, permission=MANAGE, kind="confirm", path=f"{GRANTS}/{{id}}/{name}",
        confirm=confirm, told=True, done=f"已{title}",
    )
    for name, title, confirm in (
        ("pause", "暂停", "暂停后对方立即不能查阅，可以恢复。"), ("resume", "恢复共享", "恢复后对方可以再次查阅。"),
    )
)  # fmt: skip
EDITIONS = Tab(
    name="editions", title="版次", kind="component", component="knowledge/EditionsTab", source=f"{ONE}/editions"
)
ARTICLE_DETAIL = record_detail(
    Articles,
    ARTICLES,
    title="title",
    subtitle="number",
    about=("type_title", "summary", "body", "keywords", "questions", "contact", "category", "industry", "life_event",
           "unit", "audience", "valid_from", "valid_until", "stage", "opinion", "state", "edition", "source",
           "hotline", "origin",
           "published_at", "withdrawn_at", "confirmed_at", "confirm_by"),
    tabs=(PREVIEW, EDITIONS, ALIKE, SHARED),
)  # fmt: skip


MAKING_SCREENS = (
    Screen(
        name="knowledge_articles",
        title="知识采编",
        group=MAKING,
        icon="file-pen",
        order=30,
        permission=Articles.see,
        kind="list",
        list=record_list(
            Articles,
            ARTICLES,
            columns=("title", "category", "unit", "stage", "state", "updated_at"),
            aside=("type_title", "industry", "life_event", "audience", "source", "hotline", "origin", "valid_until",
                   "confirm_by", "number", "edition",
                   "created_by"),
            search="标题、摘要、内容，或知识编号",
            bulk=(*BUTTONS, REFILE, LINKING),
            sorts=("updated_at", "confirm_by"),
            filters=(
                Filter(kind="choice", key="stage", title="办理阶段", options=options_of(STAGES)),
                Filter(kind="choice", key="state", title="上架状态", options=options_of(STATES)),
                reference_filter(Articles, "category", "归口"),
                reference_filter(Articles, "life_event", "人生事件"),
                reference_filter(Articles, "unit", "责任单位"),
                reference_filter(Articles, "hotline", "来源热线"),
                TYPE,
                AUDIENCE,
                Filter(kind="flag", key="mine", title="我采编的"),
                Filter(kind="flag", key="due", title="逾期未确认"),
            ),
            empty=Empty(title="还没有知识", text="新增一条，或从表格导入；审核通过后在知识查阅中可以查到。"),
        ).model_copy(update={"badge": {"stage": "review"}, "actions": ARTICLE_ACTIONS}),
        create=record_create(Articles, ARTICLES),
        detail=ARTICLE_DETAIL.model_copy(
            update={
                "offers": f"{ONE}/offers",
                "marks": ("stage", "state"),
                "actions": (*ARTICLE_DETAIL.actions, COPY, AS_TEMPLATE),
            }
        ),
    ),
    Screen(
        name="knowledge_import",
        title="导入文档",
        group=MAKING,
        icon="file-up",
        order=31,
        permission=WRITE,
        kind="component",
        component="knowledge/ImportPage",
    ),
    Screen(
        name="knowledge_good_tickets",
        title="优秀工单采编",
        group=MAKING,
        icon="star",
        order=32,
        permission=WRITE,
        kind="list",
        list=List(
            source=GOOD_TICKETS,
            columns=columns_of(GoodTicket, "number", "title", "category", "unit", "answer", "ended_at"),
            filters=(Filter(kind="text", key="search", title="工单编号、标题或答复", wide=True),),
            row=(
                Action(
                    name="article", title="采编为知识", kind="confirm", path=f"{GOOD_TICKETS}/{{id}}/article",
                    confirm="用这件工单的问题和答复建立一条草稿？其中的手机和证件号码会去掉。",
                    done="已建立草稿，核对后提交审核", opens="knowledge_articles",
                ),
            ),
            empty=Empty(title="没有可以采编的工单", text="最近归档、市民满意的工单列在这里，采编过的不再列出。"),
            opens="/tickets/{id}",
        ),
    ),
    Screen(
        name="knowledge_grants",
        title="知识共享",
        group=MAKING,
        icon="network",
        order=40,
        permission=Grants.see,
        kind="list",
        list=record_list(
            Grants,
            GRANTS,
            columns=("article", "category", "whom_title", "paused", "created_at"),
            aside=("sort", "created_by"),
            search="知识标题或归口",
            sorts=("updated_at", "created_at"),
            filters=(Filter(kind="flag", key="paused", title="已暂停"), reference_filter(Grants, "category", "归口")),
            row=(PAUSE, RESUME),
            imports=False,
            empty=Empty(title="没有共享", text="把一条知识或整个归口共享给其他地区、单位；可以暂停、恢复和取消。"),
        ),
        create=record_create(Grants, GRANTS),
    ),
    Screen(
        name="knowledge_policies",
        title="确认策略",
        group=MAKING,
        icon="clipboard-check",
        order=50,
        permission=Policies.see,
        kind="list",
        list=record_list(
            Policies,
            POLICIES,
            columns=("name", "category", "audience", "every", "remind", "withdraw", "used"),
            aside=("updated_at",),
            search="名称",
            imports=False,
            filters=(Filter(kind="flag", key="used", title="启用"), reference_filter(Policies, "category", "归口")),
            empty=Empty(title="没有确认策略", text="规定各归口的知识多久确认一次；到期提醒采编人员，逾期不给公众。"),
        ),
        create=record_create(Policies, POLICIES),
    ),
)  # fmt: skip
