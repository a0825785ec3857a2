"""The screen of the list of tags."""

from __future__ import annotations

from cti.office.records.describing import record_create, record_list
from cti.office.screens import Action, Empty, Filter, Screen, fields_of
from cti.office.tags.service import BASE, EDIT, Merge, TagList

MERGING = Action(
    name="merge", title="合并", permission=EDIT, kind="form", path=f"{BASE}/{{id}}/merge", form=fields_of(Merge),
    tone="danger", done="已合并",
)  # fmt: skip
SCREENS = (
    Screen(
        name="tags",
        title="标签",
        group="system",
        icon="tags",
        order=30,
        permission=EDIT,
        kind="list",
        list=record_list(
            TagList,
            BASE,
            columns=("title", "tone", "kind_title", "role_titles", "uses", "note", "organisation", "updated_at"),
            sorts=("title", "updated_at"),
            search="名称或拼音首字母",
            filters=(Filter(kind="choice", key="kind", title="用于", options_from=f"{BASE}/options/kinds"),),
            row=(MERGING,),
            empty=Empty(title="还没有标签", text="新增标签后，处理记录的人可以把它们添加到记录上，并按标签筛选。"),
        ),
        create=record_create(TagList, BASE),
    ),
)
