"""What the console shows to readers: articles, and the maintenance notices."""

from __future__ import annotations

from cti.office.records.describing import reference_filter
from cti.office.screens import (
    Detail,
    Empty,
    Filter,
    List,
    Screen,
    Tab,
    columns_of,
    options_of,
)
from workflow.knowledge.api import READ
from workflow.knowledge.asking.screens import CORRECTING
from workflow.knowledge.menu import READING
from workflow.knowledge.notices import NOTICES, WHATS, Notices
from workflow.knowledge.published import Published
from workflow.knowledge.views import AUDIENCES, PUBLISHED, TYPES

AUDIENCE = Filter(kind="choice", key="audience", title="使用范围", options=options_of(AUDIENCES))
TYPE = Filter(kind="choice", key="type", title="知识类型", options_from=TYPES)
READING_SCREENS = (
    Screen(
        name="knowledge",
        title="知识查阅",
        also=("知识库",), group=READING,
        icon="book-open",
        order=10,
        permission=Published.see,
        kind="list",
        list=List(
            source=PUBLISHED,
            records=Published.kind,
            columns=columns_of(
                Published.view, "title", "category", "unit", "audience", "published_at", "valid_until", "overdue",
                aside=("type_title", "industry", "life_event", "region", "number", "edition", "hotline", "origin"),
            ),
            filters=(
                Filter(kind="text", key="search", title="标题、内容、关键词、问法，或知识编号", wide=True),
                reference_filter(Published, "category", "归口"),
                reference_filter(Published, "industry", "行业"),
                reference_filter(Published, "life_event", "人生事件"),
                reference_filter(Published, "unit", "责任单位"),
                reference_filter(Published, "hotline", "来源热线"),
                TYPE,
                AUDIENCE,
                Filter(kind="flag", key="favourite", title="我的收藏"),
                Filter(kind="flag", key="seen", title="我看过的"),
            ),
            sort=Published.sort,
            sorts=("published_at",),
            empty=Empty(title="没有知识", text="换一个说法查找，或减少筛选条件。"),
            export=f"{PUBLISHED}/export",
            export_permission=Published.export_permission,
        ),
        detail=Detail(
            source=READ,
            title="title",
            subtitle="number",
            actions=(CORRECTING,),
            tabs=(Tab(name="about", title="知识", kind="component", component="knowledge/ArticlePage", source=READ),),
        ),
    ),
    Screen(
        name="knowledge_notices",
        title="维护公告",
        group=READING,
        icon="megaphone",
        order=20,
        permission=Notices.see,
        kind="list",
        list=List(
            source=NOTICES,
            records=Notices.kind,
            columns=columns_of(
                Notices.view, "name", "what", "edition", "words", "unit", "created_by", "created_at",
                aside=("number", "region", "audience"),
            ),
            filters=(
                Filter(kind="text", key="search", title="知识标题或编号", wide=True),
                Filter(kind="choice", key="what", title="事项", options=options_of(WHATS)),
                reference_filter(Notices, "unit", "责任单位"),
                Filter(kind="period", key="at", title="时间"),
            ),
            sort=Notices.sort,
            sorts=("created_at",),
            empty=Empty(title="没有公告", text="知识的上架、变更、确认和下架列在这里。"),
            opens="/knowledge/{article}",
            export=f"{NOTICES}/export",
            export_permission=Notices.export_permission,
        ),
    ),
)  # fmt: skip
