"""The screen of turns on call."""

from __future__ import annotations

from cti.office.on_call.service import OnCall
from cti.office.records.describing import record_create, record_list
from cti.office.screens import Calendar, Empty, Filter, Screen

SCREENS = (
    Screen(
        name="on_call",
        title="值班表",
        group="watch",
        icon="calendar-clock",
        order=7,
        permission=OnCall.see,
        kind="list",
        list=record_list(
            OnCall,
            "/api/on_call",
            columns=("person_name", "begins_at", "ends_at", "place", "now", "note"),
            sorts=("begins_at", "updated_at"),
            search="查找值班人",
            filters=(Filter(kind="flag", key="past", title="已结束"),),
            empty=Empty(title="还没有排值班", text="无人值班时，告警会告知所有可处理告警的人。"),
            imports=False,
        ).model_copy(update={"calendar": Calendar(begins="begins_at", ends="ends_at", title="person_name")}),
        create=record_create(OnCall, "/api/on_call"),
    ),
)
