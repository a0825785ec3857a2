"""What the console shows of the citizens."""

from __future__ import annotations

from cti.office.records.describing import part_tabs, record_actions, record_create, record_list
from cti.office.screens import Action, Detail, Empty, Filter, List, Screen, Tab, When, columns_of, fields_of
from workflow.citizens.api import BASE
from workflow.citizens.service import MERGE, Citizens
from workflow.citizens.views import CallLine, CitizenView, Merge

ONE = f"{BASE}/{{id}}"
MERGING = Action(
    name="merge",
    title="合并重复档案",
    permission=MERGE,
    kind="form",
    path=f"{ONE}/merge",
    form=fields_of(Merge),
    form_source=ONE,
    when=When(key="removed", among=(False,)),
    done="已合并",
)

SCREENS = (
    Screen(
        name="citizens",
        title="市民档案",
        also=("客户", "来电人"),
        group="citizens",
        icon="contact",
        order=10,
        permission=Citizens.see,
        kind="list",
        list=record_list(
            Citizens,
            BASE,
            columns=("name", "number", "address", "tags", "vip", "calls", "last_call_at", "updated_at"),
            sorts=("name", "last_call_at", "updated_at"),
            search="姓名、号码或后四位",
            filters=(Filter(kind="flag", key="vip", title="重点服务对象"),),
            empty=Empty(title="还没有市民档案", text="市民来电时可以建档；下次来电，档案会在接听前显示给座席。"),
        ),
        create=record_create(Citizens, BASE),
        detail=Detail(
            source=ONE,
            title="name",
            subtitle="number",
            tags="tags",
            actions=(*record_actions(Citizens, BASE), MERGING),
            tabs=(
                Tab(
                    name="about",
                    title="概况",
                    kind="fields",
                    fields=columns_of(
                        CitizenView, "name", "gender", "numbers", "address", "vip", "tags", "notes", "calls",
                        "last_call_at", "updated_at",
                    ),
                ),
                Tab(
                    name="calls",
                    title="来电记录",
                    kind="list",
                    list=List(
                        source=f"{ONE}/calls",
                        columns=columns_of(
                            CallLine, "arrived_at", "queue", "agents", "talk_seconds", "reason", "satisfaction", "id"
                        ),
                        empty=Empty(title="还没有来电"),
                    ),
                ),
                *part_tabs(Citizens, BASE),
            ),
        ),
    ),
)  # fmt: skip
