"""Screens: alarms with their history."""

from __future__ import annotations

from cti.office.alarms.api import STATES, Acknowledgement, AlarmView, Closing
from cti.office.alarms.service import HANDLE, SEE, TOPIC
from cti.office.screens import Action, Detail, Empty, Filter, Link, List, Option, Screen, Tab, Tile, When, columns_of
from cti.office.screens.forms import fields_of

ACTIONS = (
    Action(
        name="acknowledge", title="确认", permission=HANDLE, kind="form", path="/api/alarms/{id}/acknowledge",
        tone="primary", form=fields_of(Acknowledgement), when=When(key="state", among=("open",)), done="已确认",
    ),
    Action(
        name="close", title="关闭", permission=HANDLE, kind="form", path="/api/alarms/{id}/close", tone="danger",
        form=fields_of(Closing), when=When(key="state", among=("acknowledged",)), done="已关闭",
    ),
)  # fmt: skip

TILES = (
    Tile(
        name="alarms_open", title="告警", order=22, permission=SEE, source="/api/alarms", query={"state": "open"},
        columns=columns_of(AlarmView, "text", "raised_at"), opens="/alarms/{id}",
        link=Link(screen="alarms", query={"state": "open"}), live=TOPIC, board=True,
        empty=Empty(title="没有未确认的告警"),
    ),
)  # fmt: skip

SCREENS = (
    Screen(
        name="alarms",
        title="告警",
        group="watch",
        icon="bell",
        order=6,
        permission=SEE,
        kind="list",
        list=List(
            source="/api/alarms",
            columns=columns_of(
                AlarmView,
                "raised_at",
                "text",
                "state",
                "acknowledged_by",
                "acknowledged_at",
                "ended_at",
                "told",
                "note",
            ),
            filters=(
                Filter(kind="period", key="at", title="发生时间"),
                Filter(
                    kind="choice",
                    key="state",
                    title="状态",
                    options=tuple(Option(value=value, title=title) for value, title in STATES.items()),
                ),
            ),
            live=TOPIC,
            empty=Empty(title="没有告警", text="交换机、中继、磁盘、审计等出现问题时，会出现在这里，并告知值班人。"),
            row=ACTIONS,
        ),
        detail=Detail(
            source="/api/alarms/{id}",
            title="text",
            subtitle="name",
            tabs=(
                Tab(name="timeline", title="经过", kind="timeline", source="/api/alarms/{id}/timeline"),
                Tab(name="fields", title="详情", kind="fields", fields=columns_of(AlarmView)),
            ),
            actions=ACTIONS,
        ),
    ),
)
