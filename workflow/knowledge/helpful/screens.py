"""What the console shows to editors of whether articles helped."""

from __future__ import annotations

from cti.office.records.describing import reference_filter
from cti.office.screens import Empty, Filter, List, Screen, columns_of, options_of
from workflow.knowledge.helpful.service import HelpfulArticles
from workflow.knowledge.helpful.views import HELPFUL, LEAST
from workflow.knowledge.menu import READING
from workflow.knowledge.views import AUDIENCES

HELPFUL_SCREENS = (
    Screen(
        name="knowledge_helpful",
        title="知识评价",
        group=READING,
        icon="thumbs-up",
        order=56,
        permission=HelpfulArticles.see,
        kind="list",
        list=List(
            source=HELPFUL,
            records=HelpfulArticles.kind,
            columns=columns_of(
                HelpfulArticles.view, "name", "category", "unit", "share", "helped", "unhelped", "said", "updated_at",
                aside=("votes", "number", "edition", "audience", "region"),
            ),
            filters=(
                Filter(kind="text", key="search", title="知识标题或编号", wide=True),
                reference_filter(HelpfulArticles, "category", "归口"),
                reference_filter(HelpfulArticles, "unit", "责任单位"),
                Filter(kind="choice", key="least", title="评价人数", options=options_of(LEAST)),
                Filter(kind="choice", key="audience", title="使用范围", options=options_of(AUDIENCES)),
                Filter(kind="flag", key="past", title="含旧版和已下架的"),
            ),
            sort=HelpfulArticles.sort,
            sorts=HelpfulArticles.orders,
            empty=Empty(
                title="还没有评价", text="座席和市民看过知识后点“有帮助”或“没帮助”，没帮助的排在最前面。"
            ),
            opens="/knowledge/{article}",
            export=f"{HELPFUL}/export",
            export_permission=HelpfulArticles.export_permission,
        ),
    ),
)  # fmt: skip
