"""What the console shows of merged hotlines: each with what came from it, and the imports of their tables."""

from __future__ import annotations

from cti.office.imports.describing import import_screen
from cti.office.records.describing import record_create, record_detail, record_list, reference_filter
from cti.office.screens import Action, Empty, Screen
from workflow.knowledge.hotlines.imports import IMPORTS, HotlineImports
from workflow.knowledge.hotlines.service import SOURCES, Hotlines
from workflow.knowledge.menu import MAKING, ORDERING
from workflow.knowledge.rules import MANAGE

OPENING = Action(
    name="articles", title="查看知识", permission=MANAGE, kind="link", method="GET",
    path="/knowledge_articles?hotline={id}",
)  # fmt: skip
HOTLINE_SCREENS = (
    import_screen(
        HotlineImports,
        IMPORTS,
        name="knowledge_imports",
        title="归并知识导入",
        group=MAKING,
        order=34,
        source="hotline",
        filters=(reference_filter(HotlineImports, "hotline", "来源热线"),),
        confirm={
            "look": "逐行检查，不保存任何知识？",
            "take": "新编号建立草稿；已导入且内容有变化的成为新版草稿，审核后替换；内容相同的不重复。开始导入？",
            "undo": "删除本次导入建立的草稿？已审核或修改过的保留。",
        },
        empty="上传归并热线的知识表格，或一个文件夹的压缩包（.zip）：其中的 Word、PDF、文本各为一条知识，路径为原编号，"
        "子文件夹为原分类。先试导入看有无错误，再导入；同一编号不会重复。",
    ),
    Screen(
        name="knowledge_hotlines",
        title="归并热线",
        group=ORDERING,
        icon="network",
        order=65,
        permission=MANAGE,
        kind="list",
        list=record_list(
            Hotlines,
            SOURCES,
            columns=("name", "number", "unit", "category", "audience", "articles", "live"),
            aside=("keep_tree", "updated_at"),
            search="名称或号码",
            imports=False,
            row=(OPENING,),
            empty=Empty(
                title="还没有归并热线", text="并入12345的热线在这里登记，导入的知识注明来源，可按来源查找和统计。"
            ),
        ),
        create=record_create(Hotlines, SOURCES),
        detail=record_detail(
            Hotlines,
            SOURCES,
            title="name",
            subtitle="number",
            about=("unit", "audience", "category", "keep_tree", "columns", "categories", "articles", "live"),
            actions=(OPENING,),
        ),
    ),
)
