"""What the console shows of components."""

from __future__ import annotations

from cti.office.records.describing import record_create, record_detail, record_list
from cti.office.screens import Empty, Screen
from workflow.knowledge.menu import ORDERING
from workflow.knowledge.outside.components import COMPONENTS, Components

OUTSIDE_SCREENS = (
    Screen(
        name="knowledge_components",
        title="知识组件",
        group=ORDERING,
        icon="puzzle",
        order=90,
        permission=Components.see,
        kind="list",
        list=record_list(
            Components,
            COMPONENTS,
            columns=("name", "sites", "per_minute", "used", "region", "updated_at"),
            search="名称",
            imports=False,
            empty=Empty(title="还没有知识组件", text="为其他系统建一个，把嵌入代码放进它的网页，就能查公开的知识。"),
        ),
        create=record_create(Components, COMPONENTS),
        detail=record_detail(
            Components, COMPONENTS, title="name", about=("name", "tag", "key", "sites", "per_minute", "used", "region")
        ),
    ),
)
